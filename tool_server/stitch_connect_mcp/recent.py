"""The last answers to what the jobs budget counts: 30 requests in 10 minutes for an account.

A request of the budget is made at most once in the time in which one more fits; until then, and
while the budget is used up, a tool answers with what is known and says how old it is. It never
waits.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import stitch_connect as sdk

T = TypeVar("T")
SECONDS_PER_REQUEST = 20.0
MOST = 256  # answers that are kept


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """An answer, how old it is, and when it can be newer; both in seconds."""

    value: T
    age: float
    due: float

    @property
    def sentence(self) -> str:
        """The age in words."""
        return freshness(self.age, self.due)


def freshness(age: float, due: float) -> str:
    """Return in words how old data is, and when it can be newer."""
    return f"data is {max(age, 0):.0f} s old, next refresh in {max(due, 0):.0f} s"


@dataclass(slots=True)
class _Seen:
    value: Any
    at: float
    due: float


class Recent:
    """The last answers of one account."""

    def __init__(self) -> None:
        self._seen: dict[Hashable, _Seen] = {}

    async def ask(
        self,
        key: Hashable,
        now: Callable[[], float],
        ask: Callable[[], Awaitable[T]],
        requests: int = 1,
    ) -> Known[T]:
        """Return an answer that is young enough, or the best that the budget allows.

        Arguments:
            key: Names what is asked for.
            now: The clock of the client.
            ask: Asks Stitch.
            requests: How many requests of the budget that takes.

        Raises:
            BudgetExhausted: Nothing is known yet, and nothing may be asked.
        """
        seen = self._seen.get(key)
        if seen is not None and now() < seen.due:
            return Known(seen.value, now() - seen.at, seen.due - now())
        try:
            value = await ask()
        except sdk.errors.BudgetExhausted as error:
            if seen is None:
                raise
            return Known(seen.value, now() - seen.at, error.wait)
        wait = requests * SECONDS_PER_REQUEST
        self._seen.pop(key, None)
        self._seen[key] = _Seen(value, now(), now() + wait)
        while len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]
        return Known(value, 0.0, wait)

    def outdate(self) -> None:
        """Ask again when there is room: something has been changed."""
        for seen in self._seen.values():
            seen.due = 0.0
