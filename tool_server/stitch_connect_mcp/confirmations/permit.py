"""The second net: without the gate's permit, no request that may need a confirmation leaves.

The client asks :func:`refuse_without_permit` before it sends anything. Whether a change is risky
can depend on what it changes, which only the gate has read. So whatever is above the level
`operate` takes a permit, which the gate gives after a person's word, or where its reader found that
none is needed; and a tool that forgot its gate fails closed, whatever it calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from stitch_connect.operations import Operation

CONFIRMED = frozenset({"destructive"})
"""The levels of which a person confirms every call."""
GATED = frozenset({"configure", "destructive"})
"""The levels of which nothing is sent without a permit."""
UNGATED = frozenset(
    {
        "custom_emails.enable",
        "custom_emails.disable",
        "hooks.enable",
        "hooks.disable",
        "sessions.create",
    }
)
"""What needs none all the same: to addresses that were confirmed, or undone as easily as done."""


def needs_permit(operation: Operation) -> bool:
    """Return whether an operation is sent by the gate alone."""
    return operation.risk.level in GATED and operation.id not in UNGATED


class NotConfirmed(Exception):
    """A request that needs confirmation was about to be sent without it."""


@dataclass
class _Permit:
    operation: str
    target: str
    left: int

    def covers(self, operation: Operation, path: str) -> bool:
        named = not operation.path_params or self.target in path.strip("/").split("/")
        return self.left > 0 and operation.id == self.operation and named


_held: ContextVar[_Permit | None] = ContextVar("stitch_connect_permit", default=None)


@contextmanager
def permit(operation: str, target: object, times: int = 1) -> Iterator[None]:
    """Allow `operation` to be sent so often, for the thing of that id. Only the gate does this."""
    token = _held.set(_Permit(operation, str(target), times))
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
    if not needs_permit(operation):
        return
    held = _held.get()
    if held is None or not held.covers(operation, request.path):
        raise NotConfirmed(f"{operation.id} needs a confirmation and none is held")
    held.left -= 1
