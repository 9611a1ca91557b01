"""The board: what all waiters of one account share in a process.

Nobody polls in the background. Whoever finds that a poll is due makes it, with its own client, and
pins what it saw to the board; the others sleep until then and read. Threads and event loops may
share a board: it is guarded by a lock that is never held while something is awaited.

A sweep looks once at all that is awaited. It is made in polls of a few requests each, so that a
sweep of many pages stays within the budget, and what interrupts it costs no page that was read.
"""

import copy
import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

from stitch_connect_runtime.errors import StitchError

from .case import Case
from .handles import JobHandle
from .outcome import judge
from .pages import Map, Visit
from .status import JobStatus

REQUESTS, PERIOD = 30, 600.0  # what the account may ask for, in seconds
RESERVE = 6  # requests of those that are left to interactive calls
BURST = 5  # requests that one poll makes at most
SECONDS_PER_REQUEST = PERIOD / (REQUESTS - RESERVE - (BURST - 1))
PEEK = 1.0  # seconds between two looks at a poll that another waiter is making
LEASE = 900.0  # seconds after which a poll that never ended is another's to make
KEPT = 200  # jobs that are remembered though nobody waits for them


@dataclass(slots=True)
class Sweep:
    """One look at all that is awaited: the lists as far as they have been read."""

    began: float
    touched: float
    visits: dict[str, Visit] = field(default_factory=dict)


class Board:
    """The jobs of one account that this process waits for, and when to ask for them next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cases: dict[str, Case] = {}
        self._polling: tuple[object, float] | None = None  # token, until
        self._next = 0.0
        self._sweeps: dict[bool, Sweep] = {}  # by whether it is an urgent one
        self._swept = 0.0  # when the last sweep that came to its end began
        self._maps: dict[str, Map] = {}
        self._refusals: WeakKeyDictionary[Any, StitchError] = WeakKeyDictionary()
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

    def asked(self, handle: JobHandle, now: float) -> Case:
        """Return a job that somebody asks about, and have it polled for a while."""
        with self._lock:
            case = self._cases.setdefault(str(handle), Case(handle))
            case.asked = now
            self._forget()
            return case

    def remember(self, handle: JobHandle) -> None:
        """Note that a job was started."""
        with self._lock:
            self._cases.setdefault(str(handle), Case(handle))
            self._forget()

    def handles(self) -> list[JobHandle]:
        """Return the jobs that are not known to have ended, the oldest first."""
        with self._lock:
            return [case.handle for case in self._cases.values() if case.extraction is None]

    def status(self, case: Case, now: float) -> JobStatus:
        """Judge what is known of a job, and say how old that is."""
        with self._lock:
            status = judge(case.evidence())
            age = None if case.observed is None else now - case.observed
            left = None if status.ended else max(0.0, self._next - now)
        return replace(status, age=age, refresh_in=left)

    def missed(self, case: Case) -> bool:
        """Whether nothing is known of a job, or a whole sweep was made without it."""
        return case.observed is None or case.observed < self._swept

    def claim(self, now: float, *, urgent: bool = False) -> tuple[float, object | None]:
        """Return a token for who is to poll now, else the seconds until it may be tried again.

        Arguments:
            urgent: Poll before it is due; the reserve is for that.
        """
        with self._lock:
            if self._polling and now < self._polling[1]:
                return PEEK, None
            due = not now < self._next <= now + PERIOD  # later: the clock was set back
            if not due and not urgent:
                return self._next - now, None
            token = object()
            self._polling = token, now + LEASE
            return 0.0, token

    def release(self, token: object, now: float, next_at: float, *, urgent: bool = False) -> None:
        """End a poll; the next is due at `next_at`, unless an urgent one came before its time."""
        with self._lock:
            if self._polling and self._polling[0] is token:
                self._polling = None
                self._next = self._next if urgent and now < self._next else next_at

    def open_cases(self, now: float) -> list[Case]:
        """Return the jobs that somebody waits for or has asked about, and that are not settled."""
        with self._lock:
            wanted = [
                case for case in self._cases.values() if case.watchers or now - case.asked < PERIOD
            ]
            return [case for case in wanted if not judge(case.evidence()).ended]

    def resume(self, now: float, *, urgent: bool = False) -> Sweep:
        """Return the sweep that a poll goes on with, or a new one.

        What an urgent poll has read serves other urgent polls for as long as a request costs.
        """
        known = self._sweeps.get(urgent)
        fresh = known and (
            now - known.began < SECONDS_PER_REQUEST if urgent else now - known.touched < PERIOD
        )
        sweep = known if known and fresh else Sweep(now, now)
        sweep.touched = now
        self._sweeps[urgent] = sweep
        return sweep

    def finish(self, sweep: Sweep) -> None:
        """End a sweep that has looked at everything."""
        if self._sweeps.get(False) is sweep:
            del self._sweeps[False]
            self._swept = sweep.began

    def visit(self, sweep: Sweep, attribute: str, kind: type, now: float) -> Visit:
        """Return the sweep's reading of the list that is ordered by `attribute`."""
        known = self._maps.setdefault(attribute, Map())
        return sweep.visits.setdefault(attribute, Visit(attribute, kind, known, now))

    def refuse(self, api: Any, error: StitchError) -> None:
        """Note that a client cannot ask, for the others who wait with it."""
        with self._lock:
            self._refusals[api] = copy.copy(error)

    def refusal(self, api: Any) -> StitchError | None:
        """Return why a client could not ask the last time that it failed."""
        with self._lock:
            return self._refusals.get(api)

    def note(self, change: Callable[[], Any]) -> None:
        """Change cases, with nobody reading meanwhile."""
        with self._lock:
            change()

    def _forget(self) -> None:
        idle = [name for name, case in self._cases.items() if not case.watchers]
        idle.sort(key=lambda name: self._cases[name].asked)
        for name in idle[: max(0, len(idle) - KEPT)]:
            del self._cases[name]


_boards: dict[Hashable, Board] = {}
if hasattr(os, "register_at_fork"):  # a child has neither the waiters nor the poll of its parent
    os.register_at_fork(after_in_child=_boards.clear)


def board_of(api: Any, client_id: int) -> Board:
    """Return the board of an account: one for all clients of a process whose clocks are equal."""
    if not isinstance(api.clock, Hashable):
        own: dict[int, Board] = api.__dict__.setdefault("_boards", {})
        return own.setdefault(client_id, Board())
    return _boards.setdefault((api.base_url, client_id, api.clock), Board())
