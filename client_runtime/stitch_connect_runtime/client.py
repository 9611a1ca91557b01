"""What every generated client is built on: settings, and the ways a call can be made."""

from __future__ import annotations

import random as _random
import re
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import unquote

from . import settings as s
from .budget import BudgetStore, store
from .clock import Clock, SystemClock
from .decode import Decoder, unexpected
from .drivers import adrive, drive
from .encode import encode_body, encode_path, encode_query
from .errors import ConfigurationError, InvalidArgument
from .operations import Operation, Risk, Waiter
from .records import Answer, RawResponse
from .request import PreparedRequest
from .retry import RetryPolicy
from .rings import Surroundings, key_of, understood
from .secret import Secret
from .steps import Steps
from .unset import UNSET
from .version import VERSION
from .waiter import find, pause, settled

if TYPE_CHECKING:
    from ._http import AsyncHttpClient, AsyncTransport, HttpClient, SyncTransport

T = TypeVar("T")
Hook = Callable[[Operation, PreparedRequest], None]
AGENT = f"stitch-connect-python/{VERSION} Python/{sys.version_info[0]}.{sys.version_info[1]}"
JSON = "application/json"
RISK_BY_VERB = {"GET": "read", "HEAD": "read", "DELETE": "destructive"}  # of a path not known


class _Core:
    """What the two clients share; nothing here waits or talks."""

    _operations: Mapping[str, Operation] = {}
    _waiters: Mapping[str, Waiter] = {}

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = dict(options)
        self._settings = _settle(options)
        self._clock: Clock = options["clock"] or SystemClock()
        self._budget: BudgetStore = store(options["budget"], self._clock)
        self._policy = RetryPolicy(self._settings.max_retries)
        self._random: Callable[[], float] = options["random"] or _random.random
        self._before_send: Hook | None = options["before_send"]
        self._making = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings.base_url!r})"

    @property
    def base_url(self) -> str:
        """The address of the API, without a slash at its end."""
        return self._settings.base_url

    @property
    def client_id(self) -> int | None:
        """The account's numeric id, where it was given."""
        return self._settings.client_id

    @property
    def clock(self) -> Clock:
        """The clock that budget, retries and deadlines ask."""
        return self._clock

    def budget_left(self, name: str = "jobs", scope: object = None) -> int | None:
        """How many requests of a budget fit now; None where its store does not tell.

        Args:
            name: the budget, as the contract names it.
            scope: what it is counted for, such as the account's id; else the client's `client_id`.
        """
        budget = next(
            (op.budget for op in self._operations.values() if op.budget and op.budget.name == name),
            None,
        )
        if budget is None:
            raise InvalidArgument(f"there is no budget named {name!r}")
        left = getattr(self._budget, "left", None)
        key = key_of(self._settings.base_url, budget, scope or self._settings.client_id)
        return left(key, budget.requests, budget.period, self._clock.now()) if left else None

    def _changed(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """This client's options with some of them replaced."""
        unknown = options.keys() - self._options.keys()
        if unknown:
            raise InvalidArgument(f"no such option: {', '.join(sorted(unknown))}")
        address = (
            {"base_url": None, "region": None} if {"base_url", "region"} & options.keys() else {}
        )
        return {**self._options, **address, **options}

    def _prepare(
        self,
        operation: Operation,
        path: Mapping[str, object],
        query: Mapping[str, object],
        body: object,
        token: Secret | None,
    ) -> PreparedRequest:
        given = self._with_client_id(operation, path)
        encoded, search = encode_path(operation, given), encode_query(query)
        content = encode_body(operation, body, self._clock.now())
        headers = {"Accept": JSON, "User-Agent": AGENT}
        if content is not None:
            headers["Content-Type"] = operation.body or JSON
        return PreparedRequest(
            operation=operation,
            verb=operation.verb,
            path=encoded,
            url=f"{self._settings.base_url}{encoded}{'?' if search else ''}{search}",
            headers=headers,
            content=content,
            credential=self._credential(operation, token),
            scope=str(given[operation.budget.scope]) if operation.budget else None,
        )

    def _with_client_id(
        self, operation: Operation, path: Mapping[str, object]
    ) -> Mapping[str, object]:
        scope = operation.budget.scope if operation.budget else None
        if scope is None or path.get(scope) is not None:
            return path
        return {**path, scope: self._settings.client_id}

    def _credential(self, operation: Operation, token: Secret | None) -> Secret | None:
        """The one credential that the operation's `security` asks for, and no other."""
        if operation.security is None:
            return None
        if operation.security == s.CLIENT_CREDENTIAL:
            if self._settings.token is None:
                raise ConfigurationError(s.TOKEN_MISSING)
            return self._settings.token
        if not token:
            raise InvalidArgument(f"{operation.id} needs token=, as {operation.security}")
        return s.header_safe(token)

    def _around(self, budget_wait: float | None) -> Surroundings:
        settings = self._settings
        return Surroundings(
            clock=self._clock,
            budget=self._budget,
            budget_key=settings.base_url,
            budget_wait=settings.budget_wait if budget_wait is None else s.check_wait(budget_wait),
            policy=self._policy,
            random=self._random,
            before_send=self._ask_before_send,
        )

    def _ask_before_send(self, request: PreparedRequest) -> None:
        if self._before_send is not None:
            self._before_send(request.operation, request)

    def _sending(self, request: PreparedRequest, budget_wait: float | None) -> Steps[Answer]:
        return understood(request, self._around(budget_wait))

    def _opening(self, request: PreparedRequest, budget_wait: float | None) -> Steps[Answer]:
        from .download import opened

        return opened(request, self._around(budget_wait))

    def _request(
        self,
        verb: str,
        path: str,
        query: Mapping[str, object],
        json: object,
        token: Secret | None,
    ) -> PreparedRequest:
        operation = self._by_path(verb.upper(), path)
        if operation.path_params:
            return self._prepare(operation, _path_values(operation, path), query, json, token)
        return self._prepare(operation, {}, query, json, token)

    def _by_path(self, verb: str, path: str) -> Operation:
        """What is called by its path: an operation of the contract where it knows the path."""
        if not path.startswith("/") or path.startswith("//") or set("?#\\") & set(path):
            raise InvalidArgument("path begins with one / and has no query (use query=)")
        if {".", ".."} & set(unquote(path).split("/")):
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
            security=s.CLIENT_CREDENTIAL,
            risk=Risk(level=RISK_BY_VERB.get(verb, "configure")),
            retry="safe" if verb == "GET" else "connect-only",
            provenance="docs",
            success=(),
        )

    def _decoded(self, decoder: Decoder[T], operation: Operation, answer: Answer) -> T:
        if answer.gone:
            return decoder.blank()
        strict = self._settings.strict
        if strict and not _is_json(answer):
            raise unexpected(operation.id, "the answer's content type is not JSON", answer.status)
        return decoder.decode(answer.utf8(), operation.id, strict=strict)

    def _raw_response(
        self, decoder: Decoder[T], operation: Operation, answer: Answer
    ) -> RawResponse[T]:
        return RawResponse(answer, decoder, operation.id, self._settings.strict)


def _settle(options: Mapping[str, Any]) -> s.Settings:
    return s.Settings(
        token=s.resolve_token(options["token"]),
        base_url=s.resolve_base_url(options["base_url"], options["region"]),
        client_id=s.resolve_client_id(options["client_id"]),
        timeout=s.check_number("timeout", options["timeout"], least=0.001),
        max_retries=int(s.check_number("max_retries", options["max_retries"], least=0)),
        budget_wait=s.check_wait(options["budget_wait"]),
        strict=bool(options["strict"]),
    )


def _is_json(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "")
    return not answer.content or not kind or "json" in kind.lower()


def _fits(operation: Operation, path: str) -> bool:
    return bool(_template(operation.path).fullmatch(path))


def _path_values(operation: Operation, path: str) -> dict[str, object]:
    found = _template(operation.path).fullmatch(path)
    return {k: unquote(v) for k, v in found.groupdict().items()} if found else {}


def _template(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


class BaseClient(_Core):
    """The synchronous client's settings and plumbing.

    Args:
        token: the Connect API token; else `STITCH_CONNECT_TOKEN`.
        region: `us-east-1` or `eu-central-1`; else `STITCH_CONNECT_REGION`.
        base_url: an address instead of a region's; else `STITCH_CONNECT_BASE_URL`.
        client_id: the account's numeric id; else `STITCH_CONNECT_CLIENT_ID`.
        timeout: seconds for each step of a request; a whole answer may take four times as long.
        max_retries: how often a request that may be repeated is.
        budget: None for the process's own count of requests, a storage URI such as `redis://…`, or
            a `BudgetStore`.
        budget_wait: seconds to wait for room in the budget before `BudgetExhausted` is raised.
        http_client: an `httpx.Client` to send with; it is not closed, and of its own settings only
            those of its connections count.
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
        budget: str | Secret | BudgetStore | None = None,
        budget_wait: float | None = None,
        http_client: HttpClient | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        before_send: Hook | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        token, budget = Secret.wrap(token), Secret(budget) if isinstance(budget, str) else budget
        super().__init__(
            {
                "token": token,
                "region": region,
                "base_url": base_url,
                "client_id": client_id,
                "timeout": timeout,
                "max_retries": max_retries,
                "budget": budget,
                "budget_wait": budget_wait,
                "http_client": http_client,
                "clock": clock,
                "strict": strict,
                "before_send": before_send,
                "random": random,
            }
        )
        self._connections: SyncTransport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        self._transport.close()

    def with_options(self, **options: Any) -> Self:
        """A client with other settings over the same connections; takes what the client takes.

        Only the client that was made first closes the connections.
        """
        other = type(self)(**self._changed(options))
        if "http_client" not in options:
            other._connections = self._transport.sharing(other._settings.timeout)
        return other

    @property
    def _transport(self) -> SyncTransport:
        if self._connections is None:
            from ._http import SyncTransport

            with self._making:  # threads that call first at once share one
                self._connections = self._connections or SyncTransport(
                    self._settings.timeout, self._options["http_client"]
                )
        return self._connections

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
        budget: str | Secret | BudgetStore | None = None,
        budget_wait: float | None = None,
        http_client: AsyncHttpClient | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        before_send: Hook | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        token, budget = Secret.wrap(token), Secret(budget) if isinstance(budget, str) else budget
        super().__init__(
            {
                "token": token,
                "region": region,
                "base_url": base_url,
                "client_id": client_id,
                "timeout": timeout,
                "max_retries": max_retries,
                "budget": budget,
                "budget_wait": budget_wait,
                "http_client": http_client,
                "clock": clock,
                "strict": strict,
                "before_send": before_send,
                "random": random,
            }
        )
        self._connections: AsyncTransport | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they are somebody else's."""
        await self._transport.close()

    def with_options(self, **options: Any) -> Self:
        """A client with other settings; see `BaseClient.with_options`."""
        other = type(self)(**self._changed(options))
        if "http_client" not in options:
            other._connections = self._transport.sharing(other._settings.timeout)
        return other

    @property
    def _transport(self) -> AsyncTransport:
        if self._connections is None:
            from ._http import AsyncTransport

            with self._making:  # threads that call first at once share one
                self._connections = self._connections or AsyncTransport(
                    self._settings.timeout, self._options["http_client"]
                )
        return self._connections

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
