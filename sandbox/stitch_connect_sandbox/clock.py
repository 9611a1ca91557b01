"""The sandbox's time: starts at the real time, runs scaled, and can be pushed forward."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import formatdate

MICRO = 1_000_000
BEGIN, END = 0.0, 221_845_392_000.0
"""The years 1970 to 8999: what the clock can read, with room to print what is due after it."""

_LAST = 253_402_300_800.0  # the first second that no date has, in the year 10000


class Clock:
    """Seconds since 1970 as the sandbox sees them.

    Args:
        start: first reading, seconds since 1970; the real time when absent.
        scale: simulated seconds for each real one; 0 freezes time between advances.
        ticks: source of real elapsed seconds.
    """

    def __init__(
        self,
        start: float | None = None,
        scale: float = 1.0,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.scale = scale
        self._ticks = ticks
        self._given = start
        self.restart()

    def restart(self) -> None:
        """Begin again at the first reading."""
        self.set(time.time() if self._given is None else self._given)

    def now(self) -> float:
        return self._reading() / MICRO

    def set(self, moment: float) -> None:
        """Let it be a moment."""
        self._began = self._ticks()
        self._start = round(moment * MICRO)

    def advance(self, seconds: float) -> float:
        """Push time forward by simulated seconds and return the new reading.

        Raises:
            ValueError: time would come to its end.
        """
        if self.now() + seconds >= END:
            raise ValueError(f"time ends at {iso(END)}, and it is {iso(self.now())}")
        self._start += round(seconds * MICRO)
        return self.now()

    def at_least(self, moment: float) -> None:
        """Never run behind a moment already shown to somebody (a restart with a database)."""
        self._start += max(0, round(moment * MICRO) - self._reading())

    @contextmanager
    def unless(self, *failures: type[BaseException]) -> Iterator[None]:
        """Take back what a block does to the time when it fails."""
        before = self._start, self._began
        try:
            yield
        except failures:
            self._start, self._began = before
            raise

    def _reading(self) -> int:
        """In whole microseconds: ten steps of a tenth are one second, to the last bit."""
        passed = round((self._ticks() - self._began) * self.scale * MICRO)
        return min(self._start + passed, round(END * MICRO))


def scale(text: str) -> float:
    """How many simulated seconds pass in a real one, as a command line says it.

    Raises:
        ValueError: it is not a number, or time would not go forward.
    """
    found = float(text)
    if not 0 <= found <= 1e9:
        raise ValueError(f"{text} is not a number from 0 to 1e9")
    return found


def iso(moment: float) -> str:
    """Second precision and `Z`, as the API prints instants."""
    return f"{_plain(moment)}Z"


def _plain(moment: float) -> str:
    """Date and time; not by strftime, which gives years before 1000 less than four digits."""
    return datetime.fromtimestamp(int(moment), UTC).replace(tzinfo=None).isoformat()


def http_date(moment: float) -> str:
    """As a Date header prints an instant."""
    return formatdate(int(moment), usegmt=True)


def iso_or_none(moment: float | None) -> str | None:
    return None if moment is None else iso(moment)


def iso_millis(moment: float) -> str:
    return f"{_plain(moment)}.{int(moment * 1000) % 1000:03d}Z"


def moment(given: str | float | None) -> float | None:
    """Seconds since 1970, from those or from ISO 8601 (UTC where it names no zone).

    Raises:
        ValueError: it is no instant, or none that the clock can read.
    """
    found = parse_iso(given) if isinstance(given, str) else given
    if found is None and given is not None:
        raise ValueError(f"{given!r} is no instant; write it as 2026-01-05T09:00:00Z")
    if found is not None and not BEGIN <= found < END:
        raise ValueError(f"{given!r} is outside the years 1970 to 8999")
    return found


def parse_iso(text: object) -> float | None:
    """The instant an ISO 8601 text names, or None when it names none."""
    if not isinstance(text, str) or len(text) < len("2020-01-01T00:00"):
        return None
    try:
        parsed = datetime.fromisoformat(text)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        found = aware.astimezone(UTC).timestamp()
    except (ValueError, OverflowError):  # no instant, or one outside the years 1 to 9999
        return None
    return found if found < _LAST else None  # its last microsecond is no float below that
