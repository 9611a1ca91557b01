"""What every generated client is built on: settings, and the ways a call can be made."""

from __future__ import annotations

import random as _random
import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from . import settings as s
from .budget import BudgetStore, store
from .clock import Clock, SystemClock
from .decode import Decoder
from .drivers import adrive, drive
from .encode import encode_body, encode_path, encode_query, plain
from .errors import ConfigurationError, InvalidArgument
from .operations import Operation, Risk, Waiter
from .records import Answer, RawResponse
from .request import PreparedRequest
from .retry import RetryPolicy
from .rings import Gone, Surroundings, understood
from .secret import Secret
from .unset import UNSET
from .version import VERSION
from .waiter import find, pause, settled

if TYPE_CHECKING:
    from ._http import AsyncHttpClient, AsyncTransport, HttpClient, SyncTransport

T = TypeVar("T")
Hook = Callable[[Operation, PreparedRequest], None]
AGENT = f"stitch-connect-python/{VERSION} Python/{sys.version_info[0]}.{sys.version_info[1]}"
SELDOM_SAFE = {"GET": "read", "DELETE": "destructive"}


class _Core:
    """What the two clients share; nothing here waits or talks."""

    _operations: Mapping[str, Operation]
    _waiters: Mapping[str, Waiter]

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)
        self._settings = _settle(options)
        self._clock: Clock = options["clock"] or SystemClock()
        self._budget: BudgetStore = store(options["budget"])
        self._random: Callable[[], float] = options["random"] or _random.random
        self._before_send: Hook | None = options["before_send"]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings.base_url!r})"

    @property
    def client_id(self) -> int | None:
        """The account's numeric id, where it was given."""
        return self._settings.client_id

    @property
    def clock(self) -> Clock:
        """The clock that budget, retries and deadlines ask."""
        return self._clock

    def _prepare(
        self,
        operation: Operation,
        path: Mapping[str, object],
        query: Mapping[str, object],
        body: object,
        token: str | Secret | None,
    ) -> PreparedRequest:
        given = self._with_client_id(operation, path)
        encoded, search = encode_path(operation, given), encode_query(query)
        content = encode_body(operation, body, self._clock.now())
        headers = {"Accept": "application/json", "User-Agent": AGENT}
        headers |= self._credential(operation, token)
        if content is not None and operation.body:
            headers["Content-Type"] = operation.body
        url = f"{self._settings.base_url}{encoded}{'?' if search else ''}{search}"
        scope = str(given.get(operation.budget.scope)) if operation.budget else None
        return PreparedRequest(operation, operation.verb, encoded, url, headers, content, scope)

    def _with_client_id(
        self, operation: Operation, path: Mapping[str, object]
    ) -> Mapping[str, object]:
        scope = operation.budget.scope if operation.budget else None
        if scope is None or path.get(scope) is not None:
            return path
        return {**path, scope: self._settings.client_id}

    def _credential(self, operation: Operation, token: str | Secret | None) -> dict[str, str]:
        """The one header that the operation's `security` asks for, and no other."""
        if operation.security is None:
            return {}
        secret = self._settings.token
        if operation.security != "ConnectToken":
            secret = Secret.wrap(token)
            if not secret:
                raise InvalidArgument(f"{operation.id} needs token=, an Import API token")
        if secret is None:
            raise ConfigurationError(s.TOKEN_MISSING)
        return {"Authorization": f"Bearer {s.header_safe(secret).reveal()}"}

    def _around(self, budget_wait: float | None, token: object = None) -> Surroundings:
        extra = (Secret.wrap(token).reveal(),) if isinstance(token, str | Secret) else ()  # type: ignore[union-attr]
        settings = self._settings
        return Surroundings(
            clock=self._clock,
            budget=self._budget,
            budget_key=settings.base_url,
            budget_wait=settings.budget_wait if budget_wait is None else budget_wait,
            policy=RetryPolicy(settings.max_retries),
            random=self._random,
            before_send=self._ask_before_send,
            secrets=(*settings.secrets, *extra),
        )

    def _ask_before_send(self, request: PreparedRequest) -> None:
        if self._before_send is not None:
            self._before_send(request.operation, request)

    def _untyped(self, verb: str, path: str, body: bool) -> Operation:
        """An operation for a call by path: the contract's own where it knows the path."""
        if not path.startswith("/") or path.startswith("//") or "?" in path or "#" in path:
            raise InvalidArgument("path begins with one / and has no query (use query=)")
        if {".", ".."} & set(path.split("/")):
            raise InvalidArgument("path has no . or .. segments")
        for operation in self._operations.values():
            if operation.verb == verb and operation.fixed_body is None and _fits(operation, path):
                return operation
        return Operation(
            id=f"{verb} {path}",
            resource="",
            method="",
            verb=verb,
            path=path,
            summary="",
            docs="",
            security="ConnectToken",
            risk=Risk(level=SELDOM_SAFE.get(verb, "configure")),
            retry="safe" if verb == "GET" else "connect-only",
            provenance="docs",
            success=(),
            body="application/json" if body else None,
        )

    def _request(
        self, verb: str, path: str, query: Mapping[str, object], json: object
    ) -> PreparedRequest:
        verb = verb.upper()
        operation = self._untyped(verb, path, json is not UNSET)
        values = _path_values(operation, path)
        if operation.path_params:
            return self._prepare(operation, values, query, json, None)
        return self._prepare(operation, {}, query, json, None)

    def _decoded(self, decoder: Decoder[T], operation: Operation, answer: Answer) -> T:
        content = _utf8(answer)
        return decoder.decode(content, operation.id, strict=self._settings.strict)

    def _raw_response(
        self, decoder: Decoder[T], operation: Operation, answer: Answer
    ) -> RawResponse[T]:
        answer.content = _utf8(answer)
        return RawResponse(answer, decoder, operation.id, self._settings.strict)


def _settle(options: Mapping[str, Any]) -> s.Settings:
    wait = options["budget_wait"]
    return s.Settings(
        token=s.resolve_token(options["token"]),
        base_url=s.resolve_base_url(options["base_url"], options["region"]),
        client_id=s.resolve_client_id(options["client_id"]),
        timeout=s.check_number("timeout", options["timeout"], least=0.001),
        max_retries=int(s.check_number("max_retries", options["max_retries"], least=0)),
        budget_wait=None if wait is None else s.check_number("budget_wait", wait, least=0),
        strict=bool(options["strict"]),
    )


def _fits(operation: Operation, path: str) -> bool:
    return bool(_template(operation.path).fullmatch(path))


def _path_values(operation: Operation, path: str) -> dict[str, object]:
    from urllib.parse import unquote

    found = _template(operation.path).fullmatch(path)
    return {k: unquote(v) for k, v in found.groupdict().items()} if found else {}


def _template(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _utf8(answer: Answer) -> bytes:
    """The body in UTF-8, whatever charset its content type names."""
    found = re.search(r"charset=\"?([\w-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    if found is None or found[1].lower() in {"utf-8", "utf8"} or answer.content.isascii():
        return answer.content
    try:
        return answer.content.decode(found[1]).encode()
    except (LookupError, UnicodeDecodeError):
        return answer.content


class BaseClient(_Core):
    """The synchronous client's settings and plumbing.

    Args:
        token: the Connect API token; else `STITCH_CONNECT_TOKEN`.
        region: `us-east-1` or `eu-central-1`; else `STITCH_CONNECT_REGION`.
        base_url: an address instead of a region's; else `STITCH_CONNECT_BASE_URL`.
        client_id: the account's numeric id; else `STITCH_CONNECT_CLIENT_ID`.
        timeout: seconds for each step of a request.
        max_retries: how often a request that may be repeated is.
        budget: None for the process's own count of requests, a storage URI such as `redis://…`, or
            a `BudgetStore`.
        budget_wait: seconds to wait for room in the budget before `BudgetExhausted` is raised.
        http_client: an `httpx.Client` to send with; it is not closed.
        clock: asked for time and sleep; the system's unless given.
        strict: raise `UnexpectedResponse` where an answer does not fit the contract.
        before_send: called before the first attempt of each call; may raise to refuse it.
        random: gives numbers from 0 to 1, for the jitter of retries.

    Raises:
        ConfigurationError: a setting cannot be used.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        region: str | None = None,
        base_url: str | None = None,
        client_id: int | None = None,
        timeout: float = s.TIMEOUT,
        max_retries: int = s.MAX_RETRIES,
        budget: str | BudgetStore | None = None,
        budget_wait: float | None = None,
        http_client: HttpClient | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        before_send: Hook | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(
            {
                "token": Secret.wrap(token),
                "region": region,
                "base_url": base_url,
                "client_id": client_id,
                "timeout": timeout,
                "max_retries": max_retries,
                "budget": budget,
                "budget_wait": budget_wait,
                "clock": clock,
                "strict": strict,
                "before_send": before_send,
                "random": random,
            }
        )
        self._http_client = http_client
        self._connections: SyncTransport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._connections is not None:
            self._connections.close()

    def with_options(self, **options: Any) -> Self:
        """A client with other settings over the same connections; takes what the client takes."""
        unknown = options.keys() - self._options.keys()
        if unknown:
            raise InvalidArgument(f"no such option: {', '.join(sorted(unknown))}")
        other = type(self)(**{**self._options, **options})
        other._connections = self._transport.sharing(other._settings.timeout)
        return other

    @property
    def _transport(self) -> SyncTransport:
        if self._connections is None:
            from ._http import SyncTransport

            self._connections = SyncTransport(self._settings.timeout, self._http_client)
        return self._connections

    def _send(self, request: PreparedRequest, budget_wait: float | None, token: object) -> Answer:
        around = self._around(budget_wait, token)
        return drive(understood(request, around), self._transport, self._clock)

    def _open(self, request: PreparedRequest, budget_wait: float | None) -> Answer:
        from .download import opened

        return drive(opened(request, self._around(budget_wait)), self._transport, self._clock)

    def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        request: PreparedRequest,
        budget_wait: float | None,
        token: object,
    ) -> T:
        try:
            answer = self._send(request, budget_wait, token)
        except Gone:
            return decoder.blank()
        return self._decoded(decoder, operation, answer)

    def request(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, object] = {},
        json: object = UNSET,
        budget_wait: float | None = None,
    ) -> RawResponse[Any]:
        """Any call by its path, with this client's token, retries and errors.

        Args:
            verb: the HTTP method.
            path: from the root of the API, such as `/v4/sources`.
            query: query parameters.
            json: the body.
            budget_wait: seconds to wait for room in the request budget.

        Returns:
            The answer with status, headers and body.
        """
        request = self._request(verb, path, query, json if json is UNSET else plain(json))
        decoder: Decoder[Any] = Decoder(Any)
        try:
            answer = self._send(request, budget_wait, None)
        except Gone:
            answer = Answer(404, {}, b"null")
        return self._raw_response(decoder, request.operation, answer)

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


class AsyncBaseClient(_Core):
    """The asynchronous client's settings and plumbing; the arguments are `BaseClient`'s."""

    def __init__(
        self,
        token: str | Secret | None = None,
        *,
        region: str | None = None,
        base_url: str | None = None,
        client_id: int | None = None,
        timeout: float = s.TIMEOUT,
        max_retries: int = s.MAX_RETRIES,
        budget: str | BudgetStore | None = None,
        budget_wait: float | None = None,
        http_client: AsyncHttpClient | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        before_send: Hook | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(
            {
                "token": Secret.wrap(token),
                "region": region,
                "base_url": base_url,
                "client_id": client_id,
                "timeout": timeout,
                "max_retries": max_retries,
                "budget": budget,
                "budget_wait": budget_wait,
                "clock": clock,
                "strict": strict,
                "before_send": before_send,
                "random": random,
            }
        )
        self._http_client = http_client
        self._connections: AsyncTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._connections is not None:
            await self._connections.close()

    def with_options(self, **options: Any) -> Self:
        """A client with other settings over the same connections; takes what the client takes."""
        unknown = options.keys() - self._options.keys()
        if unknown:
            raise InvalidArgument(f"no such option: {', '.join(sorted(unknown))}")
        other = type(self)(**{**self._options, **options})
        other._connections = self._transport.sharing(other._settings.timeout)
        return other

    @property
    def _transport(self) -> AsyncTransport:
        if self._connections is None:
            from ._http import AsyncTransport

            self._connections = AsyncTransport(self._settings.timeout, self._http_client)
        return self._connections

    async def _send(
        self, request: PreparedRequest, budget_wait: float | None, token: object
    ) -> Answer:
        around = self._around(budget_wait, token)
        return await adrive(understood(request, around), self._transport, self._clock)

    async def _open(self, request: PreparedRequest, budget_wait: float | None) -> Answer:
        from .download import opened

        steps = opened(request, self._around(budget_wait))
        return await adrive(steps, self._transport, self._clock)

    async def _call(
        self,
        operation: Operation,
        decoder: Decoder[T],
        request: PreparedRequest,
        budget_wait: float | None,
        token: object,
    ) -> T:
        try:
            answer = await self._send(request, budget_wait, token)
        except Gone:
            return decoder.blank()
        return self._decoded(decoder, operation, answer)

    async def request(
        self,
        verb: str,
        path: str,
        *,
        query: Mapping[str, object] = {},
        json: object = UNSET,
        budget_wait: float | None = None,
    ) -> RawResponse[Any]:
        """Any call by its path; see `BaseClient.request`."""
        request = self._request(verb, path, query, json if json is UNSET else plain(json))
        decoder: Decoder[Any] = Decoder(Any)
        try:
            answer = await self._send(request, budget_wait, None)
        except Gone:
            answer = Answer(404, {}, b"null")
        return self._raw_response(decoder, request.operation, answer)

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
