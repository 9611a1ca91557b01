"""The time that an account gets from a fleet of threads, kept by the clock of its client.

A thread cannot be stopped from outside. So its client asks here before it calls and while it
sleeps, and is told to end when the turn is over or nobody waits for the result any more.
"""

import threading
import time

from stitch_connect_runtime.clock import Clock
from stitch_connect_runtime.errors import StitchError

from .results import AccountTimeout

SLICES = 200  # into which a sleep is cut; after each, the turn may have ended
SHORTEST = 0.1  # seconds, on the client's clock


class Abandoned(StitchError):
    """Nobody waits for the result any more."""


class Turn:
    """A client's clock that ends with the turn.

    Args:
        clock: what tells the time and sleeps.
        ends: when the turn is over, as `time.monotonic` counts: in real time, as requests do.
        seconds: how long it was.
        abandoned: set when the results are not wanted any more.
    """

    def __init__(
        self, clock: Clock, ends: float, seconds: float, abandoned: threading.Event
    ) -> None:
        self._clock, self._ends, self._seconds = clock, ends, seconds
        self._abandoned = abandoned

    def __eq__(self, other: object) -> bool:
        """It tells the same time as the clock within, and shares the budget that goes with it."""
        return self._clock == (other._clock if isinstance(other, Turn) else other)

    def __hash__(self) -> int:
        try:
            return hash(self._clock)
        except TypeError:
            return id(self._clock)

    def check(self) -> None:
        """Raise if the client is to stop."""
        if self._abandoned.is_set():
            raise Abandoned("the results are not wanted any more")
        if time.monotonic() >= self._ends:
            raise AccountTimeout(self._seconds)

    def now(self) -> float:
        return self._clock.now()

    def sleep(self, seconds: float) -> None:
        ends, slice_ = self._clock.now() + seconds, max(SHORTEST, seconds / SLICES)
        while (left := ends - self._clock.now()) > 0:
            self.check()
            self._clock.sleep(min(left, slice_))

    async def asleep(self, seconds: float) -> None:
        await self._clock.asleep(seconds)
