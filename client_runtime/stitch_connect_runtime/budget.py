"""The request budget, kept on this side: the API counts, but says so to nobody."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar

from .clock import Clock
from .errors import ConfigurationError
from .locks import Lock
from .secret import Secret

T = TypeVar("T")
REDIS_OPTIONS = {"socket_timeout": 5.0, "socket_connect_timeout": 5.0}  # seconds; it has none


class BudgetStore(Protocol):
    """Keeps count of requests per key."""

    @property
    def blocks(self) -> bool:
        """Whether `take` waits for a network, so that an event loop calls it in a thread."""

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        """Count one request and return 0, or return the time from which one more fits."""


class MovingWindow:
    """Counts in memory: at most `requests` in any `period` seconds. Threads may share it."""

    blocks = False

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: dict[Hashable, deque[float]] = {}

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        with self._lock:
            taken = self._taken.setdefault(key, deque())
            if taken and taken[-1] > now:  # the clock was set back: what was made counts from now
                taken = self._taken[key] = deque(min(at, now) for at in taken)
            while taken and taken[0] + period <= now:
                taken.popleft()
            if len(taken) < requests:
                taken.append(now)
                return 0.0
            return taken[0] + period

    def left(self, key: Hashable, requests: int, period: float, now: float) -> int:
        """How many requests fit now."""
        with self._lock:
            taken = self._taken.get(key, ())
            return requests - sum(1 for at in taken if at + period > now)


class SharedWindow:
    """Counts in a storage of the `limits` library, for processes that share an account.

    The storage counts in real time, whatever the client's clock says; only the answer is on that.

    Raises:
        ConfigurationError: the storage cannot be reached, or its library is not installed.
    """

    blocks = True

    def __init__(self, uri: Secret) -> None:
        self._limiter: Any = _of_storage(lambda: _limiter(uri))

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        away = _of_storage(lambda: self._take(str(key), requests, period))
        return 0.0 if away is None else now + away

    def _take(self, key: str, requests: int, period: float) -> float | None:
        """How many seconds away the next request is; None if this one was counted."""
        from limits import RateLimitItemPerSecond

        item = RateLimitItemPerSecond(requests, max(1, round(period)))
        if self._limiter.hit(item, key):
            return None
        reset: float = self._limiter.get_window_stats(item, key).reset_time
        return max(0.0, reset - time.time())


def _limiter(uri: Secret) -> Any:
    from limits.storage import storage_from_string
    from limits.strategies import MovingWindowRateLimiter

    address = uri.reveal()
    options = REDIS_OPTIONS if address.startswith(("redis", "valkey")) else {}
    return MovingWindowRateLimiter(storage_from_string(address, **options))


def _of_storage(ask: Callable[[], T]) -> T:
    """What a storage says; each has errors of its own, which can quote its address."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001
        kind = type(error).__name__
    raise ConfigurationError(
        f"the budget storage cannot be used ({kind}); is `stitch-connect[redis]` installed "
        "and the address right?"
    )


_windows: dict[Clock, MovingWindow] = {}
_storages: dict[Secret, SharedWindow] = {}


def shared_window(clock: Clock) -> MovingWindow:
    """The count that all clients of this process share whose clocks are equal."""
    if not isinstance(clock, Hashable):
        return MovingWindow()
    return _windows.setdefault(clock, MovingWindow())


def store(budget: Secret | BudgetStore | None, clock: Clock) -> BudgetStore:
    """The store a client uses: the process's own, a storage URI's, or the one given.

    Raises:
        ConfigurationError: a storage that cannot be reached or is not installed.
    """
    if budget is None:
        return shared_window(clock)
    return _storage(budget) if isinstance(budget, Secret) else budget


def _storage(uri: Secret) -> SharedWindow:
    """The one of an address: what `memory://` counts would otherwise not be shared."""
    found = _storages.get(uri)
    return found if found is not None else _storages.setdefault(uri, SharedWindow(uri))
