"""The second net: without the gate's permit, no destructive request leaves the process.

The client asks :func:`refuse_without_permit` before it sends anything. A tool that forgot its gate
therefore fails closed, whatever it calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from stitch_connect.operations import Operation

GATED = frozenset({"destructive"})


class NotConfirmed(Exception):
    """A request that needs confirmation was about to be sent without it."""


@dataclass
class _Permit:
    operation: str
    spent: bool = False


_held: ContextVar[_Permit | None] = ContextVar("stitch_connect_permit", default=None)


@contextmanager
def permit(operation: str) -> Iterator[None]:
    """Allow `operation` to be sent once. Only the gate does this."""
    token = _held.set(_Permit(operation))
    try:
        yield
    finally:
        _held.reset(token)


def refuse_without_permit(operation: Operation, request: object = None) -> None:
    """Refuse `operation` if it needs a confirmation that is not held; the `before_send` hook.

    Raises:
        NotConfirmed: No permit, one for another operation, or one already used.
    """
    if operation.risk.level not in GATED:
        return
    held = _held.get()
    if held is None or held.spent or held.operation != operation.id:
        raise NotConfirmed(f"{operation.id} needs a confirmation and none is held")
    held.spent = True
