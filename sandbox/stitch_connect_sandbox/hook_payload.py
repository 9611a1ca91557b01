"""What a hook is told of a load, as documented. Pure."""

from __future__ import annotations

from typing import Any

from .clock import iso_millis
from .records import Batch, Destination, Source, Stream

Json = Any
EXTRACTED, BATCHED = 120.0, 90.0  # seconds before a load in which its rows came


def payload(batch: Batch, source: Source, destination: Destination, stream: Stream | None) -> Json:
    """The body of the request, for the one table of a batch."""
    metadata = {} if stream is None else stream.metadata
    return {
        "version": "1.0",
        "minimum_sdc_batched_at": iso_millis(batch.due - BATCHED),
        "integration_name": source.name,
        "new_version": metadata.get("replication-method") == "FULL_TABLE",
        "source_root_table_name": batch.stream_name,
        "destination_root_table_name": batch.stream_name,
        "table_version": int(source.created_at * 1000),
        "tables": [_table(batch, source, destination, metadata)],
    }


def _table(batch: Batch, source: Source, destination: Destination, metadata: Json) -> Json:
    extracted = batch.due - EXTRACTED
    keys = metadata.get("view-key-properties") or metadata.get("table-key-properties") or []
    file = f"{source.name}/{batch.stream_name}/1_{int(batch.due * 1000)}.csv"
    return {
        "source_table_name": batch.stream_name,
        "destination_table_name": batch.stream_name,
        "num_rows": batch.rows,
        "num_rows_rejected": 0,
        "bookmark_metadata": _bookmark(metadata, extracted),
        "max_time_extracted": iso_millis(extracted),
    } | ({"primary_keys": keys, "s3_objects": [file]} if destination.type == "s3" else {})


def _bookmark(metadata: Json, extracted: float) -> Json:
    key = metadata.get("replication-key") or next(
        iter(metadata.get("valid-replication-keys", ())), None
    )
    if key is None:
        return None
    span = {"min_value": iso_millis(extracted - 3600), "max_value": iso_millis(extracted)}
    return [{"key": key, **span}]
