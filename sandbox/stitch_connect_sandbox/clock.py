"""The sandbox's time: starts at the real time, runs scaled, and can be pushed forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate


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
        self._start = time.time() if self._given is None else self._given
        self._began = self._ticks()

    def now(self) -> float:
        return self._start + (self._ticks() - self._began) * self.scale

    def advance(self, seconds: float) -> float:
        """Push time forward by simulated seconds and return the new reading."""
        self._start += seconds
        return self.now()

    def at_least(self, moment: float) -> None:
        """Never run behind a moment already shown to somebody (a restart with a database)."""
        self._start += max(0.0, moment - self.now())


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
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def http_date(moment: float) -> str:
    """As a Date header prints an instant."""
    return formatdate(int(moment), usegmt=True)


def iso_or_none(moment: float | None) -> str | None:
    return None if moment is None else iso(moment)


def iso_millis(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{int(moment * 1000) % 1000:03d}Z"


def moment(given: str | float | None) -> float | None:
    """Seconds since 1970, from those or from ISO 8601 (UTC where it names no zone).

    Raises:
        ValueError: the text names no instant.
    """
    if not isinstance(given, str):
        return given
    found = parse_iso(given)
    if found is None:
        raise ValueError(f"{given!r} is no instant; write it as 2026-01-05T09:00:00Z")
    return found


def parse_iso(text: object) -> float | None:
    """The instant an ISO 8601 text names, or None when it names none."""
    if not isinstance(text, str) or len(text) < len("2020-01-01T00:00"):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.timestamp()
