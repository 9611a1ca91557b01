"""What a client is made of: its settings, and connections made when first needed."""

from __future__ import annotations

import random as _random
from collections.abc import Callable, Mapping
from typing import Any, Generic, NoReturn, Protocol, Self, TypeVar

from . import settings as s
from .budget import BudgetStore, store
from .clock import Clock, SystemClock
from .errors import InvalidArgument
from .locks import Lock
from .operations import Operation, Waiter
from .request import PreparedRequest
from .retry import RetryPolicy
from .rings import Surroundings, key_of
from .secret import Secret

HttpClientT = TypeVar("HttpClientT")  # httpx.Client or httpx.AsyncClient
TransportT = TypeVar("TransportT", bound="Connections")
Hook = Callable[[Operation, PreparedRequest], None]


class Connections(Protocol):
    """A transport, as far as its connections can be shared."""

    def sharing(self, timeout: float) -> Self: ...


class Core(Generic[HttpClientT, TransportT]):
    """Settings and connections; nothing here waits or talks."""

    _operations: Mapping[str, Operation] = {}
    _waiters: Mapping[str, Waiter] = {}

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
        http_client: HttpClientT | None = None,
        clock: Clock | None = None,
        strict: bool = False,
        before_send: Hook | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        """Settle what is given, and what the environment says; nothing is sent yet.

        Args:
            token: the Connect API token; else `STITCH_CONNECT_TOKEN`.
            region: `us-east-1` or `eu-central-1`; else `STITCH_CONNECT_REGION`.
            base_url: an address instead of a region's; else `STITCH_CONNECT_BASE_URL`.
            client_id: the account's numeric id; else `STITCH_CONNECT_CLIENT_ID`.
            timeout: seconds for each step of a request; a whole answer may take four times as long.
            max_retries: how often a request that may be repeated is.
            budget: None for the process's own count of requests, a storage URI such as `redis://…`,
                or a `BudgetStore`.
            budget_wait: seconds to wait for room in the budget before `BudgetExhausted` is raised.
            http_client: an `httpx.Client` (or `httpx.AsyncClient`) to send with; it is not closed,
                and of its own settings only those of its connections count.
            clock: asked for time and sleep; the system's unless given.
            strict: raise `UnexpectedResponse` where an answer does not fit the contract.
            before_send: called before the first attempt of each call; may raise to refuse it.
            random: gives numbers from 0 to 1, for the jitter of retries.

        Raises:
            ConfigurationError: a setting cannot be used.
        """
        token, budget = Secret.wrap(token), Secret(budget) if isinstance(budget, str) else budget
        self._options: dict[str, Any] = {
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
        self._settings = s.settle(self._options)
        self._clock: Clock = clock or SystemClock()
        self._budget: BudgetStore = store(budget, self._clock)
        self._policy = RetryPolicy(self._settings.max_retries)
        self._random: Callable[[], float] = random or _random.random
        self._before_send = before_send
        self._making = Lock()
        self._connections: TransportT | None = None

    def __repr__(self) -> str:
        settings = self.__dict__.get("_settings")  # not yet there where one could not be used
        return f"{type(self).__name__}({settings.base_url if settings else ''!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} holds a token and connections, so it is not pickled: "
            "make one in each process"
        )

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        return self.with_options()

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

    def with_options(self, **options: Any) -> Self:
        """A client with other settings over the same connections; takes what the client takes.

        Only the client that was made first closes the connections.
        """
        other = type(self)(**self._changed(options))
        if "http_client" not in options:
            other._connections = self._transport.sharing(other._settings.timeout)
        return other

    def _changed(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """This client's options with some of them replaced."""
        unknown = options.keys() - self._options.keys()
        if unknown:
            raise InvalidArgument(f"no such option: {', '.join(sorted(unknown))}")
        address = (
            {"base_url": None, "region": None} if {"base_url", "region"} & options.keys() else {}
        )
        return {**self._options, **address, **options}

    @property
    def _transport(self) -> TransportT:
        if self._connections is None:
            with self._making:  # threads that call first at once share one
                self._connections = self._connections or self._connect(
                    self._settings.timeout, self._options["http_client"]
                )
        return self._connections

    def _connect(self, timeout: float, client: HttpClientT | None) -> TransportT:
        raise NotImplementedError

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
