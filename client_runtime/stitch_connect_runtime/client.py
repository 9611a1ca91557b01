"""What every generated client is built on: the two ways to make a call, waiting and awaiting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from .calling import Calling
from .decode import Decoder
from .drivers import adrive, drive
from .forgetting import aforgetting, forgetting
from .operations import Operation
from .records import RawResponse
from .request import PreparedRequest
from .secret import Secret
from .steps import Steps
from .unset import UNSET
from .waiter import find, pause, settled

if TYPE_CHECKING:
    from ._http import AsyncHttpClient, AsyncTransport, HttpClient, SyncTransport

T = TypeVar("T")


class BaseClient(Calling["HttpClient", "SyncTransport"]):
    """The synchronous client's plumbing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        self._transport.close()

    def _connect(self, timeout: float, client: HttpClient | None) -> SyncTransport:
        from ._http import SyncTransport

        return SyncTransport(timeout, client)

    def _run(self, steps: Steps[T]) -> T:
        return drive(steps, self._transport, self._clock)

    def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        request: PreparedRequest,
        budget_wait: float | None,
    ) -> T:
        answer = self._run(self._sending(request, budget_wait))
        return self._decoded(decoder, operation, answer)

    @forgetting
    def request(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, object] = {},
        json: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> RawResponse[Any]:
        """Any call by its path, with this client's token, retries and errors.

        A path of the contract keeps its operation's rules: its risk, its budget, its retries.

        Args:
            verb: the HTTP method.
            path: from the root of the API, such as `/v4/sources`.
            query: query parameters.
            json: the body.
            token: the credential of an operation that does not take the Connect token.
            budget_wait: seconds to wait for room in the request budget.

        Returns:
            The answer with status, headers and body.
        """
        token = Secret.wrap(token)
        request = self._request(verb, path, query, json, token)
        answer = self._run(self._sending(request, budget_wait))
        return self._raw_response(Decoder(Any), request.operation, answer)

    def wait_for(self, name: str, *, deadline: float = 300.0, **path: Any) -> Any:
        """Ask until something is settled, as `wait_for("connection_check", source_id=1)`.

        Args:
            name: a waiter of the contract.
            deadline: seconds until `WaitTimeout`.
            path: the arguments of the operation that is asked.

        Returns:
            The last answer.

        Raises:
            WaitFailed: it ended in failure.
            WaitTimeout: the deadline passed first.
        """
        waiter = find(self._waiters, name)
        operation = self._operations[waiter.operation]
        ask = getattr(getattr(self, operation.resource), operation.method)
        ends, attempt = self._clock.now() + deadline, 1
        while not settled(name, waiter, last := ask(**path)):
            left = ends - self._clock.now()
            self._clock.sleep(pause(name, waiter, attempt, left, last))
            attempt += 1
        return last


class AsyncBaseClient(Calling["AsyncHttpClient", "AsyncTransport"]):
    """The asynchronous client's plumbing."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they are somebody else's."""
        await self._transport.close()

    def _connect(self, timeout: float, client: AsyncHttpClient | None) -> AsyncTransport:
        from ._http import AsyncTransport

        return AsyncTransport(timeout, client)

    async def _run(self, steps: Steps[T]) -> T:
        return await adrive(steps, self._transport, self._clock)

    async def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        request: PreparedRequest,
        budget_wait: float | None,
    ) -> T:
        answer = await self._run(self._sending(request, budget_wait))
        return self._decoded(decoder, operation, answer)

    @aforgetting
    async def request(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, object] = {},
        json: object = UNSET,
        token: str | Secret | None = None,
        budget_wait: float | None = None,
    ) -> RawResponse[Any]:
        """Any call by its path; see `BaseClient.request`."""
        token = Secret.wrap(token)
        request = self._request(verb, path, query, json, token)
        answer = await self._run(self._sending(request, budget_wait))
        return self._raw_response(Decoder(Any), request.operation, answer)

    async def wait_for(self, name: str, *, deadline: float = 300.0, **path: Any) -> Any:
        """Ask until something is settled; see `BaseClient.wait_for`."""
        waiter = find(self._waiters, name)
        operation = self._operations[waiter.operation]
        ask = getattr(getattr(self, operation.resource), operation.method)
        ends, attempt = self._clock.now() + deadline, 1
        while not settled(name, waiter, last := await ask(**path)):
            left = ends - self._clock.now()
            await self._clock.asleep(pause(name, waiter, attempt, left, last))
            attempt += 1
        return last
