"""All that touches httpx: sending a request, reading its answer, and keeping quiet about both."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import anyio
import httpx

from .errors import ConnectionFailed, RequestTimeout, TransportError, UnexpectedResponse
from .records import Answer
from .request import PreparedRequest
from .settings import DEADLINE_FACTOR, MAX_BODY
from .steps import Send

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class _Quiet(logging.Filter):
    """httpx logs whole URLs, httpcore whole headers: both can hold credentials."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "httpx":
            record.args = tuple(_without_query(one) for one in record.args or ())
        else:
            record.msg, record.args = str(record.msg).split(" ", 1)[0].split("%", 1)[0], ()
        return True


def _without_query(value: Any) -> Any:
    if not isinstance(value, httpx.URL):
        return value
    parts = urlsplit(str(value))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def hush() -> None:
    """Filter the loggers of httpx and httpcore, once."""
    names = ("httpx", *(f"httpcore.{one}" for one in ("connection", "http11", "http2", "proxy")))
    for name in names:
        logger = logging.getLogger(name)
        if not any(isinstance(one, _Quiet) for one in logger.filters):
            logger.addFilter(_Quiet())


hush()


@contextmanager
def _translated(request: PreparedRequest) -> Iterator[None]:
    """httpx's errors as ours, without what they carry."""
    try:
        yield
    except (httpx.TransportError, httpx.StreamError, TimeoutError) as error:
        failure = _failure(error, request)
    except (httpx.InvalidURL, httpx.DecodingError):
        failure = _unreadable(request)
    else:
        return
    raise failure from None


def _failure(error: Exception, request: PreparedRequest) -> TransportError | UnexpectedResponse:
    late = isinstance(error, httpx.TimeoutException | TimeoutError)
    arrived = not isinstance(error, NEVER_ARRIVED)
    record = request.record
    if late:
        message = f"{record.operation}: no answer in time"
        return RequestTimeout(message, may_have_arrived=arrived, request=record)
    what = "the connection broke" if arrived else "no connection could be made"
    return ConnectionFailed(f"{record.operation}: {what}", may_have_arrived=arrived, request=record)


def _unreadable(request: PreparedRequest) -> UnexpectedResponse:
    return UnexpectedResponse("the answer cannot be read", status=0, request=request.record)


def _build(request: PreparedRequest, timeout: float) -> httpx.Request:
    limits = dict.fromkeys(("connect", "read", "write", "pool"), timeout)
    return httpx.Request(
        request.verb,
        request.url,
        headers=dict(request.headers),
        content=request.content,
        extensions={"timeout": limits},
    )


class _Body:
    """A body as it grows: bounded in size and time."""

    def __init__(self, request: PreparedRequest, timeout: float) -> None:
        self._request = request
        self._ends = time.monotonic() + timeout * DEADLINE_FACTOR
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_BODY:
            raise _unreadable(self._request)
        if time.monotonic() > self._ends:
            raise TimeoutError

    def bytes(self) -> bytes:
        return b"".join(self._chunks)


class SyncTransport:
    """Sends over an `httpx.Client`, made when first needed unless one is given."""

    def __init__(self, timeout: float, client: httpx.Client | None = None) -> None:
        self.timeout = timeout
        self._client, self._own = client, client is None

    def sharing(self, timeout: float) -> SyncTransport:
        """Another over the same connections."""
        other = SyncTransport(timeout, self.client)
        other._own = False
        return other

    @property
    def client(self) -> httpx.Client:
        if self._client is None:
            self._client = httpx.Client(follow_redirects=False)
        return self._client

    def send(self, step: Send) -> Answer:
        request = step.request
        with _translated(request):
            response = self.client.send(
                _build(request, self.timeout), stream=True, auth=None, follow_redirects=False
            )
            if step.stream:
                return Answer(
                    response.status_code, response.headers, stream=Stream(response, request)
                )
            try:
                body = _Body(request, self.timeout)
                for chunk in response.iter_bytes():
                    body.add(chunk)
            finally:
                response.close()
        return Answer(response.status_code, response.headers, body.bytes())

    def close(self) -> None:
        if self._own and self._client is not None:
            self._client.close()


class AsyncTransport:
    """Sends over an `httpx.AsyncClient`, made when first needed unless one is given."""

    def __init__(self, timeout: float, client: httpx.AsyncClient | None = None) -> None:
        self.timeout = timeout
        self._client, self._own = client, client is None

    def sharing(self, timeout: float) -> AsyncTransport:
        """Another over the same connections."""
        other = AsyncTransport(timeout, self.client)
        other._own = False
        return other

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False)
        return self._client

    async def send(self, step: Send) -> Answer:
        request = step.request
        with _translated(request):
            with anyio.fail_after(self.timeout * DEADLINE_FACTOR):
                response = await self.client.send(
                    _build(request, self.timeout), stream=True, auth=None, follow_redirects=False
                )
            if step.stream:
                stream = Stream(response, request)
                return Answer(response.status_code, response.headers, stream=stream)
            try:
                body = _Body(request, self.timeout)
                async for chunk in response.aiter_bytes():
                    body.add(chunk)
            finally:
                await response.aclose()
        return Answer(response.status_code, response.headers, body.bytes())

    async def close(self) -> None:
        if self._own and self._client is not None:
            await self._client.aclose()


class Stream:
    """An open answer, read in pieces. Its repr shows no address."""

    def __init__(self, response: httpx.Response, request: PreparedRequest) -> None:
        self._response, self._request = response, request

    def __repr__(self) -> str:
        return "Stream()"

    def chunks(self) -> Iterator[bytes]:
        with _translated(self._request):
            yield from self._response.iter_bytes()

    async def achunks(self) -> AsyncIterator[bytes]:
        with _translated(self._request):
            async for chunk in self._response.aiter_bytes():
                yield chunk

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()
