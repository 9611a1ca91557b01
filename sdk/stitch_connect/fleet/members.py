"""Who belongs to a fleet, and how a client of each is made for its turn."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from stitch_connect_runtime.clock import Clock
from stitch_connect_runtime.errors import InvalidArgument
from stitch_connect_runtime.operations import Operation
from stitch_connect_runtime.request import PreparedRequest
from stitch_connect_runtime.settings import check_number

from .._stitch import AsyncStitch, Stitch
from ..profiles import DEFAULT_REGION, Profile, find_profiles, read_profiles
from .results import WriteRefused
from .turns import Turn

C = TypeVar("C", Stitch, AsyncStitch)
Hook = Callable[[Operation, PreparedRequest], None]
OF_THE_ACCOUNT = frozenset({"token", "region", "base_url", "client_id", "http_client"})


class Members(Generic[C]):
    """The accounts of a fleet, and the settings that they have in common.

    Raises:
        ConfigurationError: A setting cannot be used.
        InvalidArgument: An account twice, none with a name, or an option that is an account's own.
    """

    def __init__(
        self,
        kind: type[C],
        accounts: Mapping[str, Profile | C] | Iterable[Profile],
        *,
        max_concurrency: int,
        account_timeout: float,
        allow_writes: bool,
        options: dict[str, Any],
    ) -> None:
        own = OF_THE_ACCOUNT & options.keys()
        if own:
            for name in own:
                del options[name]  # a token is not to be seen in a traceback
            raise InvalidArgument(f"{', '.join(sorted(own))}: each account of a fleet has its own")
        self.accounts = _by_name(accounts, (Profile, kind))
        self.max_concurrency = int(check_number("max_concurrency", max_concurrency, least=1))
        self.account_timeout = check_number("account_timeout", account_timeout, least=0.001)
        self._kind: type[C] = kind
        self._options, self._allow_writes = options, allow_writes
        sample = kind("-", region=DEFAULT_REGION, **options)  # tells at once what cannot be used
        self.timeout = sample._settings.timeout

    def client(self, name: str, connections: Any, turn: Callable[[Clock], Turn] | None = None) -> C:
        """Return a client of an account over the fleet's connections; it is not to be closed.

        Args:
            name: the account.
            connections: the fleet's transport.
            turn: limits the clock of the client, where nothing else limits its time.
        """
        account = self.accounts[name]
        client: C
        if isinstance(account, Profile):
            client = self._kind(**account.options(dict(self._options)))
        else:
            client = account.with_options(**self._options)
        limited = None if turn is None else turn(client.clock)
        hook = self._guard(client._options["before_send"], limited)
        client = client.with_options(clock=limited or client._options["clock"], before_send=hook)
        if client._options["http_client"] is None:
            client._connections = connections.sharing(client._settings.timeout)
        return client

    def _guard(self, inner: Hook | None, turn: Turn | None) -> Hook:
        def before_send(operation: Operation, request: PreparedRequest) -> None:
            if turn is not None:
                turn.check()
            if not self._allow_writes and operation.risk.level != "read":
                raise WriteRefused(operation.id, operation.risk.level)
            if inner is not None:
                inner(operation, request)

        return before_send


def chosen(path: str | Path | None, names: Iterable[str] | None) -> list[Profile]:
    """Return the accounts of the accounts file, or those of them that are named.

    Raises:
        UnknownProfile: No account has one of the names.
        ConfigurationError: The file cannot be used.
    """
    if names is None:
        return list(read_profiles(path).values())
    return find_profiles(names, path)


def _by_name(accounts: Any, kinds: tuple[type, ...]) -> dict[str, Any]:
    if isinstance(accounts, Mapping):
        if not all(isinstance(one, kinds) for one in accounts.values()):
            wanted = " or ".join(kind.__name__ for kind in kinds)
            raise InvalidArgument(f"each account of the fleet is a {wanted}")
        return dict(accounts)
    listed = list(accounts) if isinstance(accounts, Iterable) else [accounts]
    if not all(isinstance(one, Profile) for one in listed):
        raise InvalidArgument("give clients by name, as {'prod': stitch}")
    found = {one.name: one for one in listed}
    if len(found) != len(listed):
        raise InvalidArgument("an account is in the fleet twice; leave one away")
    return found
