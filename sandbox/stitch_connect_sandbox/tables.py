"""Tables of frozen records, and what is looked up in them: by a property, or by when it is due.

Every record has an arrival, a number that grows. It orders whatever is listed, so that a list
reads the same before and after a restart, whichever way its records came to be where they are.
"""

from __future__ import annotations

import dataclasses
import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
Key = int | str
Group = Key | tuple[Key, ...]


class Follower(Protocol):
    """What keeps up with a table."""

    def moved(self, key: Key, before: Any, after: Any) -> None:
        """A record is new (`before` is None), has changed, or is gone (`after` is None)."""


class Table(Generic[T]):
    """Records of one kind by id, in order of arrival.

    Args:
        kind: the class of its records.
        note: told of each change before it is made: table, key, record and arrival so far.
        arrive: the next number of arrival.
    """

    def __init__(
        self,
        kind: type[T],
        note: Callable[[Table[Any], Key, T | None, int | None], None],
        arrive: Callable[[], int],
    ) -> None:
        self.kind, self.name = kind, kind.__name__
        self.rows: dict[Key, T] = {}
        self.arrivals: dict[Key, int] = {}
        self.followers: list[Follower] = []
        self._note, self._arrive = note, arrive
        self._names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        self._values = attrgetter(*self._names)

    def get(self, key: Key) -> T | None:
        return self.rows.get(key)

    def __getitem__(self, key: Key) -> T:
        return self.rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self.rows

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def put(self, record: T) -> T:
        key: Key = record.id  # type: ignore[attr-defined]
        arrival = self.arrivals.get(key)
        self._note(self, key, self.rows.get(key), arrival)
        self.place(key, record, self._arrive() if arrival is None else arrival)
        return record

    def change(self, record: T, **fields: Any) -> T:
        return self.put(dataclasses.replace(record, **fields))  # type: ignore[type-var]

    def drop(self, key: Key) -> bool:
        if key not in self.rows:
            return False
        self._note(self, key, self.rows[key], self.arrivals[key])
        self.remove(key)
        return True

    def clear(self) -> None:
        for key in list(self.rows):
            self.drop(key)

    def place(self, key: Key, record: T, arrival: int) -> None:
        """Put a record where it belongs, without a note."""
        before = self.rows.get(key)
        self.rows[key], self.arrivals[key] = record, arrival
        for follower in self.followers:
            follower.moved(key, before, record)

    def remove(self, key: Key) -> None:
        """Drop a record, without a note."""
        record = self.rows.pop(key)
        for follower in self.followers:
            follower.moved(key, record, None)
        del self.arrivals[key]

    def rearrange(self) -> None:
        """Set the records in the order of their arrivals again."""
        rows = [(key, self.rows[key], self.arrivals[key]) for key in self.rows]
        for key, _, _ in rows:
            self.remove(key)
        for key, record, arrival in sorted(rows, key=lambda row: row[2]):
            self.place(key, record, arrival)

    def plain(self, record: T) -> dict[str, Any]:
        """The fields of a record, not to be changed."""
        return dict(zip(self._names, self._values(record), strict=True))

    def text(self, key: Key) -> str:
        """A record as the database keeps it."""
        return json.dumps(self.plain(self.rows[key]), separators=(",", ":"))


class Index(Generic[T]):
    """Records of one table by a property, each group in the order of arrival.

    Args:
        table: whose records they are.
        by: the group of a record.
        by_each: its groups, where it belongs to several.
    """

    def __init__(
        self,
        table: Table[T],
        by: Callable[[T], Group] | None = None,
        by_each: Callable[[T], Sequence[Group]] = lambda record: (),
    ) -> None:
        self._table = table
        self._groups = by_each if by is None else lambda record: (by(record),)
        self._keys: dict[Group, dict[Key, None]] = {}
        self._mixed: set[Group] = set()
        table.followers.append(self)

    def of(self, group: Group) -> list[T]:
        rows = self._table.rows
        return [rows[key] for key in self._ordered(group)]

    def first(self, group: Group) -> T | None:
        return next((self._table.rows[key] for key in self._ordered(group)), None)

    def newest_first(self, group: Group) -> Iterator[T]:
        """The records of a group, the last that arrived first."""
        return (self._table.rows[key] for key in reversed(self._ordered(group)))

    def moved(self, key: Key, before: T | None, after: T | None) -> None:
        was = () if before is None else self._groups(before)
        groups = () if after is None else self._groups(after)
        if was == groups:
            return
        for group in was:
            self._leave(group, key)
        for group in groups:
            self._keys.setdefault(group, {})[key] = None
            if was:
                self._mixed.add(group)

    def _leave(self, group: Group, key: Key) -> None:
        keys = self._keys[group]
        keys.pop(key, None)
        if not keys:
            del self._keys[group]

    def _ordered(self, group: Group) -> dict[Key, None]:
        keys = self._keys.get(group, {})
        if group in self._mixed:
            self._mixed.remove(group)
            keys = dict.fromkeys(sorted(keys, key=self._table.arrivals.__getitem__))
            if keys:
                self._keys[group] = keys
        return keys


Due = Callable[[Any], float | None]
"""When a record is due; None for one that waits for nothing."""


class Agenda:
    """What is due, in the order of its moments, those of one moment in the order of arrival.

    An entry is never taken out when its record moves on: it is passed over when its time comes.
    So a change costs the logarithm of what is pending, and nothing looks through it all.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Key, Table[Any], Due]] = []

    def follow(self, table: Table[T], due: Callable[[T], float | None]) -> None:
        """Let the records of a table be due."""
        table.followers.append(_Entries(self._heap, table, due))

    def until(self, moment: float) -> Iterator[Any]:
        """Each record that is due; whoever takes one moves it on."""
        while self._heap and self._heap[0][0] <= moment:
            at, arrival, key, table, due = heapq.heappop(self._heap)
            if table.arrivals.get(key) == arrival and due(table.rows[key]) == at:
                yield table.rows[key]


@dataclasses.dataclass(frozen=True, slots=True)
class _Entries:
    """Keeps the agenda up with one table."""

    heap: list[tuple[float, int, Key, Table[Any], Due]]
    table: Table[Any]
    due: Due

    def moved(self, key: Key, before: Any, after: Any) -> None:
        at = None if after is None else self.due(after)
        if at is not None and (before is None or self.due(before) != at):
            heapq.heappush(self.heap, (at, self.table.arrivals[key], key, self.table, self.due))
