"""Replication jobs: start one, and learn what became of it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import Field
from stitch_connect import JobStatus

from ..calls import Call
from ..registry import tool
from ..results import Answer, Outcome
from .sources import SourceArgument

Wait = Annotated[int, Field(ge=0, le=25, description="Wait up to this long for an end.")]


class JobReport(Answer):
    """What is known of a job."""

    job: str
    state: str
    ended: bool
    summary: str
    loaded: int
    expected: int | None = None
    message: str | None = None

    def text(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in self.model_dump(exclude_none=True).items())


@tool("replication_jobs.start", toolset="jobs")
async def start_job(call: Call, source: SourceArgument) -> Outcome:
    """Starts a replication job of a source, or attaches to the one that runs. Returns a handle."""
    found = await call.stitch.find_source(source)
    job = await call.stitch.jobs.start(found.id)
    said = "A job was started" if job.job_name else "A job was running already"
    return Outcome(status="started", what=f"{said}; follow it with get_job.", job=str(job))


@tool("extractions.list", toolset="jobs")
async def get_job(call: Call, job: str, wait_seconds: Wait = 0) -> JobReport:
    """Tells whether a job has finished and loaded. Give the handle that start_job returned."""
    status = await call.stitch.jobs.status(job)
    if wait_seconds and not status.ended:
        await call.stitch.jobs.wait(job, deadline=wait_seconds, on_progress=_telling(call))
        status = await call.stitch.jobs.status(job)
    return _report(call, status)


def _telling(call: Call) -> Callable[[JobStatus], Awaitable[None]]:
    return lambda seen: call.progress(seen.loaded, seen.expected, seen.sentence)


def _report(call: Call, status: JobStatus) -> JobReport:
    failed = [f"{one.stream}: {one.message or one.error}" for one in status.failures]
    message = status.message or "; ".join(failed)
    return JobReport(
        job=call.words.line(status.job, 120),
        state=status.state,
        ended=status.ended,
        summary=status.sentence,
        loaded=status.loaded,
        expected=status.expected,
        message=call.words.free(message) if message else None,
    )
