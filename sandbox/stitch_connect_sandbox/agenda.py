"""What is due, and when."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .tables import Key, Table

T = TypeVar("T")
Entry = tuple[float, int, Key, "_Entries"]


class Agenda:
    """What is due, in the order of its moments, those of one moment in the order of arrival.

    A record has one entry, which is passed over or put off when its time comes and the record has
    moved on. So a change costs the logarithm of what is pending, and nothing looks through it all.
    """

    def __init__(self) -> None:
        self._heap: list[Entry] = []

    def follow(self, table: Table[T], due: Callable[[T], float | None]) -> None:
        """Let the records of a table be due at what a function says; None is never."""
        table.followers.append(_Entries(self._heap, table, due))

    def until(self, moment: float) -> Iterator[Any]:
        """Each record that is due; whoever takes one moves it on."""
        while self._heap and self._heap[0][0] <= moment:
            at, arrival, key, entries = heapq.heappop(self._heap)
            record = entries.taken(key, at, arrival)
            if record is not None:
                yield record


@dataclass(slots=True, eq=False)
class _Entries:
    """Keeps the agenda up with one table."""

    heap: list[Entry]
    table: Table[Any]
    due: Callable[[Any], float | None]
    pending: dict[Key, tuple[float, int]] = field(default_factory=dict)

    def moved(self, key: Key, before: Any, after: Any) -> None:
        at = None if after is None else self.due(after)
        if at is not None:
            self._enter(key, at)

    def _enter(self, key: Key, at: float) -> None:
        arrival = self.table.arrivals[key]
        held = self.pending.get(key)
        if held is None or held[1] != arrival or at < held[0]:
            self.pending[key] = (at, arrival)
            heapq.heappush(self.heap, (at, arrival, key, self))

    def taken(self, key: Key, at: float, arrival: int) -> Any:
        """The record of an entry, if it is due; one that is due later gets another entry."""
        if self.pending.get(key) != (at, arrival):
            return None
        del self.pending[key]
        record = self.table.rows.get(key)
        due = None if record is None else self.due(record)
        if due == at:
            return record
        if due is not None:
            self._enter(key, due)
        return None
