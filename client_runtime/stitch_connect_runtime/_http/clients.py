"""The httpx clients behind one of ours: made when first needed, kept apart where they must be."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

import httpx

from ..errors import ConfigurationError
from ..locks import Lock
from .deadlines import bounded

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient
Place: TypeAlias = tuple[int, Any]  # a process and, where there is one, an event loop
C = TypeVar("C", HttpClient, AsyncHttpClient)
CLOSED = "the client is closed"


class Clients(Generic[C]):
    """The httpx clients behind one of ours and its copies, each made when first needed.

    Connections stay where they were made: a forked process and another event loop get their own.
    """

    def __init__(
        self, make: Callable[[str], C], place: Callable[[], Place], given: C | None
    ) -> None:
        self._make: Callable[[str], C] = make
        self._given: C | None = given
        self._place = place
        self._made: dict[tuple[Place, str], C] = {}
        self._lock = Lock()
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed or (self._given is not None and self._given.is_closed)

    def get(self, url: str) -> C:
        if self.closed:
            raise ConfigurationError(CLOSED)
        key = self._place(), url.partition(":")[0]
        return self._given or self._made.get(key) or self._new(key, url)

    def _new(self, key: tuple[Place, str], url: str) -> C:
        with self._lock:
            if self._closed:
                raise ConfigurationError(CLOSED)
            if key not in self._made:
                self._made = {one: client for one, client in self._made.items() if _alive(one[0])}
                self._made[key] = self._make(url)
            return self._made[key]

    def close(self) -> list[C]:
        """Answer no more; what was made here is returned to be closed."""
        with self._lock:
            self._closed = True
            made, self._made = self._made, {}
        here = self._place()
        return [client for (place, _), client in made.items() if place == here]


def clients(given: HttpClient | None, connections: int | None) -> Clients[HttpClient]:
    """Those of a process; new connections of the one that is given are bounded in time, too."""
    make = partial(_make, _at_most(connections))
    return Clients(make, _process, bounded(_checked(given, HttpClient)) if given else None)


def async_clients(
    given: AsyncHttpClient | None, connections: int | None
) -> Clients[AsyncHttpClient]:
    """Those of the event loops of a process."""
    make = partial(_make_async, _at_most(connections))
    return Clients(make, _loop, _checked(given, AsyncHttpClient) if given else None)


def _checked(given: C, kind: type[C]) -> C:
    if not isinstance(given, kind):
        raise ConfigurationError(f"http_client is an httpx.{kind.__name__} here")
    return given


def _process() -> Place:
    return os.getpid(), None


def _loop() -> Place:
    from anyio.lowlevel import current_token

    token = current_token()
    return os.getpid(), getattr(token, "native_token", token)


def _alive(place: Place) -> bool:
    """Whether it is not an event loop that has ended, and its connections with it."""
    return not getattr(place[1], "is_closed", bool)()


def _make(limits: httpx.Limits, url: str) -> HttpClient:
    return bounded(httpx.Client(**_options(url), limits=limits))


def _make_async(limits: httpx.Limits, url: str) -> AsyncHttpClient:
    return httpx.AsyncClient(**_options(url), limits=limits)


def _options(url: str) -> dict[str, Any]:
    """Plain http is loopback: it needs no certificates, which load slowly, and no proxy."""
    local = url.startswith("http:")
    return {"follow_redirects": False, "verify": not local, "trust_env": not local}


def _at_most(connections: int | None) -> httpx.Limits:
    """httpx's own limits, unless a number is given; then all may stay open between requests."""
    if connections is None:
        return httpx.Limits(max_connections=100, max_keepalive_connections=20)
    return httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
