"""The control plane's action on what a discovery has found: streams as a test wants them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import views
from .arguments import ID, Field, Fields, held
from .discovery import put_streams
from .records import Stream

if TYPE_CHECKING:
    from .app import Sandbox

Json = Any
FIELD: Fields = {
    "schema": Field("the JSON schema of the field", lambda value: isinstance(value, dict)),
    "metadata": Field("a JSON object", lambda value: isinstance(value, dict), required=True),
}
STREAM: Fields = {
    "tap_stream_id": Field("a text", lambda value: isinstance(value, str), required=True),
    "stream_name": Field("a text", lambda value: isinstance(value, str), required=True),
    "metadata": Field("a JSON object", lambda value: isinstance(value, dict), required=True),
    "fields": Field("a JSON object", lambda value: isinstance(value, dict), required=True),
}
STREAMS: Fields = {
    "source_id": ID,
    "streams": Field("a list of streams", lambda value: isinstance(value, list), required=True),
}


def plant_streams(sandbox: Sandbox, given: dict[str, Json]) -> Json:
    """Replace the streams of a source, as if a discovery had found these."""
    source = sandbox.store.sources.get(held(given, STREAMS)["source_id"])
    if source is None:
        raise ValueError(f"no source has the id {given['source_id']}")
    streams = [_record(held(one, STREAM)) for one in given["streams"]]
    if len({one["tap_stream_id"] for one in streams}) < len(streams):
        raise ValueError("each tap_stream_id is given once")
    for old in sandbox.store.streams_of.of(source.id):
        sandbox.store.streams.drop(old.id)
    found = put_streams(sandbox.store, source, streams)
    for problem in _problems(sandbox, found):
        raise ValueError(f"Stitch would not answer so: {problem}")
    return [{"stream_id": one.id, "tap_stream_id": one.tap_stream_id} for one in found]


def _record(given: dict[str, Json]) -> dict[str, Json]:
    fields = {name: {"schema": {}, **held(one, FIELD)} for name, one in given["fields"].items()}
    return {
        "tap_stream_id": given["tap_stream_id"],
        "name": given["stream_name"],
        "metadata": given["metadata"],
        "fields": fields,
    }


def _problems(sandbox: Sandbox, streams: list[Stream]) -> Iterator[str]:
    """What of the answers that will tell of them is outside the contract."""
    operations = {one.id: one for one in sandbox.routes}
    check = sandbox.validation.answer
    yield from check(operations["streams.list"], 200, [views.stream(one) for one in streams])
    for one in streams:
        yield from check(operations["streams.schema"], 200, views.stream_schema(one))
