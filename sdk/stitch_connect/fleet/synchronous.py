"""A fleet of threads."""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar, overload

from stitch_connect_runtime.errors import RequestTimeout
from stitch_connect_runtime.pager import Pager

from .._stitch import Stitch
from ..profiles import Profile
from .members import Members, chosen
from .results import AccountTimeout, Result
from .turns import Turn

T = TypeVar("T")
P = TypeVar("P")
Results: TypeAlias = Generator[Result[T], None, None]


class Fleet:
    """Runs a read over many accounts.

    Args:
        accounts: profiles, or clients and profiles by name; clients keep their own settings.
        max_concurrency: how many accounts are read at a time, and how many connections are open.
        account_timeout: seconds of real time for one account, requests and waits together.
        allow_writes: send operations too whose risk is not `read`.
        options: what else each client is made with, such as `timeout` or `budget_wait`.

    Raises:
        ConfigurationError: A setting cannot be used.
        InvalidArgument: An account twice, or an option that each account has of its own.
    """

    def __init__(
        self,
        accounts: Mapping[str, Profile | Stitch] | Iterable[Profile],
        *,
        max_concurrency: int = 10,
        account_timeout: float = 60.0,
        allow_writes: bool = False,
        **options: Any,
    ) -> None:
        self._members: Members[Stitch] = Members(
            Stitch,
            accounts,
            max_concurrency=max_concurrency,
            account_timeout=account_timeout,
            allow_writes=allow_writes,
            options=options,
        )

    @classmethod
    def from_profiles(
        cls, path: str | Path | None = None, names: Iterable[str] | None = None, **options: Any
    ) -> Self:
        """Return a fleet of the accounts in `accounts.toml`.

        Args:
            path: the file; else the one of the environment.
            names: some of its accounts; else all.
            options: what the fleet takes.

        Raises:
            UnknownProfile: No account has one of the names.
            ConfigurationError: The file cannot be used.
        """
        return cls(chosen(path, names), **options)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts."""
        return tuple(self._members.accounts)

    @overload
    def map(
        self, read: Callable[[Stitch], Pager[T, Any]]
    ) -> Generator[Result[list[T]], None, None]: ...

    @overload
    def map(self, read: Callable[[Stitch], T]) -> Generator[Result[T], None, None]: ...

    def map(self, read: Callable[[Stitch], Any]) -> Generator[Result[Any], None, None]:
        """Run a read for each account and yield the results as they come.

        The next accounts are begun as results are taken. Leaving the loop early, accounts that were
        not begun never are, and those that were make no further request: what is left to wait for
        is one answer, or its `timeout`.

        Args:
            read: called in a thread with a client that is good for this call alone; pages that it
                returns are read to their end.

        Yields:
            One result for each account: the value, or the error.
        """
        from stitch_connect_runtime._http import SyncTransport

        members, abandoned = self._members, threading.Event()
        pool = SyncTransport(members.timeout, connections=members.max_concurrency)
        threads = ThreadPoolExecutor(members.max_concurrency, thread_name_prefix="stitch-fleet")
        waiting = iter(members.accounts)

        def begin(count: int) -> set[Future[Result[Any]]]:
            return {
                threads.submit(copy_context().run, self._turn, name, read, pool, abandoned)
                for name in islice(waiting, count)
            }

        try:
            running = begin(members.max_concurrency)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= begin(len(done))
                for future in done:
                    yield future.result()
        finally:
            abandoned.set()
            threads.shutdown(cancel_futures=True)
            pool.close()

    def _turn(
        self, name: str, read: Callable[[Stitch], Any], pool: Any, abandoned: threading.Event
    ) -> Result[Any]:
        from stitch_connect_runtime._http import deadline

        seconds = self._members.account_timeout
        ends = time.monotonic() + seconds
        try:
            with deadline(seconds):
                client = self._members.client(
                    name, pool, lambda clock: Turn(clock, ends, seconds, abandoned)
                )
                return Result(name, _whole(read(client)))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this account's
            late = isinstance(error, RequestTimeout) and time.monotonic() >= ends
            return Result(name, error=AccountTimeout(seconds) if late else error)


def _whole(value: Any) -> Any:
    return list(value) if isinstance(value, Pager) else value
