"""Sending a request, sync and async."""

from __future__ import annotations

from typing import Any

import httpx

from ..errors import ConfigurationError
from ..records import Answer
from ..request import PreparedRequest
from ..settings import DEADLINE_FACTOR
from ..steps import Ask, Send
from .bodies import Body, Stream
from .clients import CLOSED, AsyncHttpClient, HttpClient, async_clients, clients
from .deadlines import Sending
from .failures import FAILURES, failure_of

# Credentials and cookies are ours alone, whatever the httpx client would add.
HOW: dict[str, Any] = {"stream": True, "auth": None, "follow_redirects": False}


class SyncTransport:
    """Sends over `httpx.Client`s, made when first needed unless one is given."""

    def __init__(
        self, timeout: float, client: HttpClient | None = None, connections: int | None = None
    ) -> None:
        self.timeout = timeout
        self._clients, self._owner = clients(client, connections), True

    def sharing(self, timeout: float) -> SyncTransport:
        """Another over the same connections, which it does not close."""
        other = SyncTransport(timeout)
        other._clients, other._owner = self._clients, False
        return other

    def send(self, step: Send) -> Answer:
        try:
            with Sending(self.timeout * DEADLINE_FACTOR):
                return self._sent(step)
        except FAILURES as error:
            failure = failure_of(error, step.request)
        except RuntimeError:
            if not self._clients.closed:  # by another thread or task, just now
                raise
            failure = ConfigurationError(CLOSED)
        raise failure

    def _sent(self, step: Send) -> Answer:
        request = step.request
        response = self._clients.get(request.url).send(_built(request, self.timeout), **HOW)
        if step.stream:
            stream = Stream(response, request, self.timeout)
            return Answer(response.status_code, response.headers, stream=stream)
        try:
            body = Body(response, request)
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
        self._clients, self._owner = async_clients(client, connections), True

    def sharing(self, timeout: float) -> AsyncTransport:
        """Another over the same connections, which it does not close."""
        other = AsyncTransport(timeout)
        other._clients, other._owner = self._clients, False
        return other

    async def send(self, step: Send) -> Answer:
        import anyio

        limit = self.timeout * DEADLINE_FACTOR
        try:
            with Sending(limit), anyio.fail_after(limit):
                return await self._sent(step)
        except FAILURES as error:
            failure = failure_of(error, step.request)
        except RuntimeError:
            if not self._clients.closed:  # by another thread or task, just now
                raise
            failure = ConfigurationError(CLOSED)
        raise failure

    async def _sent(self, step: Send) -> Answer:
        request = step.request
        response = await self._clients.get(request.url).send(_built(request, self.timeout), **HOW)
        if step.stream:
            stream = Stream(response, request, self.timeout)
            return Answer(response.status_code, response.headers, stream=stream)
        try:
            body = Body(response, request)
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


def _built(request: PreparedRequest, timeout: float) -> httpx.Request:
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
