"""The second net: without the gate's permit, no destructive request leaves the process.

The client asks :func:`refuse_without_permit` before it sends anything. A tool that forgot its gate
therefore fails closed, whatever it calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from stitch_connect.operations import Operation

GATED = frozenset({"destructive"})


class NotConfirmed(Exception):
    """A request that needs confirmation was about to be sent without it."""


@dataclass
class _Permit:
    operation: str
    target: str
    spent: bool = False

    def covers(self, operation: Operation, path: str) -> bool:
        return (
            not self.spent
            and operation.id == self.operation
            and self.target in path.strip("/").split("/")
        )


_held: ContextVar[_Permit | None] = ContextVar("stitch_connect_permit", default=None)


@contextmanager
def permit(operation: str, target: object) -> Iterator[None]:
    """Allow `operation` to be sent once, for the thing of that id. Only the gate does this."""
    token = _held.set(_Permit(operation, str(target)))
    try:
        yield
    finally:
        _held.reset(token)


class Request(Protocol):
    """The part of a request that the permit looks at."""

    @property
    def path(self) -> str: ...


def refuse_without_permit(operation: Operation, request: Request) -> None:
    """Refuse `operation` if it needs a confirmation that is not held; the `before_send` hook.

    Raises:
        NotConfirmed: No permit, one for another operation or another thing, or one already used.
    """
    if operation.risk.level not in GATED:
        return
    held = _held.get()
    if held is None or not held.covers(operation, request.path):
        raise NotConfirmed(f"{operation.id} needs a confirmation and none is held")
    held.spent = True
