"""What is known of a job, as people get it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

State = Literal[
    "running", "extraction_failed", "terminated", "loading", "load_failed", "loaded",
    "loaded_no_new_rows", "superseded", "unknown",
]  # fmt: skip
OPEN = frozenset({"running", "loading"})


@dataclass(frozen=True, slots=True)
class StreamFailure:
    """A stream that did not load, and why: its error's code, and the warehouse's message."""

    stream: str
    error: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """What is known of a job.

    Arguments:
        job: The job's name, or the handle while the name is not known.
        source_id: The source.
        state: See :mod:`stitch_connect.jobs.outcome`.
        phase, exit_status, message: Where and why an extraction failed.
        loaded, expected: Streams loaded since the job started, and streams that should be;
            `expected` is None until it is known.
        failures: Streams whose load failed.
        unobserved: Selected streams that did not load and may have had no rows; the job's log,
            which would tell, could not be read.
        started, completed: When the extraction began and ended, by Stitch's clock.
        age: Seconds since this was asked of Stitch; None if it has not been yet.
        refresh_in: Seconds until it may be asked again within the budget; None once settled.
    """

    job: str
    source_id: int
    state: State
    phase: str | None = None
    exit_status: int | None = None
    message: str | None = None
    loaded: int = 0
    expected: int | None = None
    failures: tuple[StreamFailure, ...] = ()
    unobserved: tuple[str, ...] = ()
    started: datetime | None = None
    completed: datetime | None = None
    age: float | None = None
    refresh_in: float | None = None

    @property
    def ended(self) -> bool:
        """Whether the state is final."""
        return self.state not in OPEN

    @property
    def succeeded(self) -> bool:
        """Whether everything that the job extracted is in the destination."""
        return self.state in ("loaded", "loaded_no_new_rows")

    @property
    def sentence(self) -> str:
        """The state in words; quotes nothing that comes from Stitch."""
        known = "?" if self.expected is None else self.expected
        return _SENTENCES[self.state].format(
            phase=self.phase, status=self.exit_status, loaded=self.loaded, expected=known,
            failed=len(self.failures), left=_left_out(self.unobserved),
        )  # fmt: skip

    def unsettled(self, why: str) -> "JobStatus":
        """Return this as `unknown`, with what is known of it."""
        return replace(self, state="unknown", message=f"{why}; last known: {self.sentence}")


_SENTENCES: dict[str, str] = {
    "running": "The extraction is running.",
    "extraction_failed": "The extraction failed in {phase} with exit status {status}.",
    "terminated": "The job was stopped before it ended.",
    "loading": "Extracted; {loaded} of {expected} streams are loaded.",
    "load_failed": "Extracted; {failed} of {expected} streams failed to load.",
    "loaded": "Extracted and loaded: {loaded} of {expected} streams{left}.",
    "loaded_no_new_rows": "Extracted; no stream had new rows, so there was nothing to load.",
    "superseded": "A newer job of the source has completed; this one was never listed.",
    "unknown": "What became of the job is not known; {loaded} of {expected} streams are loaded.",
}


def _left_out(names: Sequence[str]) -> str:
    return f"; {len(names)} sent nothing that could be observed" if names else ""
