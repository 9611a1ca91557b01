"""What is looked up in a table: its records by a property, as they arrived or in another order."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from .tables import Key, Table

T = TypeVar("T")
Group = Key | tuple[Key, ...]


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


class Ranking(Generic[T]):
    """Records of one table by a property, each group in the order of a rank.

    A page of many thousand costs no more than one of a few: nothing is sorted to be read.

    Args:
        table: whose records they are.
        by: the group of a record.
        rank: what its place in the group is told by; no two records share it.
    """

    def __init__(
        self, table: Table[T], by: Callable[[T], Group], rank: Callable[[T], tuple[Any, ...]]
    ) -> None:
        self._rows, self._by, self._rank = table.rows, by, rank
        self._ranks: dict[Group, list[tuple[tuple[Any, ...], Key]]] = {}
        table.followers.append(self)

    def count(self, group: Group) -> int:
        return len(self._ranks.get(group, ()))

    def slice(self, group: Group, first: int, after: int) -> list[T]:
        """The records from one place to before another."""
        return [self._rows[key] for _, key in self._ranks.get(group, [])[first:after]]

    def moved(self, key: Key, before: T | None, after: T | None) -> None:
        was = None if before is None else (self._by(before), self._rank(before))
        now = None if after is None else (self._by(after), self._rank(after))
        if was == now:
            return
        if was is not None:
            ranks = self._ranks[was[0]]
            del ranks[bisect_left(ranks, (was[1], key))]
        if now is not None:
            insort(self._ranks.setdefault(now[0], []), (now[1], key))
