"""Tables of frozen records.

Every record has an arrival, a number that grows. It orders whatever is listed, so that a list
reads the same before and after a restart, whichever way its records came to be where they are.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
Key = int | str


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
