"""The text of an extraction log, line by line as the documentation shows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from .engine import ROWS
from .records import Job

TRACE = "requests.exceptions.HTTPError"
SENT = "com.stitchdata.target-stitch-avro.flush-pipeline - send-stream-record-count-impl"


def text_of(job: Job) -> str:
    """The log of an ended job."""
    return "".join(f"{line}\n" for line in _lines(job))


def _line(moment: float, location: str, text: str) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03d}Z"
    return f"{stamp}{location:>7} - {text}"


def _lines(job: Job) -> Iterator[str]:
    at = job.started_at
    yield _line(at, "main", f"INFO Running tap {job.tap} for job {job.id}")
    if job.statuses.get("discovery") == 0:
        yield _line(job.ended["discovery"], "main", "INFO Discovery succeeded")
    if job.statuses.get("tap") == 0:
        yield from _extracted(job)
    for phase in ("discovery", "tap"):
        if job.statuses.get(phase) == 1:
            yield from _failed(job, phase)
    if job.phase == "terminated":
        yield _line(job.completed_at or at, "main", "INFO Terminated")
        return
    end = job.completed_at or at
    yield _line(end, "main", f"INFO Exit status is: {_exit_status(job)}")


def _extracted(job: Job) -> Iterator[str]:
    """The rows of each stream; the target speaks only of those that have some."""
    begun, ended = job.ended["discovery"], job.ended["tap"]
    step = (ended - begun) / (len(job.silent) + len(job.sent) + 1)
    streams = [*((name, 0) for name in job.silent), *((name, ROWS) for name in job.sent)]
    for number, (name, rows) in enumerate(streams, 1):
        at = begun + step * number
        yield _line(at, "tap", f'INFO replicated {rows} records from "{name}" endpoint')
        if rows:
            yield _line(at, "target", f"INFO {SENT} {name}")


def _failed(job: Job, phase: str) -> Iterator[str]:
    at = job.completed_at or job.started_at
    yield _line(at - 0.4, "tap", f"CRITICAL {job.descriptions[phase]}")
    yield _line(at - 0.3, "tap", f"{TRACE}: {job.descriptions[phase]}")
    yield _line(at - 0.2, "main", "INFO Tap exited abnormally with status 1")


def _exit_status(job: Job) -> str:
    found = []
    for phase in ("discovery", "tap", "target"):
        status = job.statuses.get(phase)
        if status is None:
            continue
        said = "succeeded" if status == 0 else f"failed with code {status}"
        if status and job.descriptions.get(phase):
            said += f' and error message: "{job.descriptions[phase]}"'
        found.append(f"{phase.capitalize()} {said}.")
    return " ".join(found)
