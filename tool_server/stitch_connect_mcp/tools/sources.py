"""Sources: list them, look at one."""

from __future__ import annotations

from typing import Any, Literal

import stitch_connect as sdk

from ..calls import Call
from ..paging import Asked, Cursor, Detail, Limit, Search, page_of, that_fit
from ..registry import tool
from ..results import Answer, Row
from .shared import PropertyRow, SourceArgument, has, shown_properties, state_of, when

SourceState = Literal["ready", "paused", "system_paused", "needs_setup", "deleted"]


class SourceRow(Row):
    """A source in a list."""

    id: int
    name: str
    type: str
    state: str
    display_name: str | None = None
    created: str | None = None
    next_run: str | None = None


class SourceList(Answer):
    """The sources of the account."""

    published = True

    sources: list[SourceRow]
    next: str | None = None
    note: str | None = None


class SourceDetail(Answer):
    """One source."""

    id: int
    name: str
    display_name: str
    type: str
    state: str
    account: int
    step: str | None = None
    schedule: str | None = None
    next_run: str | None = None
    created: str | None = None
    updated: str | None = None
    paused: str | None = None
    deleted: str | None = None
    properties: list[PropertyRow] | None = None
    note: str | None = None


@tool("sources.list", toolset="sources")
async def list_sources(
    call: Call,
    search: Search = None,
    state: SourceState | None = None,
    detail: Detail = "concise",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> SourceList:
    """Lists the sources of the account with their state; the search is in name and type."""
    asked = Asked("list_sources", limit, cursor, {"search": search, "state": state})
    page = await page_of(
        asked,
        await call.stitch.sources.list(),
        show=lambda s: _row(call, s, detail),
        keep=lambda s: has(search, s.name, s.display_name, s.type) and state in (None, state_of(s)),
    )
    return SourceList(sources=page.rows, next=page.next, note=page.note)


def _row(call: Call, source: sdk.models.Source, detail: Detail) -> SourceRow:
    line = call.words.line
    row = SourceRow(
        id=source.id, name=line(source.name), type=line(source.type), state=state_of(source)
    )
    if detail == "full":
        row.display_name = line(source.display_name)
        row.created = when(source.created_at)
        row.next_run = when(source.schedule.next_fire_time) if source.schedule else None
    return row


@tool("sources.get", toolset="sources")
async def get_source(
    call: Call, source: SourceArgument, detail: Detail = "concise"
) -> SourceDetail:
    """Shows one source: its state, its schedule, when it runs next; in full its settings too."""
    found = await call.find_source(source)
    shown = _shown(call, found)
    return _in_full(call, shown, found) if detail == "full" else shown


def _shown(call: Call, source: sdk.models.Source) -> SourceDetail:
    line = call.words.line
    return SourceDetail(
        id=source.id,
        name=line(source.name),
        display_name=line(source.display_name),
        type=line(source.type),
        state=state_of(source),
        account=source.stitch_client_id,
        schedule=_schedule(source),
        next_run=when(source.schedule.next_fire_time) if source.schedule else None,
    )


def _in_full(call: Call, shown: SourceDetail, source: sdk.models.Source) -> SourceDetail:
    step = getattr(source.report_card, "current_step_type", None)
    shown.step = call.words.line(step) if step else None
    shown.created, shown.updated = when(source.created_at), when(source.updated_at)
    shown.paused = when(source.paused_at or source.system_paused_at)
    shown.deleted = when(source.deleted_at)
    rows = shown_properties(call.words, source)
    shown.properties = that_fit(rows)
    if len(shown.properties) < len(rows):
        shown.note = f"{len(shown.properties)} of {len(rows)} settings fit into an answer"
    return shown


def _schedule(source: Any) -> str | None:
    """The schedule in words, which quote nothing but numbers; one that cannot be read is none."""
    try:
        found = sdk.Schedule.of(source)
    except ValueError:
        return "not readable"
    return found.explain() if found else None
