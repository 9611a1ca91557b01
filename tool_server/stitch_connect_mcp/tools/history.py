"""What ran: the last extraction of each source, the last load of each stream."""

from __future__ import annotations

from typing import Any, Literal

import stitch_connect as sdk

from ..calls import Call
from ..paging import MOST_CHUNKS, Asked, Cursor, Limit, chunks_of, page_through
from ..registry import tool
from ..results import Answer, Row
from .shared import SourceArgument, said_or_none, when

PHASES = ("discovery", "tap", "target")
Ended = Literal["succeeded", "failed", "terminated"]
Loaded = Literal["loaded", "failed"]


class ExtractionRow(Row):
    """The last extraction of a source."""

    source_id: int
    state: str
    completed: str | None
    job: str
    phase: str | None = None
    message: str | None = None


class ExtractionList(Answer):
    """The last extraction of each source."""

    extractions: list[ExtractionRow]
    next: str | None = None
    note: str | None = None
    freshness: str | None = None


class LoadRow(Row):
    """The last load of a stream."""

    source: str
    stream: str
    state: str
    loaded: str | None = None
    message: str | None = None


class LoadList(Answer):
    """The last load of each stream."""

    loads: list[LoadRow]
    next: str | None = None
    note: str | None = None
    freshness: str | None = None


@tool("extractions.list", toolset="jobs")
async def list_extractions(
    call: Call,
    source: SourceArgument | None = None,
    state: Ended | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExtractionList:
    """Lists the last completed extraction of each source, with its job and why it failed."""
    number = None if source is None else (await call.find_source(source)).id
    page = await page_through(
        Asked("list_extractions", limit, cursor, {"source": number, "state": state}),
        await extraction_chunks(call),
        show=lambda x: _extracted(call, x),
        keep=lambda x: number in (None, x.source_id) and state in (None, ended(x)),
        key=lambda x: x.source_id,
    )
    return ExtractionList(extractions=page.rows, **page.rest)


async def extraction_chunks(call: Call) -> Any:
    """Return how to read the extractions of the account in chunks."""
    client_id = await call.stitch.find_client_id()
    lists = call.stitch.extractions
    return chunks_of(call, "extractions", lambda page: lists.list(client_id, page=page))


async def last_extraction(call: Call, source_id: int) -> sdk.models.Extraction | None:
    """Return the last extraction of a source, if one has completed within 60 days."""
    chunk_at = await extraction_chunks(call)
    position: int | None = 0
    for _ in range(MOST_CHUNKS):
        chunk = await chunk_at(position or 0)
        found = next((row for row in chunk.rows if row.source_id == source_id), None)
        position = chunk.end
        if found is not None or position is None:
            return found
    return None


def failed_phase(extraction: sdk.models.Extraction) -> str | None:
    """Return the phase in which an extraction failed."""
    return next((one for one in PHASES if getattr(extraction, f"{one}_exit_status")), None)


def ended(extraction: sdk.models.Extraction) -> Ended:
    """Return how an extraction ended; one that was stopped has no exit status at all."""
    if failed_phase(extraction):
        return "failed"
    statuses = [getattr(extraction, f"{one}_exit_status") for one in PHASES]
    return "succeeded" if any(status is not None for status in statuses) else "terminated"


def _extracted(call: Call, extraction: sdk.models.Extraction) -> ExtractionRow:
    phase = failed_phase(extraction)
    message = getattr(extraction, f"{phase}_description") if phase else None
    return ExtractionRow(
        source_id=extraction.source_id,
        state=ended(extraction),
        completed=when(extraction.completion_time),
        job=call.words.line(extraction.job_name, 120),
        phase=phase,
        message=said_or_none(call.words, message),
    )


@tool("loads.list", toolset="jobs")
async def list_loads(
    call: Call,
    source: SourceArgument | None = None,
    state: Loaded | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> LoadList:
    """Lists the last load of each stream into the destination, and why it failed."""
    name = None if source is None else (await call.find_source(source)).name
    page = await page_through(
        Asked("list_loads", limit, cursor, {"source": name, "state": state}),
        await load_chunks(call),
        show=lambda x: _load(call, x),
        keep=lambda x: name in (None, x.source_name) and state in (None, loaded(x)),
        key=lambda x: (x.source_name, x.stream_name),
    )
    return LoadList(loads=page.rows, **page.rest)


async def load_chunks(call: Call) -> Any:
    """Return how to read the loads of the account in chunks."""
    client_id = await call.stitch.find_client_id()
    lists = call.stitch.loads
    return chunks_of(call, "loads", lambda page: lists.list(client_id, page=page))


def loaded(load: sdk.models.Load) -> Loaded:
    """Return how a load went."""
    return "loaded" if load.error_state is None else "failed"


def _load(call: Call, load: sdk.models.Load) -> LoadRow:
    data = getattr(load.error_state, "notification_data", None)
    said = (getattr(data, name, None) for name in ("warehouse_message", "message", "error"))
    return LoadRow(
        source=call.words.line(load.source_name),
        stream=call.words.line(load.stream_name),
        state=loaded(load),
        loaded=when(load.last_batch_loaded_at),
        message=said_or_none(call.words, next(filter(None, said), None)),
    )
