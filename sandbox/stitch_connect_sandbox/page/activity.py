"""What is asked of the account, and what is armed against those who ask."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

from ..counts import WINDOW
from ..faults import KINDS
from ..records import Fate
from .board import Board
from .markup import Html, tag
from .recent import Asked
from .words import code, icon, more, nothing, section, when

SHOWN = 25
TEXT = 60
FATES = 12
COUNTED = 1000
LEVELS = {"read": "read", "operate": "operate", "configure": "change", "destructive": "destroy"}


def requests(board: Board) -> Html:
    """The last requests of all accounts, those that changed something standing out."""
    rows = [_request(board, one) for one in islice(board.sandbox.recent, SHOWN)]
    return section(
        "requests",
        "Recent requests",
        _budget(board),
        tag("ol", rows, class_="asked") if rows else nothing("Nothing has been asked for yet."),
    )


def _budget(board: Board) -> Html | None:
    """How much of the budget of requests is used up."""
    if board.account is None:
        return None
    most = board.sandbox.document["x-budgets"]["jobs"]["requests"]
    log = islice(reversed(board.sandbox.counts.jobs_log), COUNTED)
    used = sum(who == board.account.id and at > board.now - WINDOW for at, who, _ in log)
    text = f"{used} of {most} requests for jobs in the last 10 minutes"
    meter = tag("meter", text, value=min(used, most), max=most, high=most * 0.8, aria_hidden="true")
    return tag("p", meter, text, class_="budget over" if used > most else "budget")


def _request(board: Board, asked: Asked) -> Html:
    other = board.account is None or asked.client_id not in (None, board.account.id)
    kinds = (asked.level or "unknown", "other" if other else "", "vain" if asked.in_vain else "")
    return tag(
        "li",
        icon(asked.level or "unknown"),
        tag("span", code(asked.operation), _times(asked), class_="operation"),
        when(asked.at, board.now),
        tag("span", *_whose(board, asked), class_="what"),
        _status(asked),
        class_=" ".join(filter(None, kinds)),
        data_key=asked.number,
    )


def _times(asked: Asked) -> Html | None:
    return tag("span", f" × {asked.times}", class_="times") if asked.times > 1 else None


def _status(asked: Asked) -> Html:
    """The status as a number and in words; what is not a success also has a shape."""
    kind = "good" if 200 <= asked.status < 400 else "refused" if asked.status >= 400 else "cut"
    kind = "broken" if asked.status >= 500 else kind
    said = _phrase(asked.status)
    return tag("span", None if kind == "good" else icon(kind), said, class_=f"status {kind}")


def _phrase(status: int) -> str:
    if not status:
        return "connection reset"
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _whose(board: Board, asked: Asked) -> Iterator[str | Html]:
    yield tag("span", LEVELS.get(asked.level, "unknown"), class_="level")
    yield " · unknown token" if asked.client_id is None else f" · account {asked.client_id}"
    if asked.target:
        number = int(asked.target) if asked.target.isdecimal() else 0
        known = asked.level and number in board.sandbox.store.sources
        yield f" · {board.named(number) if known else asked.target}"
    if asked.fault:
        yield tag("span", " · fault ", code(asked.fault), class_="struck")


# Armed -------------------------------------------------------------------------------------------


def armed(board: Board) -> Html:
    """Faults that are armed, and outcomes that are scripted."""
    faults = board.sandbox.faults.listed()
    fates = [one for one in board.sandbox.store.fates if _is_mine(board, one)]
    rows = [_fault(one) for one in faults[:FATES]] + [_fate(board, one) for one in fates[:FATES]]
    number = len(faults) + len(fates)
    return section(
        "armed",
        "Armed",
        tag("ul", rows, class_="rows") if rows else nothing("No faults, no scripted outcomes."),
        more(number - len(rows)),
        note=tag("span", f"{number:,}", class_="number") if number else None,
    )


def _is_mine(board: Board, fate: Fate) -> bool:
    source = board.sandbox.store.sources.get(fate.source_id)
    return bool(source and board.account and source.client_id == board.account.id)


def _fault(fault: dict[str, Any]) -> Html:
    named = [name for name in sorted(KINDS[fault["kind"]].own) if fault.get(name)]
    own = [f"{name} {str(fault[name])[:TEXT]}" for name in named]
    where = "any operation" if fault["operation"] == "*" else fault["operation"]
    what = tag("span", ", ".join([_struck(fault), *own]), class_="what")
    name = tag(
        "span",
        tag("b", code(fault["kind"])),
        tag("span", code(where), class_="what"),
        what,
        class_="name",
    )
    return tag("li", icon("fault"), name, tag("span", "Fault", class_="state"))


def _struck(fault: dict[str, Any]) -> str:
    """Which calls a fault strikes."""
    calls = {None: "any call", 1: "the next call"}.get(
        fault["count"], f"the next {fault['count'] or 0:,} calls"
    )
    after = f" after {fault['skip']:,}" if fault["skip"] else ""
    chance = f" with probability {fault['probability']:g}" if fault["probability"] else ""
    whose = f" of {fault['client_id']}" if fault["client_id"] else ""
    return calls + whose + after + chance


def _fate(board: Board, fate: Fate) -> Html:
    what = tag("span", f"next {fate.of} of {board.named(fate.source_id)}", class_="what")
    name = tag("span", tag("b", code(fate.outcome)), what, class_="name")
    return tag("li", icon("fate"), name, tag("span", "Scripted", class_="state"))
