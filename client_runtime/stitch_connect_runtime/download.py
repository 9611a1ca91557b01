"""Downloads behind a redirect: followed to the other host without the token, streamed as text."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from .errors import TransportError, UnexpectedResponse
from .records import Answer
from .request import PreparedRequest
from .retry import pause_before_retry
from .rings import Surroundings, understood
from .settings import is_loopback
from .steps import Close, Send, Sleep, Steps

MAX_HOPS = 4
STORAGE = "(log storage)"  # what errors show instead of the presigned address


def opened(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """The open answer at the end of the redirects."""
    answer = yield from understood(request, around)
    url = request.url
    for _ in range(MAX_HOPS):
        url = _target(url, answer, request)
        answer = yield from _fetched(_without_token(request, url), around)
        if answer.status == 200:
            return answer
        yield Close(answer)
        if not 300 <= answer.status < 400:
            raise _refused(request, f"the log storage answered {answer.status}", answer.status)
    raise _refused(request, "the log storage redirects too often", answer.status)


def _target(base: str, answer: Answer, request: PreparedRequest) -> str:
    """Where an answer points to: https, or this machine."""
    location = urljoin(base, answer.headers.get("location", ""))
    parts = urlsplit(location)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or location == base:
        raise _refused(request, "the redirect to the log leads nowhere safe", answer.status)
    return location


def _without_token(request: PreparedRequest, url: str) -> PreparedRequest:
    headers = {k: v for k, v in request.headers.items() if k.lower() == "user-agent"}
    return replace(request, url=url, path=STORAGE, headers=headers, content=None, scope=None)


def _refused(request: PreparedRequest, message: str, status: int) -> UnexpectedResponse:
    return UnexpectedResponse(message, status=status, request=request.record)


def _fetched(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """One hop, retried as any read is; the storage does not count against the budget."""
    attempt = 0
    while True:
        attempt += 1
        outcome: Answer | TransportError
        try:
            outcome = yield Send(request, stream=True)
        except TransportError as error:
            outcome = error
        pause = pause_before_retry(
            "safe",
            outcome,
            attempt,
            around.policy,
            now=around.clock.now(),
            random=around.random,
        )
        if pause is None:
            if isinstance(outcome, TransportError):
                raise outcome
            return outcome
        if isinstance(outcome, Answer):
            yield Close(outcome)
        yield Sleep(pause)


class _Text:
    """Bytes to lines, whatever the pieces are."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def lines(self, chunk: bytes, final: bool = False) -> list[str]:
        text = self._rest + self._decoder.decode(chunk, final)
        *whole, self._rest = text.split("\n")
        if final and self._rest:
            whole.append(self._rest)
        return [line.removesuffix("\r") for line in whole]


class _Stream:
    def __init__(self, open_: Callable[[], Any]) -> None:
        self._open = open_
        self._answer: Answer | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class LogStream(_Stream):
    """A log, fetched when it is first read; use it as a context manager, or read it to its end.

    Iterating gives lines without their ends; `read()` gives the text.
    """

    _open: Callable[[], Answer]

    def __enter__(self) -> LogStream:
        self._answer = self._answer or self._open()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[str]:
        """The lines of the log.

        Raises:
            NotFound: the job has no log (any more).
        """
        text = _Text()
        with self:
            for chunk in self._answer.stream.chunks():  # type: ignore[union-attr]
                yield from text.lines(chunk)
            yield from text.lines(b"", final=True)

    def read(self) -> str:
        """The whole log as text."""
        return "\n".join(self)

    def close(self) -> None:
        """Give the connection back."""
        if self._answer is not None:
            self._answer.close()
            self._answer = None


class AsyncLogStream(_Stream):
    """The same, asynchronously."""

    _open: Callable[[], Awaitable[Answer]]

    async def __aenter__(self) -> AsyncLogStream:
        self._answer = self._answer or await self._open()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def __aiter__(self) -> AsyncIterator[str]:
        text = _Text()
        async with self:
            async for chunk in self._answer.stream.achunks():  # type: ignore[union-attr]
                for line in text.lines(chunk):
                    yield line
            for line in text.lines(b"", final=True):
                yield line

    async def read(self) -> str:
        """The whole log as text."""
        return "\n".join([line async for line in self])

    async def aclose(self) -> None:
        """Give the connection back."""
        if self._answer is not None:
            await self._answer.aclose()
            self._answer = None
