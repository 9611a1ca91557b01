"""The board: what all waiters of one account share in a process.

Nobody polls in the background. Whoever finds that a poll is due makes it, with its own client, and
pins what it saw to the board; the others sleep until then and read. Threads and event loops may
share a board: it is guarded by a lock that is never held while something is awaited.
"""

import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .handles import JobHandle
from .outcome import Evidence, JobStatus, Reading, judge
from .pages import Map

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction, Load

REQUESTS, PERIOD = 30, 600.0  # what the account may ask for, in seconds
RESERVE = 6  # requests of those that are left to interactive calls
SECONDS_PER_REQUEST = PERIOD / (REQUESTS - RESERVE)
PEEK = 1.0  # seconds between two looks at a poll that another waiter is making
LEASE = 900.0  # seconds after which a poll that never ended is another's to make
QUIET = 1800.0  # seconds without a load after which, without a log, none is expected any more
KEPT = 1000  # settled jobs that are remembered


@dataclass(slots=True)
class Case:
    """A job on the board: what has been observed of it, and who waits for it."""

    handle: JobHandle
    watchers: int = 0
    observed: float | None = None
    extraction: "Extraction | None" = None
    others: list[str] = field(default_factory=list)  # newer or unrelated jobs that were listed
    superseded: bool = False
    source_name: str | None = None
    selection: Reading = "unread"
    selected: tuple[tuple[str, str], ...] = ()
    loads: dict[str, tuple["Load", ...]] = field(default_factory=dict)
    load_polls: int = 0
    last_load: float = 0.0  # when a load was first seen to be new
    log: Reading = "unread"
    log_failures: int = 0
    log_asked_for: str | None = None  # the other job whose listing made us look for our log
    sent: tuple[str, ...] = ()

    def evidence(self, now: float) -> Evidence:
        return Evidence(
            handle=self.handle,
            extraction=self.extraction,
            superseded=self.superseded,
            selection=self.selection,
            selected=self.selected,
            loads=self.loads,
            log=self.log,
            sent=self.sent,
            quiet=bool(self.load_polls) and now - self.last_load >= QUIET,
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
        return (
            self.handle.job_name is not None
            and self.handle.started is None
            and len(self.others) > 1
            and self.log_asked_for != self.others[-1]
        )

    def saw_extraction(self, row: "Extraction | None") -> None:
        """Note which job of the source is listed."""
        if row is None:
            return
        if self.handle.names(row):
            self.extraction = row
            return
        if row.job_name not in self.others[-1:]:
            self.others.append(row.job_name)
        self.superseded = self.handle.precedes(row)

    def saw_loads(self, rows: Iterable["Load"], now: float) -> None:
        """Note the latest loads of the source."""
        found: dict[str, tuple[Load, ...]] = {}
        for row in rows:
            if row not in found.get(row.stream_name, ()):
                found[row.stream_name] = (*found.get(row.stream_name, ()), row)
        if found != self.loads or not self.load_polls:
            self.last_load = now
        self.loads, self.load_polls = found, self.load_polls + 1

    def saw_log(self, sent: tuple[str, ...] | None) -> None:
        """Note what the log says; None if there is none, or not a whole one."""
        if self.extraction is not None:
            self.log, self.sent = ("missing", ()) if sent is None else ("read", sent)
            return
        self.log_asked_for = self.others[-1]
        self.superseded = sent is not None


class Board:
    """The jobs of one account that this process waits for, and when to ask for them next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: dict[str, Case] = {}
        self._polling: tuple[int, object, float] | None = None  # process, token, until
        self._next = 0.0
        self.extractions, self.loads = Map(), Map()
        self.trouble: str | None = None

    @contextmanager
    def watching(self, handle: JobHandle) -> Iterator[Case]:
        """Have a job polled for as long as the block lasts."""
        with self._lock:
            case = self._cases.setdefault(str(handle), Case(handle))
            case.watchers += 1
        try:
            yield case
        finally:
            with self._lock:
                case.watchers -= 1
                self._forget()

    def status(self, case: Case, now: float) -> JobStatus:
        """Judge what is known of a job, and say how old that is."""
        with self._lock:
            status = judge(case.evidence(now))
            age = None if case.observed is None else now - case.observed
            left = None if status.ended else max(0.0, self._next - now)
        return replace(status, age=age, refresh_in=left)

    def claim(self, now: float, *, urgent: bool = False) -> tuple[float, object | None]:
        """Return a token for who is to poll now, else the seconds until it may be tried again.

        Arguments:
            urgent: Poll before it is due; the reserve is for that.
        """
        with self._lock:
            if self._polling and self._polling[0] == os.getpid() and now < self._polling[2]:
                return PEEK, None
            if now < self._next and not urgent:
                return self._next - now, None
            token = object()
            self._polling = (os.getpid(), token, now + LEASE)
            return 0.0, token

    def release(self, token: object, next_at: float) -> None:
        """End a poll; the next is due at `next_at`."""
        with self._lock:
            if self._polling and self._polling[1] is token:
                self._polling, self._next = None, next_at

    def open_cases(self, now: float) -> list[Case]:
        """Return the jobs that somebody waits for and that are not settled."""
        with self._lock:
            watched = [case for case in self._cases.values() if case.watchers]
            return [case for case in watched if not judge(case.evidence(now)).ended]

    def remember(self, handle: JobHandle) -> None:
        """Note that a job was started."""
        with self._lock:
            self._cases.setdefault(str(handle), Case(handle))
            self._forget()

    def handles(self) -> list[JobHandle]:
        """Return the jobs that are not known to have ended, the oldest first."""
        with self._lock:
            return [case.handle for case in self._cases.values() if case.extraction is None]

    def note(self, change: Callable[[], Any]) -> None:
        """Change cases, with nobody reading meanwhile."""
        with self._lock:
            change()

    def _forget(self) -> None:
        idle = [name for name, case in self._cases.items() if not case.watchers]
        for name in idle[: max(0, len(idle) - KEPT)]:
            del self._cases[name]


_boards: dict[Hashable, Board] = {}


def board_of(api: Any, client_id: int) -> Board:
    """Return the board of an account: one for all clients of a process whose clocks are equal."""
    clock = api.clock if isinstance(api.clock, Hashable) else id(api.clock)
    return _boards.setdefault((api.base_url, client_id, clock), Board())
