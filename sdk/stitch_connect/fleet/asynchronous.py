"""A fleet of tasks."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar, overload

from stitch_connect_runtime.pager import AsyncPager

from .._stitch import AsyncStitch
from ..profiles import Profile
from .members import Members, chosen
from .results import AccountTimeout, Result

T = TypeVar("T")
P = TypeVar("P")
AsyncResults: TypeAlias = AsyncGenerator[Result[T], None]
Read = Callable[[AsyncStitch], Any]


class AsyncFleet:
    """Runs a read over many accounts; the arguments are :class:`Fleet`'s. Needs asyncio."""

    def __init__(
        self,
        accounts: Mapping[str, Profile | AsyncStitch] | Iterable[Profile],
        *,
        max_concurrency: int = 10,
        account_timeout: float = 60.0,
        allow_writes: bool = False,
        **options: Any,
    ) -> None:
        self._members: Members[AsyncStitch] = Members(
            AsyncStitch,
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
        """Like :meth:`Fleet.from_profiles`."""
        return cls(chosen(path, names), **options)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The names of the accounts."""
        return tuple(self._members.accounts)

    @overload
    def map(
        self, read: Callable[[AsyncStitch], AsyncPager[T, Any]]
    ) -> AsyncGenerator[Result[list[T]], None]: ...

    @overload
    def map(
        self, read: Callable[[AsyncStitch], Awaitable[T]]
    ) -> AsyncGenerator[Result[T], None]: ...

    async def map(self, read: Read) -> AsyncGenerator[Result[Any], None]:
        """Run a read for each account and yield the results as they come.

        Leaving the loop early cancels the reads under way. Python does that a little later, unless
        the loop is over `contextlib.aclosing(fleet.map(read))`.

        Args:
            read: called with a client that is good for this call alone; pages that it returns are
                read to their end.

        Yields:
            One result for each account: the value, or the error.
        """
        from stitch_connect_runtime._http import AsyncTransport

        members = self._members
        pool = AsyncTransport(members.timeout, connections=members.max_concurrency)
        results: asyncio.Queue[Result[Any]] = asyncio.Queue(members.max_concurrency)
        waiting = iter(members.accounts)
        workers = [
            asyncio.create_task(self._work(waiting, read, pool, results))
            for _ in range(min(members.max_concurrency, len(members.accounts)))
        ]
        try:
            for _ in members.accounts:
                yield await results.get()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await pool.close()

    async def _work(
        self, waiting: Iterator[str], read: Read, pool: Any, results: asyncio.Queue[Result[Any]]
    ) -> None:
        for name in waiting:
            await results.put(await self._turn(name, read, pool))

    async def _turn(self, name: str, read: Read, pool: Any) -> Result[Any]:
        limit = asyncio.timeout(self._members.account_timeout)
        try:
            async with limit:
                # Reading a token may wait for a disk or a keyring.
                client = await asyncio.to_thread(self._members.client, name, pool)
                return Result(name, await _whole(read(client)))
        except TimeoutError as error:
            late = limit.expired()
            return Result(
                name, error=AccountTimeout(self._members.account_timeout) if late else error
            )
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            return Result(name, error=error)  # the read cancelled itself
        except Exception as error:  # noqa: BLE001  # whatever it is, it is this account's
            return Result(name, error=error)


async def _whole(value: Any) -> Any:
    if isinstance(value, AsyncPager):
        return [row async for row in value]
    found = await value if inspect.isawaitable(value) else value
    return [row async for row in found] if isinstance(found, AsyncPager) else found
