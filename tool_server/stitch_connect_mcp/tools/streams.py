"""Streams: which there are, and which of their fields will replicate, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import stitch_connect as sdk
from pydantic import Field

from ..calls import Call
from ..paging import Asked, Cursor, Detail, Limit, Page, Search, page_of
from ..registry import tool
from ..results import Answer, Row
from .shared import SourceArgument, has

if TYPE_CHECKING:
    from stitch_connect.selection import FieldPreview, StreamPreview, StreamState

StreamArgument = Annotated[int | str, Field(description="Id or name.")]


class StreamRow(Row):
    """A stream in a list."""

    stream_id: int
    name: str
    selected: bool
    method: str | None = None
    key: str | None = None
    view: bool | None = None
    tap_stream_id: str | None = None


class StreamList(Answer):
    """The streams of a source."""

    source_id: int
    streams: list[StreamRow]
    next: str | None = None
    note: str | None = None


class FieldRow(Row):
    """A field of a stream."""

    name: str
    replicates: bool
    why: str


class StreamDetail(Answer):
    """One stream with its fields."""

    source_id: int
    stream_id: int
    name: str
    tap_stream_id: str
    selected: bool
    replicates: bool
    reason: str
    method: str | None = None
    key: str | None = None
    problems: list[str] | None = None
    fields: list[FieldRow]
    next: str | None = None
    note: str | None = None


@tool("streams.list", toolset="streams")
async def list_streams(
    call: Call,
    source: SourceArgument,
    search: Search = None,
    selected: bool | None = None,
    detail: Detail = "concise",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> StreamList:
    """Lists the streams (tables) of a source: selected or not, and by which method."""
    found = await call.find_source(source)
    filters = {"source": found.id, "search": search, "selected": selected}
    page = await page_of(
        Asked("list_streams", limit, cursor, filters),
        _states(await call.stitch.streams.list(found.id)),
        show=lambda s: _row(call, s, detail),
        keep=lambda s: has(search, s.label) and selected in (None, s.selected is True),
        key=lambda s: s.stream_id,
    )
    return StreamList(source_id=found.id, streams=page.rows, next=page.next, note=page.note)


def _states(streams: Iterable[sdk.models.Stream]) -> list[StreamState]:
    from stitch_connect.selection import read_stream

    return [read_stream(one) for one in streams]


def _row(call: Call, stream: StreamState, detail: Detail) -> StreamRow:
    line = call.words.line
    row = StreamRow(
        stream_id=stream.stream_id,
        name=line(stream.label),
        selected=stream.selected is True,
        method=_line(call, stream.method_in_force),
    )
    if detail == "full":
        row.key, row.view = _line(call, stream.key_in_force), stream.is_view
        row.tap_stream_id = line(stream.tap_stream_id)
    return row


def _line(call: Call, text: str | None) -> str | None:
    return call.words.line(text) if text else None


@tool("streams.schema", toolset="streams")
async def get_stream(
    call: Call,
    source: SourceArgument,
    stream: StreamArgument,
    search: Search = None,
    replicates: bool | None = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> StreamDetail:
    """Shows a stream: which of its fields will replicate and why, its method, its problems."""
    found = await call.find_source(source)
    preview = (await call.stitch.selection.preview(found.id, [stream])).streams[0]
    filters = {"of": preview.stream_id, "search": search, "replicates": replicates}
    page = await page_of(
        Asked("get_stream", limit, cursor, filters),
        preview.fields,
        show=lambda f: _field(call, f),
        keep=lambda f: has(search, f.name) and replicates in (None, f.replicates),
        key=lambda f: f.breadcrumb,
    )
    return _detail(call, found.id, preview, page)


def _field(call: Call, field: FieldPreview) -> FieldRow:
    return FieldRow(name=call.words.line(field.name), replicates=field.replicates, why=field.why)


def _detail(
    call: Call, source_id: int, stream: StreamPreview, page: Page[FieldRow]
) -> StreamDetail:
    line, said = call.words.line, call.words.said
    return StreamDetail(
        source_id=source_id,
        stream_id=stream.stream_id,
        name=line(stream.label),
        tap_stream_id=line(stream.tap_stream_id, 200),
        selected=stream.selected is True,
        replicates=stream.replicates,
        reason=stream.reason,
        method=_line(call, stream.replication_method),
        key=_line(call, stream.replication_key),
        problems=[said(one, 300) for one in stream.problems[:10]] or None,
        fields=page.rows,
        next=page.next,
        note=page.note,
    )
