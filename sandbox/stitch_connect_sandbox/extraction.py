"""Why what is selected cannot be extracted: the API accepts it, and the job fails. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from .discovery import is_selected
from .records import Stream


def refusal(streams: Iterable[Stream]) -> str | None:
    """What is wrong with the selection, in the words of a tap; None when nothing is."""
    selected = (one for one in streams if is_selected(one))
    return next((said for said in map(_refusal, selected) if said), None)


def _refusal(stream: Stream) -> str | None:
    metadata = stream.metadata
    if metadata.get("is-view") and not metadata.get("view-key-properties"):
        return f"The view {stream.tap_stream_id} has no view-key-properties"
    method = metadata.get("forced-replication-method") or metadata.get("replication-method")
    if method != "INCREMENTAL":
        return None
    key = metadata.get("replication-key") or next(
        iter(metadata.get("valid-replication-keys", ())), None
    )
    if key is None:
        return f"No replication key is set for {stream.tap_stream_id}, which is INCREMENTAL"
    if key not in stream.fields:
        return f"The replication key {key} is no column of {stream.tap_stream_id}"
    return None
