"""A clock for tests: time passes only when everybody sleeps, and then at once.

It is a discrete-event simulation around real threads, tasks and event loops. Everybody who takes
part is counted. When all of them sleep the clock jumps to the earliest time at which one is to wake
up, and moves the simulated account by as much.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

PATIENCE = 150.0  # real seconds after which a sleeper calls it a deadlock


class Stuck(Exception):
    """Somebody who is counted neither sleeps nor leaves."""


@dataclass(eq=False)
class _Sleeper:
    """Somebody who sleeps: `wake` may be called from any thread."""

    until: float
    wake: Callable[[], object]


@dataclass(eq=False)
class VirtualClock:
    """Simulated seconds for the client and for the account alike.

    Args:
        start: the first reading.
        move: called with the seconds of each jump, while everybody sleeps.
        patience: real seconds that a sleeper waits at most for a jump.
    """

    start: float
    move: Callable[[float], object] = lambda seconds: None
    patience: float = PATIENCE
    slept: list[float] = field(default_factory=list)
    _alive: int = 0
    _sleepers: list[_Sleeper] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._now = self.start

    # What the client asks ------------------------------------------------------------------------

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        woken = threading.Event()
        with self._sleeping(seconds, woken.set):
            if not woken.wait(self.patience):
                raise self._stuck()

    async def asleep(self, seconds: float) -> None:
        loop, woken = asyncio.get_running_loop(), asyncio.Event()
        with self._sleeping(seconds, partial(loop.call_soon_threadsafe, woken.set)):
            try:
                async with asyncio.timeout(self.patience):
                    await woken.wait()
            except TimeoutError:
                raise self._stuck() from None

    # Who takes part ------------------------------------------------------------------------------

    def enter(self, number: int = 1) -> None:
        """Count on somebody: time stands still until they sleep or leave."""
        with self._lock:
            self._alive += number

    def leave(self) -> None:
        """Count on one fewer."""
        with self._lock:
            self._alive -= 1
            self._jump()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have time stand still for as long as the block lasts."""
        self.enter()
        try:
            yield
        finally:
            self.leave()

    @property
    def alive(self) -> int:
        """How many take part."""
        return self._alive

    # How time passes -----------------------------------------------------------------------------

    @contextmanager
    def _sleeping(self, seconds: float, wake: Callable[[], object]) -> Iterator[None]:
        with self._lock:
            self.slept.append(seconds)
            sleeper = _Sleeper(self._now + max(0.0, seconds), wake)
            self._sleepers.append(sleeper)
            self._jump()
        try:
            yield
        finally:
            with self._lock:
                if sleeper in self._sleepers:
                    self._sleepers.remove(sleeper)

    def _jump(self) -> None:
        """Pass the time if nobody is awake, and wake up those whose time has come."""
        if not self._sleepers or len(self._sleepers) < self._alive:
            return
        earliest = min(sleeper.until for sleeper in self._sleepers)
        if earliest > self._now:
            self.move(earliest - self._now)
            self._now = earliest
        due = [sleeper for sleeper in self._sleepers if sleeper.until <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper not in due]
        for sleeper in due:
            sleeper.wake()

    def _stuck(self) -> Stuck:
        asleep = len(self._sleepers)
        return Stuck(f"{self._alive} take part and {asleep} sleep: somebody does neither")


Threads = Mapping[Any, Callable[[], Any]]
Tasks = Mapping[Any, Callable[[Any], Awaitable[Any]]]


@dataclass
class Crowd:
    """Threads and tasks that run at the same time on one clock."""

    clock: VirtualClock
    results: dict[Any, Any] = field(default_factory=dict)

    def run(
        self,
        threads: Threads,
        tasks: Sequence[tuple[Any, Tasks]] = (),
    ) -> dict[Any, Any]:
        """Run each function in a thread, and each client's coroutines in a loop of their own.

        Returns:
            What each has returned or raised, by its name.
        """
        self.clock.enter(len(threads) + sum(len(calls) for _, calls in tasks))
        workers = [
            threading.Thread(target=self._call, args=(name, call), daemon=True)
            for name, call in threads.items()
        ]
        workers += [
            threading.Thread(target=asyncio.run, args=(self._loop(*group),), daemon=True)
            for group in tasks
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(2 * self.clock.patience)
            assert not worker.is_alive(), "it never came to an end"
        return self.results

    def _call(self, name: Any, call: Callable[[], Any]) -> None:
        try:
            self.results[name] = call()
        except BaseException as error:  # noqa: BLE001  # told to the test
            self.results[name] = error
        finally:
            self.clock.leave()

    async def _loop(self, client: Any, calls: Tasks) -> None:
        async with client:
            await asyncio.gather(*(self._await(name, client, calls[name]) for name in calls))

    async def _await(self, name: Any, client: Any, call: Callable[[Any], Awaitable[Any]]) -> None:
        try:
            self.results[name] = await call(client)
        except BaseException as error:  # noqa: BLE001  # told to the test
            self.results[name] = error
        finally:
            self.clock.leave()
