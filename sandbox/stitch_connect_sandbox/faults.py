"""Trouble on demand: what goes wrong with the next calls of an operation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .arguments import Field, Fields, held, integer, one_of, seconds, unknown

ELSEWHERE = "https://elsewhere.example"

KINDS: Mapping[str, frozenset[str]] = {
    "status": frozenset({"status", "retry_after"}),
    "redirect": frozenset(),
    "not_json": frozenset(),
    "latency": frozenset({"seconds"}),
    "drip": frozenset({"seconds"}),
    "truncated": frozenset(),
    "reset_before": frozenset(),
    "reset_after": frozenset(),
    "link_loop": frozenset(),
    "link_back": frozenset(),
    "link_elsewhere": frozenset(),
    "shifted": frozenset({"rows"}),
}
"""Every kind, with the fields that are its own."""

OWN = frozenset().union(*KINDS.values())

LINKS = {
    "link_loop": "{path}?page={page}",
    "link_back": "{path}?page=1",
    "link_elsewhere": ELSEWHERE + "{path}?page={after}",
}
"""What `links.next` of a page says instead."""

FAULT: Fields = {
    "operation": Field("the id of an operation, or *", lambda v: isinstance(v, str), required=True),
    "kind": one_of(KINDS, required=True),
    "count": integer(1, 10**6),
    "skip": integer(0, 10**6),
    "status": integer(400, 599),
    "retry_after": Field("the text of a Retry-After header", lambda v: isinstance(v, str)),
    "seconds": seconds(),
    "rows": integer(-100, 100),
}


@dataclass(slots=True)
class Fault:
    """One kind of trouble for calls of an operation (`*` for any)."""

    operation: str
    kind: str
    count: int = 1
    """How many calls it strikes."""
    skip: int = 0
    """How many calls it lets pass before."""
    status: int = 500
    retry_after: str | None = None
    seconds: float = 1.0
    """Real seconds: before the answer, or between the pieces of one that drips."""
    rows: int = 1
    """Rows that came (or, below zero, went) before this page since the one before it."""


class Faults:
    """The faults that are armed.

    Args:
        operations: the ids that a fault may name.
    """

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = sorted(operations)
        self._armed: list[Fault] = []

    def arm(self, given: dict[str, Any]) -> Fault:
        """Arm a fault; raises ValueError for one that makes no sense."""
        fault = Fault(**held(given, FAULT))
        if fault.operation not in (*self._operations, "*"):
            raise ValueError(unknown("operation", fault.operation, self._operations))
        for name in given.keys() & OWN - KINDS[fault.kind]:
            raise ValueError(f"{name} does not go with the kind {fault.kind!r}")
        self._armed.append(fault)
        return fault

    def clear(self) -> None:
        self._armed.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._armed]

    def take(self, *names: str) -> Fault | None:
        """The fault that strikes a call, if any, by the names of its operation."""
        for fault in self._armed:
            if fault.operation not in (*names, "*"):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.count -= 1
            if not fault.count:
                self._armed.remove(fault)
            return fault
        return None


Answer = tuple[int, dict[str, str], bytes]


async def strike(fault: Fault, path: str, answer: Callable[[int], Answer]) -> Answer | None:
    """What is answered instead.

    Args:
        fault: what goes wrong.
        path: the path of the request.
        answer: does the work, with the rows of a page shifted by a number.

    Returns:
        The answer; None where the connection is reset.
    """
    if fault.kind in INSTEAD:
        return INSTEAD[fault.kind](fault)
    if fault.kind == "reset_before":
        return None
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
    status, headers, body = answer(fault.rows if fault.kind == "shifted" else 0)
    if fault.kind == "reset_after":
        return None
    if fault.kind == "truncated":
        body = body[: len(body) // 2]
    return status, headers, _relinked(fault.kind, path, body)


def _status(fault: Fault) -> Answer:
    headers = {} if fault.retry_after is None else {"retry-after": fault.retry_after}
    return fault.status, headers, b""


INSTEAD: Mapping[str, Callable[[Fault], Answer]] = {
    "status": _status,
    "redirect": lambda _: (302, {"location": f"{ELSEWHERE}/"}, b""),
    "not_json": lambda _: (200, {"content-type": "text/html"}, b"<html>Bad luck</html>"),
}
"""What is answered without doing the work."""


def _relinked(kind: str, path: str, body: bytes) -> bytes:
    """The page with another link to the next one; what is not a page stays as it is."""
    if kind not in LINKS:
        return body
    shown = json.loads(body)
    if not isinstance(shown, dict) or "links" not in shown:
        return body
    page = shown["page"]
    shown["links"]["next"] = LINKS[kind].format(path=path, page=page, after=page + 1)
    return json.dumps(shown).encode()
