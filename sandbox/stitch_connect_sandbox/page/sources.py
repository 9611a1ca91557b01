"""The sources of the account: the ones that matter first, a page of them at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .. import views
from ..clock import parse_iso
from ..records import Source
from .board import Board
from .markup import Html, tag
from .survey import STATES, Row
from .words import code, icon, nothing, section, when

PAGE = 40


def sources(board: Board) -> Html:
    """One page of the sources that are asked for."""
    found = _wanted(board)
    last = max(1, -(-len(found) // PAGE))
    page = min(board.view.page, last)
    rows = [_source(board, row) for row in found[(page - 1) * PAGE : page * PAGE]]
    return section(
        "sources",
        "Sources",
        _search(board) if len(board.survey.rows) > PAGE else None,
        tag("ul", rows, class_="rows") if rows else nothing(_none(board)),
        _pages(board, page, last) if last > 1 else None,
        note=tag("span", f"{len(found):,}", class_="number"),
    )


def _wanted(board: Board) -> Sequence[Row]:
    """The rows of the state and with the text that are asked for."""
    rows: Sequence[Row] = board.survey.rows
    if board.view.state:
        rows = [row for row in rows if row.state == board.view.state]
    if board.view.find:
        text = board.view.find.lower()
        rows = [row for row in rows if text in _text_of(row.seen.source).lower()]
    return rows


def _text_of(source: Source) -> str:
    return f"{source.display_name}\n{source.name}\n{source.type}\n{source.id}"


def _none(board: Board) -> str:
    return "No source matches." if board.view.state or board.view.find else "There are no sources."


def _source(board: Board, row: Row) -> Html:
    source = row.seen.source
    return tag(
        "li",
        icon(row.state),
        tag(
            "span",
            tag("b", source.display_name),
            tag("span", code(source.type), f" {source.id}", class_="what"),
            class_="name",
        ),
        tag(
            "span",
            tag("span", STATES[row.state], class_="said"),
            tag("span", row.reason, class_="what") if row.reason else None,
            class_="state",
        ),
        tag("span", *_times(board, row), class_="times"),
        class_=row.state,
        data_key=source.id,
    )


def _times(board: Board, row: Row) -> Iterator[Html]:
    """When its last job ended, and when the next is due."""
    last = row.seen.last
    if last is not None and last.completed_at is not None:
        yield tag("span", "last ", when(last.completed_at, board.now))
    schedule = views.source(row.seen.source, board.now)["schedule"]
    due = parse_iso(schedule["next_fire_time"]) if schedule else None
    if due is not None:
        yield tag("span", "next ", when(due, board.now))


def _search(board: Board) -> Html:
    kept = {"account": board.view.account, "state": board.view.state}
    hidden = [tag("input", type="hidden", name=k, value=v) for k, v in kept.items() if v]
    label = tag("label", "Find a source", for_="find")
    field = tag(
        "input",
        type="search",
        id="find",
        name="find",
        value=board.view.find,
        maxlength=80,
        placeholder="Name, type or id",
    )
    return tag(
        "form",
        hidden,
        label,
        field,
        tag("button", "Find"),
        method="get",
        action="/",
        class_="search",
    )


def _pages(board: Board, page: int, last: int) -> Html:
    def link(text: str, to: int, rel: str) -> Html:
        there = 1 <= to <= last
        return (
            tag("a", text, href=board.view.link(page=to), rel=rel) if there else tag("span", text)
        )

    return tag(
        "nav",
        link("Previous", page - 1, "prev"),
        tag("span", f"Page {page:,} of {last:,}"),
        link("Next", page + 1, "next"),
        aria_label="Pages of sources",
        class_="pages",
    )
