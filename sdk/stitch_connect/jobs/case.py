"""A job on the board: what has been observed of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .handles import JobHandle
from .outcome import Evidence, Reading

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction, Load

NEVER = float("-inf")


@dataclass(slots=True)
class Case:
    """What has been observed of a job, and who waits for it."""

    handle: JobHandle
    watchers: int = 0
    asked: float = NEVER  # when somebody last asked about it
    observed: float | None = None
    extraction: "Extraction | None" = None
    others: list[str] = field(default_factory=list)  # newer or unrelated jobs that were listed
    superseded: bool = False
    source_name: str | None = None
    selection: Reading = "unread"
    selected: tuple[tuple[str, str], ...] = ()
    stale: "tuple[Load, ...] | None" = None  # in error at the first look
    loads: dict[str, tuple["Load", ...]] = field(default_factory=dict)
    load_polls: int = 0
    loads_at: float = NEVER
    last_load: float = NEVER  # when a load was first seen to be new
    log: Reading = "unread"
    failures: int = 0  # in a row, of what is asked for this job alone
    log_asked_for: str | None = None  # the other job whose listing made us look for our log
    sent: tuple[str, ...] = ()

    def evidence(self) -> Evidence:
        return Evidence(
            handle=self.handle,
            extraction=self.extraction,
            superseded=self.superseded,
            selection=self.selection,
            selected=self.selected,
            loads=self.loads,
            stale=self.stale or (),
            log=self.log,
            sent=self.sent,
            still=self.loads_at - self.last_load if self.load_polls else 0.0,
        )

    @property
    def wants_log(self) -> bool:
        """Whether only the log can tell more: a stream still lacks a load one poll later."""
        if self.log != "unread":
            return False
        if self.extraction is None:
            return self._listed_otherwise
        return self.load_polls > 1 or self.selection == "missing"

    @property
    def wants_loads(self) -> bool:
        """Whether loads tell something: of a job that waits for them, or what is in error before.

        Only a job that is waited for is looked at before it has ended.
        """
        early = self.watchers > 0 and self.stale is None and not self.superseded
        return self.extraction is not None or early

    @property
    def job_name(self) -> str | None:
        """The job's name, once it is known."""
        return self.extraction.job_name if self.extraction else self.handle.job_name

    @property
    def load_names(self) -> tuple[str, ...]:
        """The streams whose loads are of interest."""
        return tuple(name for _, name in self.selected) or self.sent

    @property
    def _listed_otherwise(self) -> bool:
        """Whether another job is listed, and our name does not say which of the two is newer."""
        unclear = self.handle.job_name is not None and self.handle.started is None
        return unclear and bool(self.others) and self.log_asked_for != self.others[-1]

    def saw_extraction(self, row: "Extraction | None", at: float) -> None:
        """Note which job of the source is listed."""
        self.observed = at
        if row is None:
            return
        if self.handle.names(row):
            self.extraction, self.failures = row, 0
            return
        if row.job_name not in self.others[-1:]:
            self.others.append(row.job_name)
        self.superseded = self.superseded or self.handle.precedes(row)

    def saw_selection(self, name: str | None, selected: tuple[tuple[str, str], ...] | None) -> None:
        """Note what the source is named and which streams it selects; None if it cannot be read."""
        self.source_name, self.selected, self.failures = name, selected or (), 0
        self.selection = "missing" if selected is None else "read"

    def saw_loads(self, listed: Iterable["Load"], at: float) -> None:
        """Note the latest loads of the source."""
        names = set(self.load_names)
        rows = [row for row in listed if self._is_mine(row) and row.stream_name in names]
        if self.stale is None:
            self.stale = tuple(row for row in rows if row.error_state is not None)
        if self.extraction is None:
            return
        found: dict[str, tuple[Load, ...]] = {}
        for row in rows:
            if row not in found.get(row.stream_name, ()):
                found[row.stream_name] = (*found.get(row.stream_name, ()), row)
        if found != self.loads or not self.load_polls:
            self.last_load = at
        self.load_polls += at != self.loads_at
        self.loads, self.loads_at, self.observed = found, at, at

    def saw_log(self, sent: tuple[str, ...] | None, *, there: bool) -> None:
        """Note which streams sent rows by the log; None if it does not tell, or is not there.

        A job that is not listed while two others came to be has ended, if it has a log at all.
        """
        self.failures = 0
        if self.extraction is None:
            self.log_asked_for = self.others[-1]
            self.superseded = sent is not None or (there and len(self.others) > 1)
            return
        self.log, self.sent = ("missing", ()) if sent is None else ("read", sent)

    def _is_mine(self, row: "Load") -> bool:
        return self.source_name is not None and row.source_name == self.source_name
