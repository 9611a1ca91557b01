"""Replication jobs: start one, stop it, and learn what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import stitch_connect as sdk
from pydantic import Field

from ..calls import Call
from ..recent import freshness
from ..registry import tool
from ..results import Answer, Outcome, Row, Started
from .shared import SourceArgument, free_or_none, said_or_none, when

Wait = Annotated[int, Field(ge=0, le=25)]
MOST = 20


class Failure(Row):
    """A stream that did not load."""

    stream: str
    error: str | None = None
    message: str | None = None


class JobReport(Answer):
    """What is known of a job."""

    published = True

    job: str
    source_id: int
    state: str
    ended: bool
    summary: str
    loaded: int
    expected: int | None = None
    message: str | None = None
    failures: list[Failure] | None = None
    started: str | None = None
    completed: str | None = None
    freshness: str | None = None


@tool("replication_jobs.start", toolset="jobs")
async def start_job(call: Call, source: SourceArgument) -> Started:
    """Starts a replication job of a source, or attaches to the one that runs. Returns a handle."""
    found = await call.find_source(source)
    job = await call.stitch.jobs.start(found.id)
    said = "A job was started" if job.job_name else "A job was running already"
    return Started(
        status="started", what=f"{said} for source {found.id}; get_job follows it.", job=str(job)
    )


@tool("replication_jobs.stop", toolset="jobs")
async def stop_job(call: Call, source: SourceArgument) -> Outcome:
    """Stops the replication job of a source that is running, if any; what was loaded stays."""
    found = await call.find_source(source)
    await call.stitch.jobs.stop(found.id)
    what = (
        f"No replication job of source {found.id} runs any more; get_job may show it running until "
        "its next refresh."
    )
    return Outcome(status="done", what=what)


@tool("extractions.list", toolset="jobs")
async def get_job(call: Call, job: str, wait_seconds: Wait = 0) -> JobReport:
    """Tells whether a job has ended and loaded, by the handle of start_job or list_extractions."""
    status = await call.stitch.jobs.status(job)
    if wait_seconds and not status.ended:
        await call.stitch.jobs.wait(job, deadline=wait_seconds, on_progress=_telling(call))
        status = await call.stitch.jobs.status(job)
    return _report(call, status)


def _telling(call: Call) -> Callable[[sdk.JobStatus], Awaitable[None]]:
    return lambda seen: call.progress(seen.loaded, seen.expected, seen.sentence)


def _report(call: Call, status: sdk.JobStatus) -> JobReport:
    line, due = call.words.line, status.refresh_in
    failures = [
        Failure(
            stream=line(one.stream),
            error=line(one.error) if one.error else None,
            message=said_or_none(call.words, one.message),
        )
        for one in status.failures[:MOST]
    ]
    return JobReport(
        job=line(status.job, 120),
        source_id=status.source_id,
        state=status.state,
        ended=status.ended,
        summary=status.sentence,
        loaded=status.loaded,
        expected=status.expected,
        message=free_or_none(call.words, status.message),
        failures=failures or None,
        started=when(status.started),
        completed=when(status.completed),
        freshness=freshness(status.age, due)
        if status.age is not None and due is not None
        else None,
    )
