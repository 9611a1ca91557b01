"""Every kind of fault: which fields are its own, what happens, and the function that does it.

A function is given the case: the fault, the request's path, the shape that the contract gives the
answer, and the work itself. It returns what is answered, or None where the connection is reset.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from . import bodies
from .shapes import Shape

if TYPE_CHECKING:
    from .fields import Fault

Answer: TypeAlias = tuple[int, dict[str, str], bytes]
ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True, slots=True)
class Case:
    """A call that a fault has struck."""

    fault: Fault
    path: str
    work: Callable[[int], Answer]
    """Does the work, with the rows of a page shifted by a number."""
    shape: Callable[[int], Shape]
    """What the contract says of an answer with a status."""


Effect: TypeAlias = Callable[[Case], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault, in words and in deed."""

    said: str
    effect: Effect
    own: frozenset[str] = frozenset()
    drips: bool = False


async def strike(case: Case) -> Answer | None:
    """What is answered instead, marked as meant; None where the connection is reset."""
    found = await KINDS[case.fault.kind].effect(case)
    if found is None:
        return None
    status, headers, body = found
    return status, {**headers, "x-sandbox-fault": case.fault.kind}, body


async def _status(case: Case) -> Answer:
    asked = case.fault.retry_after
    return case.fault.status, {} if asked is None else {"retry-after": asked}, b""


async def _redirect(case: Case) -> Answer:
    return 302, {"location": f"{ELSEWHERE}/"}, b""


async def _not_json(case: Case) -> Answer:
    return 200, {"content-type": "text/html"}, b"<html>Bad luck</html>"


async def _latency(case: Case) -> Answer:
    await asyncio.sleep(case.fault.seconds)
    return case.work(0)


async def _whole(case: Case) -> Answer:
    return case.work(0)


async def _shifted(case: Case) -> Answer:
    return case.work(case.fault.rows)


async def _reset_before(case: Case) -> None:
    return None


async def _reset_after(case: Case) -> None:
    case.work(0)


async def _mislabelled(case: Case) -> Answer:
    status, headers, body = case.work(0)
    return status, {**headers, "content-type": "application/octet-stream"}, body


def _bytes(edit: Callable[[bytes, Case], bytes]) -> Effect:
    """The work is done, and the body of its answer edited."""

    async def effect(case: Case) -> Answer:
        status, headers, body = case.work(0)
        return status, headers, edit(body, case)

    return effect


def _json(edit: Callable[[Any, Case, int], Any]) -> Effect:
    """The same for what the body says, where it is JSON."""

    async def effect(case: Case) -> Answer:
        status, headers, body = case.work(0)
        return status, headers, bodies.edited(body, lambda shown: edit(shown, case, status))

    return effect


def _linked(target: str) -> Effect:
    return _json(lambda shown, case, _: bodies.relinked(shown, target, case.path))


KINDS: Mapping[str, Kind] = {
    "status": Kind(
        "an empty answer with a status, 500 if not given, and a Retry-After header if given",
        _status,
        frozenset({"status", "retry_after"}),
    ),
    "redirect": Kind("a redirect to another host", _redirect),
    "not_json": Kind("a page of HTML", _not_json),
    "latency": Kind("the answer comes after so many seconds", _latency, frozenset({"seconds"})),
    "drip": Kind(
        "the answer comes in pieces of 16 bytes, so many seconds apart",
        _whole,
        frozenset({"seconds"}),
        drips=True,
    ),
    "truncated": Kind("half of the answer", _bytes(lambda body, _: body[: len(body) // 2])),
    "invalid_json": Kind("an answer with a bracket too many", _bytes(lambda body, _: body + b"]")),
    "content_type": Kind("the answer, labelled as application/octet-stream", _mislabelled),
    "reset_before": Kind("the connection is reset, and nothing was done", _reset_before),
    "reset_after": Kind("the work is done, then the connection is reset", _reset_after),
    "extra_fields": Kind(
        "a field that the contract does not know in every object",
        _json(lambda shown, case, status: case.shape(status).extended(shown)),
    ),
    "missing_fields": Kind(
        "no field that the contract does not require",
        _json(lambda shown, case, status: case.shape(status).reduced(shown)),
    ),
    "new_enums": Kind(
        "a value that the contract does not list wherever it lists some",
        _json(lambda shown, case, status: case.shape(status).renamed(shown)),
    ),
    "injection": Kind(
        "text that commands its reader, after every name, description, message and log line",
        _bytes(lambda body, case: bodies.commanding(body, case.fault.text)),
        frozenset({"text"}),
    ),
    "link_loop": Kind("a page names itself as the next", _linked("{path}?page={page}")),
    "link_back": Kind("a page names the first as the next", _linked("{path}?page=1")),
    "link_elsewhere": Kind(
        "a page names a page of another host as the next",
        _linked(ELSEWHERE + "{path}?page={after}"),
    ),
    "shifted": Kind(
        "rows have come (or gone, below zero) since the page before", _shifted, frozenset({"rows"})
    ),
}
