"""What every generated resource is built on: the four ways its methods make a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .client import AsyncBaseClient, BaseClient
from .decode import Decoder
from .download import AsyncLogStream, LogStream
from .operations import Operation
from .pager import AsyncPager, Pager
from .records import Answer, RawResponse
from .request import PreparedRequest
from .secret import Secret
from .unset import UNSET

__all__ = [
    "AsyncLogStream",
    "AsyncPager",
    "AsyncResource",
    "LogStream",
    "Pager",
    "RawResponse",
    "Resource",
]

T = TypeVar("T")
P = TypeVar("P")
Given = Mapping[str, object]
NOTHING: Given = {}


def _pages(
    client: BaseClient | AsyncBaseClient, operation: Operation, path: Given, query: Given
) -> Callable[[str | None], PreparedRequest]:
    """The request for a page: the one that was asked for, then the ones that links name."""

    def request(token: str | None) -> PreparedRequest:
        rule = operation.pagination
        found = query if token is None or rule is None else {**query, rule.input_token: token}
        return client._prepare(operation, path, found, UNSET, None)

    return request


class Resource:
    """A group of operations; made by the client."""

    def __init__(self, client: BaseClient) -> None:
        self._client = client

    def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        body: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> T:
        token = Secret.wrap(token)
        request = self._client._prepare(operation, path, query, body, token)
        return self._client._call(operation, decoder, request, budget_wait)

    def _raw(
        self,
        operation: Operation,
        decoder: Decoder[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        body: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> RawResponse[T]:
        token = Secret.wrap(token)
        request = self._client._prepare(operation, path, query, body, token)
        answer = self._client._run(self._client._sending(request, budget_wait))
        return self._client._raw_response(decoder, operation, answer)

    def _paged(
        self,
        operation: Operation,
        decoder: Decoder[P],
        item: type[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        budget_wait: float | None = None,
    ) -> Pager[T, P]:
        request, client = _pages(self._client, operation, path, query), self._client

        def fetch(token: str | None) -> Answer:
            return client._run(client._sending(request(token), budget_wait))

        return Pager(operation, decoder, client._settings.strict, fetch)

    def _download(
        self, operation: Operation, *, path: Given = NOTHING, budget_wait: float | None = None
    ) -> LogStream:
        request = self._client._prepare(operation, path, NOTHING, UNSET, None)
        return LogStream(lambda: self._client._run(self._client._opening(request, budget_wait)))


class AsyncResource:
    """A group of operations; made by the client."""

    def __init__(self, client: AsyncBaseClient) -> None:
        self._client = client

    async def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        body: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> T:
        token = Secret.wrap(token)
        request = self._client._prepare(operation, path, query, body, token)
        return await self._client._call(operation, decoder, request, budget_wait)

    async def _raw(
        self,
        operation: Operation,
        decoder: Decoder[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        body: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> RawResponse[T]:
        token = Secret.wrap(token)
        request = self._client._prepare(operation, path, query, body, token)
        answer = await self._client._run(self._client._sending(request, budget_wait))
        return self._client._raw_response(decoder, operation, answer)

    def _paged(
        self,
        operation: Operation,
        decoder: Decoder[P],
        item: type[T],
        *,
        path: Given = NOTHING,
        query: Given = NOTHING,
        budget_wait: float | None = None,
    ) -> AsyncPager[T, P]:
        request, client = _pages(self._client, operation, path, query), self._client

        async def fetch(token: str | None) -> Answer:
            return await client._run(client._sending(request(token), budget_wait))

        return AsyncPager(operation, decoder, client._settings.strict, fetch)

    def _download(
        self, operation: Operation, *, path: Given = NOTHING, budget_wait: float | None = None
    ) -> AsyncLogStream:
        request = self._client._prepare(operation, path, NOTHING, UNSET, None)

        async def open_() -> Any:
            return await self._client._run(self._client._opening(request, budget_wait))

        return AsyncLogStream(open_)
