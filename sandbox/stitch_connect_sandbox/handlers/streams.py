"""Streams: what there is, and what is selected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import errors, views
from ..call import Call, handles
from ..lifecycle import SELECTING
from ..records import Stream

WRITABLE = frozenset(views.WRITABLE)


@handles("streams.list")
def list_streams(call: Call) -> Any:
    return [views.stream(one) for one in call.store.streams_of.of(call.source().id)]


@handles("streams.schema")
def get_schema(call: Call) -> Any:
    try:
        source = call.source()
    except errors.ApiError:
        raise errors.invalid_stream_id(call.params["stream_id"]) from None
    stream = call.store.streams.get(call.number("stream_id") or 0)
    if stream is None or stream.source_id != source.id:
        raise errors.invalid_stream_id(call.params["stream_id"])
    return views.stream_schema(stream)


@handles("streams.update_metadata")
def update_metadata(call: Call) -> Any:
    changes = list(_changes(call.body))
    known = _known_streams(call)
    named = [one.get("tap_stream_id") for one in call.body["streams"]]
    unknown = [name for name in named if not isinstance(name, str) or name not in known]
    if unknown:
        raise errors.invalid_tap_stream_ids(unknown)
    for name, field, metadata in changes:
        _refuse(known[str(name)], field, metadata)
    if call.problems:
        raise errors.streams_body()
    for name, field, metadata in changes:
        stream = call.store.streams[known[str(name)].id]
        call.store.streams.put(_changed(call, stream, field, metadata))
    call.engine.selection_changed(call.source())
    return {"status": 200}


def _known_streams(call: Call) -> dict[str, Stream]:
    """The streams of the source, once they can be selected.

    There are none of one that is unknown, which no error of its own names.
    """
    try:
        source = call.source()
    except errors.ApiError:
        if not call.body["streams"]:
            raise errors.missing() from None
        return {}
    found = call.store.streams_of.of(source.id) if source.step in SELECTING else []
    return {one.tap_stream_id: one for one in found}


def _changes(body: Any) -> Iterator[tuple[str | None, str | None, Mapping[str, Any]]]:
    """(stream, field or None, metadata) of each entry."""
    streams = body.get("streams") if isinstance(body, dict) else None
    if not isinstance(streams, list) or not all(isinstance(one, dict) for one in streams):
        raise errors.streams_body()
    for one in streams:
        entries = one.get("metadata")
        if not isinstance(entries, list):
            raise errors.streams_body()
        for entry in entries:
            crumb = entry.get("breadcrumb") if isinstance(entry, dict) else None
            if not _is_path(crumb) or not isinstance(entry.get("metadata"), dict):
                raise errors.streams_body()
            yield one.get("tap_stream_id"), crumb[-1] if crumb else None, entry["metadata"]


def _is_path(crumb: Any) -> bool:
    """Whether it leads to a stream, `[]`, or to one of its fields, `["properties", FIELD]`."""
    return crumb == [] or (
        isinstance(crumb, list)
        and len(crumb) == 2
        and crumb[0] == "properties"
        and isinstance(crumb[1], str)
    )


def _refuse(stream: Stream, field: str | None, metadata: Mapping[str, Any]) -> None:
    allowed = WRITABLE if field is None else frozenset({"selected"})
    if set(metadata) - allowed:
        raise errors.read_only_metadata(sorted(set(metadata) - allowed))
    if field is None:
        return
    if field not in stream.fields:
        raise errors.streams_body()
    unsupported = stream.fields[field]["metadata"].get("inclusion") == "unsupported"
    if unsupported and metadata.get("selected"):
        raise errors.unsupported_field()


def _changed(call: Call, stream: Stream, field: str | None, metadata: Mapping[str, Any]) -> Stream:
    if field is None:
        return call.store.streams.change(stream, metadata={**stream.metadata, **metadata})
    one = stream.fields[field]
    fields = {**stream.fields, field: {**one, "metadata": {**one["metadata"], **metadata}}}
    return call.store.streams.change(stream, fields=fields)
