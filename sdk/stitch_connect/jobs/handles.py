"""What names a job: a string that survives a restart."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from stitch_connect_runtime.errors import StitchError

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction

_GREGORIAN = datetime(1582, 10, 15, tzinfo=UTC)  # where the time of a version-1 UUID begins


class InvalidHandle(StitchError, ValueError):
    """A string that names no job."""

    def __init__(self) -> None:
        super().__init__("not the handle of a job")

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), ()


@dataclass(frozen=True, slots=True)
class JobHandle:
    """Names a job; `str(handle)` and `JobHandle.parse` carry it over a restart.

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
        parts = text.split(".") if isinstance(text, str) else []
        if len(parts) != 4 or not all(parts) or not text.isprintable():
            raise InvalidHandle
        client_id, source_id = _number(parts[0]), _number(parts[1])
        if parts[2] == "after":
            return cls(client_id, source_id, after=None if parts[3] == "none" else parts[3])
        return cls(client_id, source_id, job_name=text)

    @classmethod
    def following(cls, client_id: int, source_id: int, last: "Extraction | None") -> "JobHandle":
        """Name the job that runs now, `last` being the last one to complete before it."""
        after = last.job_name.rpartition(".")[2] if last else None
        return cls(client_id, source_id, after=after)

    @property
    def started(self) -> datetime | None:
        """When the job started, which a name that ends in a version-1 UUID tells."""
        return started(self.job_name) if self.job_name else None

    def names(self, extraction: "Extraction") -> bool:
        """Return whether a completed extraction of the source is this job's."""
        if self.job_name is not None:
            return extraction.job_name == self.job_name
        return extraction.job_name.rpartition(".")[2] != self.after

    def precedes(self, extraction: "Extraction") -> bool:
        """Return whether an extraction of the source is known to have started after this job."""
        mine = self.started
        return mine is not None and (started(extraction.job_name) or extraction.start_time) > mine


def started(job_name: str) -> datetime | None:
    """Return the start that a version-1 UUID carries; other versions carry none."""
    try:
        uuid = UUID(job_name.rpartition(".")[2])
    except ValueError:
        return None
    if uuid.version != 1:
        return None
    return _GREGORIAN + timedelta(microseconds=uuid.time // 10)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise InvalidHandle
    return int(text)
