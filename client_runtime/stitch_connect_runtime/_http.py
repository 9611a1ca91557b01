"""All that touches httpx: sending a request, reading its answer, and keeping quiet about both."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore
import httpx

from .errors import (
    ConfigurationError,
    ConnectionFailed,
    InvalidArgument,
    RequestTimeout,
    StitchError,
    UnexpectedResponse,
)
from .records import Answer
from .request import PreparedRequest
from .settings import DEADLINE_FACTOR, MAX_BODY, STREAM_FACTOR
from .steps import Ask, Send

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient
_Place: TypeAlias = tuple[int, Any]  # a process and, where there is one, an event loop

NEVER_ARRIVED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
FAILURES = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError)
LOGGERS = (
    "httpx",
    *(f"httpcore.{one}" for one in ("connection", "http11", "http2", "proxy", "socks")),
    *("hpack.hpack", "hpack.table"),
)
CODINGS = frozenset({"", "identity", "gzip", "deflate"})  # no piece of these unpacks to very much
CLOSED = "the client is closed"

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


class _Quiet(logging.Filter):
    """httpx logs whole URLs, its parts whole headers: of our own requests, neither is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _ends.get() is None:
            return True
        if record.name == "httpx" and isinstance(record.args, tuple):
            record.args = tuple(_without_query(one) for one in record.args)
        else:
            record.msg, record.args = str(record.msg).split(" ", 1)[0].split("%", 1)[0], ()
        return True


def _without_query(value: Any) -> Any:
    if not isinstance(value, httpx.URL):
        return value
    parts = urlsplit(str(value))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


for _name in LOGGERS:
    logging.getLogger(_name).addFilter(_Quiet())


def _failure(error: Exception, request: PreparedRequest) -> StitchError:
    """One of httpx's errors as one of ours, without anything it carries."""
    arrived = not isinstance(error, NEVER_ARRIVED)
    record = request.record
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        message = f"{record.operation}: no answer in time"
        return RequestTimeout(message, may_have_arrived=arrived, request=record)
    if isinstance(error, httpx.TransportError | httpx.StreamError):
        what = "the connection broke" if arrived else "no connection could be made"
        message = f"{record.operation}: {what}"
        return ConnectionFailed(message, may_have_arrived=arrived, request=record)
    if isinstance(error, httpx.InvalidURL):
        return InvalidArgument(f"{record.operation}: the address cannot be sent")
    return _unreadable(request)


def _unreadable(request: PreparedRequest, why: str = "the answer cannot be read") -> StitchError:
    return UnexpectedResponse(why, status=0, request=request.record)


def _build(request: PreparedRequest, timeout: float) -> httpx.Request:
    headers = dict(request.headers)
    if request.credential is not None:
        headers["Authorization"] = f"Bearer {request.credential.reveal()}"
    limits = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
    return httpx.Request(
        request.verb,
        request.url,
        headers=headers,
        content=request.content,
        extensions={"timeout": limits},
    )


def _check_coding(response: httpx.Response, request: PreparedRequest) -> None:
    """Refuse what is packed twice, or harder than gzip: a piece of it could fill the memory."""
    if response.headers.get("content-encoding", "").strip().lower() not in CODINGS:
        raise _unreadable(request, "the answer is packed in a way that is not unpacked")


class _Body:
    """A body as it grows: bounded in size and time."""

    def __init__(self, response: httpx.Response, request: PreparedRequest) -> None:
        _check_coding(response, request)
        self._request = request
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_BODY:
            raise _unreadable(self._request, f"the answer is larger than {MAX_BODY} bytes")
        if time.monotonic() > min(_ends.get() or math.inf, _limit.get()):
            raise TimeoutError

    def bytes(self) -> bytes:
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)


class _Connection(httpcore.NetworkStream):
    """A connection on which no read or write outlasts the request that it is for."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return _Connection(self._inner.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        kwargs["timeout"] = _left(kwargs.get("timeout"), httpcore.ConnectTimeout)
        return _Connection(self._inner.connect_tcp(*args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    ends = min(_ends.get() or math.inf, _limit.get())
    if ends == math.inf:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        raise late
    return left if timeout is None else min(timeout, left)


def _with_deadlines(client: httpx.Client) -> httpx.Client:
    """Bound headers that trickle in. httpx has no option for it, so that it may fail to be there:
    then each read is bounded, as httpx does it, but not their sum."""
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        inner = getattr(pool, "_network_backend", None)
        if isinstance(inner, httpcore.NetworkBackend):
            setattr(pool, "_network_backend", _Backend(inner))  # noqa: B010
    return client


def _options(url: str) -> dict[str, Any]:
    """Plain http is loopback: it needs no certificates, which load slowly, and no proxy."""
    local = url.startswith("http:")
    return {"follow_redirects": False, "verify": not local, "trust_env": not local}


def _make(limits: httpx.Limits, url: str) -> httpx.Client:
    return _with_deadlines(httpx.Client(**_options(url), limits=limits))


def _make_async(limits: httpx.Limits, url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(**_options(url), limits=limits)


def _at_most(connections: int | None) -> httpx.Limits:
    """httpx's own limits, unless a number is given; then all may stay open between requests."""
    if connections is None:
        return httpx.Limits(max_connections=100, max_keepalive_connections=20)
    return httpx.Limits(max_connections=connections, max_keepalive_connections=connections)


class _Clients:
    """The httpx clients behind one of ours and its copies, each made when first needed.

    Connections stay where they were made: a forked process and another event loop get their own.
    """

    def __init__(self, make: Any, place: Callable[[], _Place], given: Any = None) -> None:
        self._make, self._place, self._given = make, place, given
        self._made: dict[tuple[_Place, str], Any] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed or (self._given is not None and self._given.is_closed)

    def get(self, url: str) -> Any:
        if self.closed:
            raise ConfigurationError(CLOSED)
        key = self._place(), url.partition(":")[0]
        return self._given or self._made.get(key) or self._new(key, url)

    def _new(self, key: tuple[_Place, str], url: str) -> Any:
        with self._lock:
            if self._closed:
                raise ConfigurationError(CLOSED)
            if key not in self._made:
                self._made = {one: client for one, client in self._made.items() if _alive(one[0])}
                self._made[key] = self._make(url)
            return self._made[key]

    def close(self) -> list[Any]:
        """Answer no more; what was made here is returned to be closed."""
        with self._lock:
            self._closed = True
            made, self._made = self._made, {}
        here = self._place()
        return [client for (place, _), client in made.items() if place == here]


def _process() -> _Place:
    return os.getpid(), None


def _loop() -> _Place:
    from anyio.lowlevel import current_token

    token = current_token()
    return os.getpid(), getattr(token, "native_token", token)


def _alive(place: _Place) -> bool:
    """Whether it is not an event loop that has ended, and its connections with it."""
    return not getattr(place[1], "is_closed", bool)()


class SyncTransport:
    """Sends over `httpx.Client`s, made when first needed unless one is given."""

    def __init__(
        self, timeout: float, client: HttpClient | None = None, connections: int | None = None
    ) -> None:
        self.timeout = timeout
        make = partial(_make, _at_most(connections))
        self._clients, self._owner = _Clients(make, _process, client), True

    def sharing(self, timeout: float) -> SyncTransport:
        """Another over the same connections, which it does not close."""
        other = SyncTransport(timeout)
        other._clients, other._owner = self._clients, False
        return other

    def send(self, step: Send) -> Answer:
        token = _ends.set(time.monotonic() + self.timeout * DEADLINE_FACTOR)
        try:
            return self._sent(step)
        except FAILURES as error:
            failure = _failure(error, step.request)
        except RuntimeError:
            if not self._clients.closed:  # by another thread or task, just now
                raise
            failure = ConfigurationError(CLOSED)
        finally:
            _ends.reset(token)
        raise failure

    def _sent(self, step: Send) -> Answer:
        request = step.request
        client: httpx.Client = self._clients.get(request.url)
        response = client.send(
            _build(request, self.timeout), stream=True, auth=None, follow_redirects=False
        )
        if step.stream:
            stream = Stream(response, request, self.timeout)
            return Answer(response.status_code, response.headers, stream=stream)
        try:
            body = _Body(response, request)
            for chunk in response.iter_bytes():
                body.add(chunk)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, body.bytes())

    def close(self) -> None:
        for client in self._clients.close() if self._owner else ():
            client.close()


class AsyncTransport:
    """Sends over `httpx.AsyncClient`s, made when first needed unless one is given."""

    def __init__(
        self, timeout: float, client: AsyncHttpClient | None = None, connections: int | None = None
    ) -> None:
        self.timeout = timeout
        make = partial(_make_async, _at_most(connections))
        self._clients, self._owner = _Clients(make, _loop, client), True

    def sharing(self, timeout: float) -> AsyncTransport:
        """Another over the same connections, which it does not close."""
        other = AsyncTransport(timeout)
        other._clients, other._owner = self._clients, False
        return other

    async def send(self, step: Send) -> Answer:
        import anyio

        limit = self.timeout * DEADLINE_FACTOR
        token = _ends.set(time.monotonic() + limit)
        try:
            with anyio.fail_after(limit):
                return await self._sent(step)
        except FAILURES as error:
            failure = _failure(error, step.request)
        except RuntimeError:
            if not self._clients.closed:  # by another thread or task, just now
                raise
            failure = ConfigurationError(CLOSED)
        finally:
            _ends.reset(token)
        raise failure

    async def _sent(self, step: Send) -> Answer:
        request = step.request
        client: httpx.AsyncClient = self._clients.get(request.url)
        response = await client.send(
            _build(request, self.timeout), stream=True, auth=None, follow_redirects=False
        )
        if step.stream:
            stream = Stream(response, request, self.timeout)
            return Answer(response.status_code, response.headers, stream=stream)
        try:
            body = _Body(response, request)
            async for chunk in response.aiter_bytes():
                body.add(chunk)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body.bytes())

    async def ask(self, step: Ask) -> Any:
        import anyio.to_thread

        return await anyio.to_thread.run_sync(step.function)

    async def close(self) -> None:
        for client in self._clients.close() if self._owner else ():
            await client.aclose()


class Stream:
    """An open answer, read in pieces; only the time spent waiting for them is bounded."""

    def __init__(self, response: httpx.Response, request: PreparedRequest, timeout: float) -> None:
        self._response, self._request = response, request
        self._patience = timeout * STREAM_FACTOR

    def __repr__(self) -> str:
        return "Stream()"

    def chunks(self) -> Iterator[bytes]:
        _check_coding(self._response, self._request)
        pieces = self._response.iter_bytes()
        while True:
            since = time.monotonic()
            token = _ends.set(since + self._patience)
            try:
                chunk = next(pieces, None)
                self._waited(since)
            except FAILURES as error:
                failure = _failure(error, self._request)
                break
            finally:
                _ends.reset(token)
            if chunk is None:
                return
            yield chunk
        raise failure

    async def achunks(self) -> AsyncIterator[bytes]:
        import anyio

        _check_coding(self._response, self._request)
        pieces = self._response.aiter_bytes()
        while True:
            since = time.monotonic()
            token = _ends.set(since + self._patience)
            try:
                with anyio.fail_after(self._patience):
                    chunk = await anext(pieces, None)
                self._waited(since)
            except FAILURES as error:
                failure = _failure(error, self._request)
                break
            finally:
                _ends.reset(token)
            if chunk is None:
                return
            yield chunk
        raise failure

    def _waited(self, since: float) -> None:
        self._patience -= time.monotonic() - since
        if self._patience < 0:
            raise TimeoutError

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()
