"""Previews a source of 2,000 streams with 200 fields each, from what the calls have returned.

Prints the seconds it takes, and those of `json.loads` over the same answers.
"""

from __future__ import annotations

import json
import statistics
import time
from itertools import cycle, product, starmap

from stitch_connect.models import Stream, StreamSchema
from stitch_connect.selection import preview_streams, read_stream
from stitch_connect_runtime.decode import Decoder

STREAMS, FIELDS, SAMPLES, DIFFERENT = 2000, 200, 7, 50
INCLUSIONS = ("automatic", "available", "unsupported")
ROWS = list(product(INCLUSIONS, (True, False, None), (True, False, None)))
WRITABLE = ["selected", "replication-method", "replication-key", "view-key-properties"]


def entry(number: int) -> dict[str, object]:
    inclusion, selected, by_default = ROWS[number % len(ROWS)]
    said = {"inclusion": inclusion, "selected": selected, "selected-by-default": by_default}
    metadata = said | {"sql-datatype": "character varying"}
    return {"breadcrumb": ["properties", f"field_{number}"], "metadata": metadata}


def schema() -> bytes:
    properties = {f"field_{number}": {"type": ["null", "string"]} for number in range(FIELDS)}
    own = {"selected": True, "is-view": False, "replication-method": "FULL_TABLE"}
    entries = [{"breadcrumb": [], "metadata": own}, *map(entry, range(FIELDS))]
    told = {"schema": json.dumps({"properties": properties}), "metadata": entries}
    return json.dumps(told | {"non-discoverable-metadata-keys": WRITABLE}).encode()


def listed() -> list[Stream]:
    return [
        Stream.model_validate(
            {
                "stream_id": number,
                "tap_stream_id": f"db-public-{number}",
                "stream_name": f"table_{number}",
                "selected": True,
                "metadata": {"selected": True, "schema-name": "public"},
            }
        )
        for number in range(STREAMS)
    ]


def main() -> None:
    """Few of the schemas are different objects, so that the answers fit into memory."""
    decoder, body = Decoder[StreamSchema](StreamSchema), schema()
    schemas = cycle([decoder.decode(body, "streams.schema") for _ in range(DIFFERENT)])
    pairs = list(zip(listed(), schemas))  # noqa: B905  # the schemas go round and round
    taken: dict[str, list[float]] = {"preview": [], "json": []}
    for _ in range(SAMPLES):
        begin = time.perf_counter()
        seen = preview_streams(120643, starmap(read_stream, pairs))
        taken["preview"].append(time.perf_counter() - begin)
        assert len(seen.replicating) == STREAMS
        del seen
        begin = time.perf_counter()
        for _ in pairs:
            json.loads(body)
        taken["json"].append(time.perf_counter() - begin)
    for name, series in taken.items():
        print(name, statistics.median(series))


main()
