"""The log of an extraction: its end, what matches a search, one phase."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import stitch_connect as sdk
from pydantic import Field

from ..calls import Call
from ..paging import Search
from ..redaction import HIDDEN
from ..registry import tool
from ..results import Answer
from ..text import cap, one_line
from ..weight import RESULT_CAP, weight
from .history import last_extraction
from .shared import SourceArgument, has

Part = Literal["main", "tap", "target"]
Tail = Annotated[int, Field(ge=1, le=500)]
KEY_LINES = 120  # of a private key, at most
LINE = 400  # characters of a line
ROOM = RESULT_CAP - 500  # tokens for lines
_PART = re.compile(r"\S+ \S+ +(?P<part>main|tap|target) - ")
WHICH = "give either the source, whose last extraction is meant, or the job"


class ExtractionLog(Answer):
    """Lines of the log of an extraction."""

    job: str
    shown: int
    matching: int
    of: int
    log: str
    note: str | None = None


@tool("extractions.logs", toolset="jobs")
async def read_extraction_log(
    call: Call,
    source: SourceArgument | None = None,
    job: str | None = None,
    search: Search = None,
    part: Part | None = None,
    tail: Tail = 60,
) -> ExtractionLog:
    """Reads the end of the log of a source's last extraction, or of a job; by text or by part."""
    handle = await _job(call, source, job)
    stream = call.stitch.extractions.logs(handle.client_id, str(handle))
    found = await _last_lines(call, stream, search, part, tail)
    return _shown(call, handle, *found)


def _shown(
    call: Call, job: sdk.JobHandle, kept: deque[str], matching: int, total: int
) -> ExtractionLog:
    lines = _that_fit(kept)
    return ExtractionLog(
        job=call.words.line(job, 120),
        shown=len(lines),
        matching=matching,
        of=total,
        log=call.words.free("\n".join(lines), limit=LINE * len(lines) + 1),
        note=None if len(lines) == matching else "earlier lines are left out; search, or part",
    )


async def _job(call: Call, source: int | str | None, job: str | None) -> sdk.JobHandle:
    if (source is None) is (job is None):
        raise sdk.errors.InvalidArgument(WHICH)
    if job is not None:
        return sdk.JobHandle.parse(job)
    found = await call.find_source(source or 0)
    last = await last_extraction(call, found.id)
    if last is None:
        raise sdk.errors.InvalidArgument(
            f"no extraction of source {found.id} has completed within 60 days"
        )
    return sdk.JobHandle.parse(last.job_name)


async def _last_lines(
    call: Call, stream: Any, search: str | None, part: str | None, tail: int
) -> tuple[deque[str], int, int]:
    """The last lines that match, how many match, and how many there are."""
    kept: deque[str] = deque(maxlen=tail)
    matching, total, current = 0, 0, None
    async for line in _clean(call, stream):
        total += 1
        found = _PART.match(line)
        current = found["part"] if found else current
        if part in (None, current) and has(search, line):
            matching += 1
            kept.append(line)
    return kept, matching, total


async def _clean(call: Call, stream: Any) -> AsyncIterator[str]:
    """The lines without secrets: those of a private key stand on lines of their own."""
    left = 0
    async for line in stream:
        seen = one_line(line)
        left = KEY_LINES if "-----BEGIN " in seen and "PRIVATE KEY" in seen else left - 1
        yield HIDDEN if left > 0 else call.words.plain(seen)
        if "-----END " in seen:
            left = 0


def _that_fit(lines: deque[str]) -> list[str]:
    """The last lines that fit into an answer, each of them cut to a length."""
    room, fitting = ROOM, deque[str]()
    for line in reversed(lines):
        short = cap(line, LINE)
        room -= weight(short) + 1
        if room < 0:
            break
        fitting.appendleft(short)
    return list(fitting)
