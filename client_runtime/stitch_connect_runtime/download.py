"""Downloads behind a redirect: followed to the other host without the token, streamed as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

from .errors import UnexpectedResponse
from .records import Answer
from .request import PreparedRequest
from .rings import Surroundings, retrying, send_once, understood
from .secret import Secret
from .settings import is_loopback
from .steps import Close, Steps
from .texts import Text, Whole

MAX_HOPS = 4
STORAGE = "(log storage)"  # what errors show instead of the presigned address


def opened(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """The open answer at the end of the redirects."""
    answer = yield from understood(request, around)
    hop, hops = request, 0
    while 300 <= answer.status < 400:
        target = None if hops == MAX_HOPS else _target(hop.url, answer.headers.get("location"))
        if target is None:
            raise _refused(request, "the redirect to the log leads nowhere safe", answer)
        hop, hops = _without_token(request, target), hops + 1
        answer, _ = yield from retrying("safe", partial(send_once, hop, stream=True), around)
        if answer.status != 200:
            yield Close(answer)
    if answer.status != 200 or not hops:
        raise _refused(request, f"the log storage answered {answer.status}", answer)
    return answer


def _target(base: str, location: str | None) -> Secret | None:
    """Where an answer points to, if that is https, or this machine and the API itself is on it."""
    try:
        target = urljoin(base, location or "")
        parts = urlsplit(target)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    local = is_loopback(host) and is_loopback(urlsplit(base).hostname or "")
    safe = parts.scheme == "https" or (parts.scheme == "http" and local)
    named = parts.username or parts.password
    return Secret(target) if safe and host and not named and target != base else None


def _without_token(request: PreparedRequest, target: Secret) -> PreparedRequest:
    return request._replace(
        url=target.reveal(),
        path=STORAGE,
        headers={k: v for k, v in request.headers.items() if k.lower() == "user-agent"},
        content=None,
        credential=None,
        scope=None,
    )


def _refused(request: PreparedRequest, message: str, answer: Answer) -> UnexpectedResponse:
    return UnexpectedResponse(
        message, status=answer.status, request=request.record, response=answer.record()
    )


class LogStream:
    """A log, fetched when it is first read; use it as a context manager, or read it to its end.

    Iterating gives lines without their ends; `read()` gives the text.
    """

    def __init__(self, open_: Callable[[], Answer]) -> None:
        self._open = open_
        self._answer: Answer | None = None

    def __repr__(self) -> str:
        return "LogStream()"

    def __enter__(self) -> LogStream:
        self._opened()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[str]:
        """The lines of the log.

        Raises:
            NotFound: the job has no log (any more).
        """
        text = Text()
        for chunk in self._chunks():
            yield from text.lines(chunk)
        yield from text.lines(b"", final=True)

    def read(self) -> str:
        """The whole log as text.

        Raises:
            NotFound: the job has no log (any more).
            UnexpectedResponse: it is too large to be read at once.
        """
        whole = Whole()
        for chunk in self._chunks():
            whole.add(chunk)
        return whole.end()

    def close(self) -> None:
        """Give the connection back."""
        answer, self._answer = self._answer, None
        if answer is not None:
            answer.close()

    def _opened(self) -> Any:
        if self._answer is None:
            self._answer = self._open()
        return self._answer.stream

    def _chunks(self) -> Iterator[bytes]:
        try:
            yield from self._opened().chunks()
        finally:
            self.close()


class AsyncLogStream:
    """A log, fetched when it is first read; use it as a context manager, or read it to its end.

    Iterating gives lines without their ends; `await read()` gives the text.
    """

    def __init__(self, open_: Callable[[], Awaitable[Answer]]) -> None:
        self._open = open_
        self._answer: Answer | None = None

    def __repr__(self) -> str:
        return "AsyncLogStream()"

    async def __aenter__(self) -> AsyncLogStream:
        await self._opened()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def __aiter__(self) -> AsyncIterator[str]:
        """The lines of the log; see `LogStream`."""
        text = Text()
        async for chunk in self._chunks():
            for line in text.lines(chunk):
                yield line
        for line in text.lines(b"", final=True):
            yield line

    async def read(self) -> str:
        """The whole log as text; see `LogStream.read`."""
        whole = Whole()
        async for chunk in self._chunks():
            whole.add(chunk)
        return whole.end()

    async def aclose(self) -> None:
        """Give the connection back."""
        answer, self._answer = self._answer, None
        if answer is not None:
            await answer.aclose()

    async def _opened(self) -> Any:
        if self._answer is None:
            self._answer = await self._open()
        return self._answer.stream

    async def _chunks(self) -> AsyncIterator[bytes]:
        try:
            stream = await self._opened()
            async for chunk in stream.achunks():
                yield chunk
        finally:
            await self.aclose()
