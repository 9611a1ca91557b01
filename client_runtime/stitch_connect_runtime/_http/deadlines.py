"""When a request has to be over, and connections on which no read or write outlasts it.

httpx bounds each read, but not their sum: a byte now and then could last for ever.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

# When the request that this thread or task is sending has to be over (time.monotonic).
_ends: ContextVar[float | None] = ContextVar("_ends", default=None)
# When everything that this thread or task does has to be over, where somebody said so.
_limit: ContextVar[float] = ContextVar("_limit", default=math.inf)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let no request, and no part of a download, that is made in the block outlast it."""
    token = _limit.set(min(_limit.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _limit.reset(token)


class Sending:
    """The time in which this thread or task sends one request, or reads a part of its answer."""

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._token = _ends.set(time.monotonic() + self._seconds)

    def __exit__(self, *_: object) -> None:
        _ends.reset(self._token)


def sending() -> bool:
    """Whether this thread or task is."""
    return _ends.get() is not None


def seconds_left() -> float:
    """Until the request has to be over; without end where there is none."""
    ends = min(_ends.get() or math.inf, _limit.get())
    return math.inf if ends == math.inf else ends - time.monotonic()


def _bounded(timeout: float | None, late: type[Exception]) -> float | None:
    left = seconds_left()
    if left <= 0:
        raise late
    if left == math.inf:
        return timeout
    return left if timeout is None else min(timeout, left)


class Connection(httpcore.NetworkStream):
    """A connection on which no read or write outlasts the request that it is for."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _bounded(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _bounded(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        kwargs["timeout"] = _bounded(kwargs.get("timeout"), httpcore.ConnectTimeout)
        return Connection(self._inner.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        kwargs["timeout"] = _bounded(kwargs.get("timeout"), httpcore.ConnectTimeout)
        return Connection(self._inner.connect_tcp(*args, **kwargs))

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return Connection(self._inner.connect_unix_socket(*args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def bounded(client: httpx.Client) -> httpx.Client:
    """The client, whose new connections are such; to requests that are not ours nothing changes.

    httpx has no option for it, so that it may fail to be there: then each read is bounded, as httpx
    does it, but not their sum.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        inner = getattr(pool, "_network_backend", None)
        if isinstance(inner, httpcore.NetworkBackend) and not isinstance(inner, Backend):
            setattr(pool, "_network_backend", Backend(inner))  # noqa: B010
    return client
