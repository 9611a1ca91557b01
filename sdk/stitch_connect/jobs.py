"""Did my replication finish? What becomes of a job, from what the API lists.

The API has no "get job". It lists the last *completed* extraction of each source and the latest
load of each stream, so the outcome is a judgement over both:

    not listed                                    running
    listed, an exit status other than 0           extraction_failed, at the first such phase
    listed, no exit status at all                 terminated
    listed, an expected stream in error           load_failed
    listed, expected streams not all newer        loading
    listed, expected streams all newer            loaded
    a newer job listed in place of ours           unknown

A null exit status never means "still running": an extraction is listed when it has ended.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction, Load

State = Literal[
    "running", "extraction_failed", "terminated", "loading", "load_failed", "loaded", "unknown"
]
ENDED = frozenset({"extraction_failed", "terminated", "load_failed", "loaded", "unknown"})
PHASES = ("discovery", "tap", "target")


class InvalidHandle(ValueError):
    """A string that names no job."""

    def __init__(self) -> None:
        super().__init__("not the handle of a job")


@dataclass(frozen=True, slots=True)
class JobHandle:
    """Names a job, as a string that survives a restart.

    Stitch does not name a job that was running already. Such a handle holds the last job of the
    source that had completed by then: the first other one to be listed is ours.

    Arguments:
        client_id: The account.
        source_id: The source.
        job_name: The job's name, where it is known.
        after: The last completed job when the handle was made, where the name is not known.
    """

    client_id: int
    source_id: int
    job_name: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        return self.job_name or f"{self.client_id}.{self.source_id}.after.{self.after or 'none'}"

    @classmethod
    def parse(cls, text: str) -> "JobHandle":
        """Read a handle.

        Raises:
            InvalidHandle: Not a handle.
        """
        parts = text.split(".")
        if len(parts) != 4 or parts[2] not in ("sync", "after"):
            raise InvalidHandle
        client_id, source_id = _number(parts[0]), _number(parts[1])
        if parts[2] == "sync":
            return cls(client_id, source_id, job_name=text)
        return cls(client_id, source_id, after=None if parts[3] == "none" else parts[3])

    def is_listed_as(self, job_name: str) -> bool:
        """Return whether the completed job `job_name` is this one."""
        if self.job_name is not None:
            return job_name == self.job_name
        return job_name.rpartition(".")[2] != self.after

    def is_older_than(self, job_name: str) -> bool:
        """Return whether `job_name` is known to have started after this job."""
        if self.job_name is None:
            return False
        mine, other = _started(self.job_name), _started(job_name)
        return mine is not None and other is not None and other > mine


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """A stream that did not load, and why."""

    stream: str
    error: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """What is known of a job.

    Arguments:
        job: The job's name, or the handle while the name is not known.
        state: See the head of this module.
        phase, exit_status, message: Where and why an extraction failed.
        loaded, expected: Streams loaded since the job started, and streams selected.
        failures: Streams whose load failed.
        started, completed: When the extraction began and ended, by Stitch's clock.
    """

    job: str
    source_id: int
    state: State
    phase: str | None = None
    exit_status: int | None = None
    message: str | None = None
    loaded: int = 0
    expected: int = 0
    failures: tuple[StreamFailure, ...] = ()
    started: datetime | None = None
    completed: datetime | None = None

    @property
    def ended(self) -> bool:
        """Whether the state is final."""
        return self.state in ENDED

    @property
    def sentence(self) -> str:
        """The state in words."""
        return _SENTENCES[self.state].format(
            phase=self.phase, status=self.exit_status, loaded=self.loaded,
            expected=self.expected, failed=len(self.failures),
        )  # fmt: skip


_SENTENCES = {
    "running": "The extraction is running.",
    "extraction_failed": "The extraction failed in {phase} with exit status {status}.",
    "terminated": "The job was stopped before it ended.",
    "loading": "Extracted; {loaded} of {expected} streams are loaded.",
    "load_failed": "Extracted; {failed} of {expected} streams failed to load.",
    "loaded": "Extracted and loaded: {loaded} of {expected} streams.",
    "unknown": "A newer job of the source has completed; this one is no longer listed.",
}


def listed(handle: JobHandle, extractions: Iterable["Extraction"]) -> "Extraction | None":
    """Return the completed extraction of the handle's source, its own or another."""
    return next((e for e in extractions if e.source_id == handle.source_id), None)


def extraction_status(handle: JobHandle, extraction: "Extraction | None") -> JobStatus | None:
    """Judge the extraction; None when it succeeded and the loads decide."""
    if extraction is None or not handle.is_listed_as(extraction.job_name):
        gone = extraction is not None and handle.is_older_than(extraction.job_name)
        state: State = "unknown" if gone else "running"
        return JobStatus(job=str(handle), source_id=handle.source_id, state=state)
    if extraction.completion_time is None:
        return _of(extraction, "running")
    statuses = {phase: getattr(extraction, f"{phase}_exit_status") for phase in PHASES}
    failed = next((phase for phase, status in statuses.items() if status), None)
    if failed:
        message = getattr(extraction, f"{failed}_description")
        return _of(
            extraction,
            "extraction_failed",
            phase=failed,
            exit_status=statuses[failed],
            message=message,
        )
    if all(status is None for status in statuses.values()):
        return _of(extraction, "terminated", message=extraction.discovery_description)
    return None


def load_status(
    extraction: "Extraction", loads: Iterable["Load"], selected: Collection[str]
) -> JobStatus:
    """Judge the loads of an extraction that succeeded.

    Arguments:
        loads: The loads of the extraction's source.
        selected: Names of the streams selected to replicate.
    """
    latest = {load.stream_name: load for load in loads if load.stream_name in selected}
    failures = tuple(_failure(load) for load in latest.values() if load.error_state is not None)
    loaded = sum(
        load.error_state is None
        and load.last_batch_loaded_at is not None
        and load.last_batch_loaded_at >= extraction.start_time
        for load in latest.values()
    )
    state: State = "loaded" if loaded >= len(selected) else "loading"
    return _of(
        extraction,
        "load_failed" if failures else state,
        loaded=loaded,
        expected=len(selected),
        failures=failures,
    )


def _of(
    extraction: "Extraction",
    state: State,
    *,
    phase: str | None = None,
    exit_status: int | None = None,
    message: str | None = None,
    loaded: int = 0,
    expected: int = 0,
    failures: tuple[StreamFailure, ...] = (),
) -> JobStatus:
    return JobStatus(
        job=extraction.job_name,
        source_id=extraction.source_id,
        state=state,
        phase=phase,
        exit_status=exit_status,
        message=message,
        loaded=loaded,
        expected=expected,
        failures=failures,
        started=extraction.start_time,
        completed=extraction.completion_time,
    )


def _failure(load: "Load") -> StreamFailure:
    data = load.error_state.notification_data if load.error_state else None
    return StreamFailure(
        load.stream_name,
        data.error if data else None,
        (data.warehouse_message or data.message) if data else None,
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidHandle
    return int(text)


def _started(job_name: str) -> int | None:
    """Return the start that a version-1 UUID carries; other versions carry none."""
    try:
        uuid = UUID(job_name.rpartition(".")[2])
    except ValueError:
        return None
    return uuid.time if uuid.version == 1 else None
