"""The request budget, kept on this side: the API counts, but says so to nobody."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Hashable
from typing import Any, Protocol


class BudgetStore(Protocol):
    """Keeps count of requests per key."""

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        """Count one request and return 0, or return the time from which one more fits."""


class MovingWindow:
    """Counts in memory: at most `requests` in any `period` seconds. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[Hashable, deque[float]] = {}

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        with self._lock:
            taken = self._taken.setdefault(key, deque())
            while taken and taken[0] <= now - period:
                taken.popleft()
            if len(taken) < requests:
                taken.append(now)
                return 0.0
            return taken[0] + period

    def left(self, key: Hashable, requests: int, period: float, now: float) -> int:
        """How many requests fit now."""
        with self._lock:
            taken = self._taken.get(key, ())
            return requests - sum(1 for at in taken if at > now - period)


class SharedWindow:
    """Counts in a storage of the `limits` library, for processes that share an account."""

    def __init__(self, uri: str) -> None:
        from limits.storage import storage_from_string
        from limits.strategies import MovingWindowRateLimiter

        self._limiter: Any = MovingWindowRateLimiter(storage_from_string(uri))

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        from limits import RateLimitItemPerSecond

        item = RateLimitItemPerSecond(requests, int(period))
        if self._limiter.hit(item, repr(key)):
            return 0.0
        return float(self._limiter.get_window_stats(item, repr(key)).reset_time)


PROCESS = MovingWindow()  # what every client of this process shares


def store(budget: str | BudgetStore | None) -> BudgetStore:
    """The store a client uses: the process's own, a storage URI's, or the one given.

    Raises:
        ConfigurationError: a storage that cannot be reached or is not installed.
    """
    if budget is None:
        return PROCESS
    if not isinstance(budget, str):
        return budget
    try:
        return SharedWindow(budget)
    except Exception as error:  # noqa: BLE001  (each storage has its own)
        from .errors import ConfigurationError

        kind = type(error).__name__
        raise ConfigurationError(
            f"the budget storage cannot be used ({kind}); is `stitch-connect[redis]` installed "
            "and the address right?"
        ) from None
