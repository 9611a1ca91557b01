"""Generated catalogs of streams, and an account in memory that holds one as the API would.

The account knows the documented rule as one sentence of code, not as a table, and keeps plain JSON:
so it can judge what is told of it.
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import strategies as st
from stitch_connect.models import Stream, StreamSchema
from stitch_connect.selection import StreamState, read_stream
from stitch_connect_runtime.decode import Decoder

FLAGS = (True, False, None)
INCLUSIONS = ("automatic", "available", "available", "available", "unsupported")
NAMES = ("id", "name", "updated_at", "ga:date", "Größe", "a.b", "select", "na‮me", "0", " ")
TYPES: tuple[dict[str, Any], ...] = (
    {"type": ["null", "integer"]},
    {"type": ["null", "string"]},
    {"type": ["null", "string"], "format": "date-time"},
    {"type": "number"},
    {},
)
LISTS: Decoder[list[Stream]] = Decoder(list[Stream])
SCHEMAS: Decoder[StreamSchema] = Decoder(StreamSchema)
DIFFERENT = 60  # sets of fields in a catalog
WRITABLE = ["selected", "replication-method", "replication-key", "view-key-properties"]
Json = Any


def replicates(inclusion: str | None, selected: Any, by_default: Any) -> bool:
    """The documented rule in one line."""
    chosen = selected is True or by_default is True
    return inclusion == "automatic" or (inclusion == "available" and chosen)


def catalog(random: Random, streams: int, fields: int) -> list[Json]:
    """Streams as the sandbox is given them; of many, several have the same fields."""
    several = [_fields(random, fields) for _ in range(min(streams, DIFFERENT))]
    return [_stream(random, number, random.choice(several)) for number in range(streams)]


def catalogs(streams: int, fields: int) -> st.SearchStrategy[list[Json]]:
    """Catalogs of up to so many streams with up to so many fields each."""
    sizes = st.integers(1, streams), st.integers(0, fields)
    return st.builds(catalog, st.randoms(use_true_random=False), *sizes)


def _fields(random: Random, count: int) -> Json:
    names = [*NAMES, *(f"field_{i}" for i in range(count))][:count]
    return {one: _field(random, names) for one in names}


def _stream(random: Random, number: int, fields: Json) -> Json:
    schema, name = random.choice(("public", "other")), f"table_{number // 2}"
    view, names = random.random() < 0.2, list(fields)
    metadata: Json = {"database-name": "db", "schema-name": f"{schema}_{number}", "is-view": view}
    metadata["selected"] = random.choice(FLAGS)
    if random.random() < 0.3:
        metadata["forced-replication-method"] = random.choice(("INCREMENTAL", "FULL_TABLE"))
    if names and random.random() < 0.4:
        few = random.randint(1, min(2, len(names)))
        metadata["valid-replication-keys"] = random.sample(names, few)
    if names and view and random.random() < 0.5:
        metadata["view-key-properties"] = names[:1]
    return {
        "tap_stream_id": f"db-{schema}-{number}",
        "stream_name": name,
        "metadata": metadata,
        "fields": fields,
    }


def _field(random: Random, names: list[str]) -> Json:
    metadata: Json = {"inclusion": random.choice(INCLUSIONS)}
    for key in ("selected", "selected-by-default"):
        if random.random() < 0.8:
            metadata[key] = random.choice(FLAGS)
    if random.random() < 0.05:
        metadata["fieldExclusions"] = [["properties", random.choice(names)]]
    return {"schema": random.choice(TYPES), "metadata": metadata}


class Memory:
    """The three calls of streams over a catalog in memory; `api.streams` for a flow."""

    def __init__(self, planted: list[Json]) -> None:
        self.planted = builtins.list(planted)
        self.updates: builtins.list[builtins.list[Json]] = []
        self.read: builtins.list[int] = []
        self.streams = self

    def list(self, source_id: int) -> builtins.list[Stream]:
        rows = [
            {
                "stream_id": number,
                "tap_stream_id": one["tap_stream_id"],
                "stream_name": one["stream_name"],
                "selected": one["metadata"].get("selected"),
                "metadata": one["metadata"],
            }
            for number, one in enumerate(self.planted, 1)
        ]
        return LISTS.decode(json.dumps(rows).encode(), "streams.list", strict=True)

    def schema(self, source_id: int, stream_id: int) -> StreamSchema:
        self.read.append(stream_id)
        one = self.planted[stream_id - 1]
        properties = {name: field["schema"] for name, field in one["fields"].items()}
        told = {
            "schema": json.dumps({"type": "object", "properties": properties}),
            "metadata": [
                {"breadcrumb": [], "metadata": one["metadata"]},
                *(
                    {"breadcrumb": ["properties", name], "metadata": field["metadata"]}
                    for name, field in one["fields"].items()
                ),
            ],
            "non-discoverable-metadata-keys": WRITABLE,
        }
        return SCHEMAS.decode(json.dumps(told).encode(), "streams.schema", strict=True)

    def update_metadata(self, source_id: int, *, streams: builtins.list[Json]) -> None:
        place = {one["tap_stream_id"]: n for n, one in enumerate(self.planted)}
        self.updates.append(streams)
        for update in streams:
            number = place[update["tap_stream_id"]]
            stream = self.planted[number] = json.loads(json.dumps(self.planted[number]))
            for entry in update["metadata"]:
                _target(stream, entry["breadcrumb"]).update(entry["metadata"])

    def states(self) -> builtins.list[StreamState]:
        """Its streams, all schemas read."""
        return [read_stream(one, self.schema(0, one.stream_id)) for one in self.list(0)]


def _target(stream: Json, breadcrumb: list[str]) -> Json:
    return stream["fields"][breadcrumb[1]]["metadata"] if breadcrumb else stream["metadata"]


def replicating(planted: list[Json]) -> Iterator[tuple[str, str]]:
    """The fields that the account would replicate, by tap_stream_id and name."""
    for stream in planted:
        for name, field in stream["fields"].items():
            said = field["metadata"]
            facts = (said.get(key) for key in ("inclusion", "selected", "selected-by-default"))
            if stream["metadata"].get("selected") is True and replicates(*facts):
                yield stream["tap_stream_id"], name
