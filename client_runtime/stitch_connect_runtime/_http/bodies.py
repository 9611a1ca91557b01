"""Bodies as they come: read whole, or in pieces, within bounds of size and time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator

import httpx

from ..request import PreparedRequest
from ..settings import MAX_BODY, STREAM_FACTOR
from .deadlines import Sending, seconds_left
from .failures import FAILURES, failure_of, unreadable

CODINGS = frozenset({"", "identity", "gzip", "deflate"})  # no piece of these unpacks to very much


def check_coding(response: httpx.Response, request: PreparedRequest) -> None:
    """Refuse what is packed twice, or harder than gzip: a piece of it could fill the memory."""
    if response.headers.get("content-encoding", "").strip().lower() not in CODINGS:
        why = "the answer is packed in a way that is not unpacked"
        raise unreadable(request, why, response.status_code)


class Body:
    """A body as it grows: bounded in size and time."""

    def __init__(self, response: httpx.Response, request: PreparedRequest) -> None:
        check_coding(response, request)
        self._status, self._request = response.status_code, request
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_BODY:
            why = f"the answer is larger than {MAX_BODY} bytes"
            raise unreadable(self._request, why, self._status)
        if seconds_left() <= 0:
            raise TimeoutError

    def bytes(self) -> bytes:
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)


class Stream:
    """An open answer, read in pieces; only the time spent waiting for them is bounded."""

    def __init__(self, response: httpx.Response, request: PreparedRequest, timeout: float) -> None:
        self._response, self._request = response, request
        self._patience = timeout * STREAM_FACTOR

    def __repr__(self) -> str:
        return "Stream()"

    def chunks(self) -> Iterator[bytes]:
        check_coding(self._response, self._request)
        pieces = self._response.iter_bytes()
        while True:
            since = time.monotonic()
            try:
                with Sending(self._patience):
                    chunk = next(pieces, None)
                self._waited(since)
            except FAILURES as error:
                failure = failure_of(error, self._request)
                break
            if chunk is None:
                return
            yield chunk
        raise failure

    async def achunks(self) -> AsyncIterator[bytes]:
        import anyio

        check_coding(self._response, self._request)
        pieces = self._response.aiter_bytes()
        while True:
            since = time.monotonic()
            try:
                with Sending(self._patience), anyio.fail_after(self._patience):
                    chunk = await anext(pieces, None)
                self._waited(since)
            except FAILURES as error:
                failure = failure_of(error, self._request)
                break
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
