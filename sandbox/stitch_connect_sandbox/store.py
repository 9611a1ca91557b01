"""The state: tables of frozen records, in memory, written through to SQLite when asked.

A handler changes records; `commit` runs before the answer leaves. So whatever was
acknowledged is on disk, and a process killed in between loses only what nobody was told.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from . import records

T = TypeVar("T")
Key = int | str
Snapshot = dict[str, list[dict[str, Any]]]

_CLOCK = "clock"
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS records"
    " (kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key))"
)


class Table(Generic[T]):
    """Records of one kind by id, in order of insertion."""

    def __init__(self, kind: type[T], note: Callable[[str, Key], None]) -> None:
        self.kind = kind
        self.name = kind.__name__
        self.rows: dict[Key, T] = {}
        self.indexes: list[Index[T]] = []
        self._note = note

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
        before = self.rows.get(key)
        self.rows[key] = record
        for index in self.indexes:
            index.moved(key, before, record)
        self._note(self.name, key)
        return record

    def change(self, record: T, **fields: Any) -> T:
        return self.put(dataclasses.replace(record, **fields))  # type: ignore[type-var]

    def drop(self, key: Key) -> bool:
        record = self.rows.pop(key, None)
        if record is None:
            return False
        for index in self.indexes:
            index.remove(key, record)
        self._note(self.name, key)
        return True


class Index(Generic[T]):
    """Records of one table by a property, each group in the order of arrival."""

    def __init__(self, table: Table[T], by: Callable[[T], Key]) -> None:
        self._rows, self._by = table.rows, by
        self._keys: dict[Key, dict[Key, None]] = {}
        table.indexes.append(self)

    def of(self, group: Key) -> list[T]:
        return [self._rows[key] for key in self._keys.get(group, ())]

    def newest_first(self, group: Key) -> Iterator[T]:
        """The records of a group, the last that arrived first."""
        return (self._rows[key] for key in reversed(self._keys.get(group, {})))

    def moved(self, key: Key, before: T | None, after: T) -> None:
        """Follow a record into its group."""
        group = self._by(after)
        if before is not None and self._by(before) != group:
            self.remove(key, before)
        self._keys.setdefault(group, {})[key] = None

    def remove(self, key: Key, record: T) -> None:
        self._keys[self._by(record)].pop(key, None)


class Store:
    """All tables of one sandbox.

    Args:
        path: the SQLite file to keep them in; in memory only when absent.
    """

    def __init__(self, path: str | None = None) -> None:
        self._dirty: dict[tuple[str, Key], None] = {}
        self._tables: dict[str, Table[Any]] = {}
        self.accounts = self._table(records.Account)
        self.destinations = self._table(records.Destination)
        self.sources = self._table(records.Source)
        self.streams = self._table(records.Stream)
        self.checks = self._table(records.Check)
        self.jobs = self._table(records.Job)
        self.batches = self._table(records.Batch)
        self.loads = self._table(records.Load)
        self.emails = self._table(records.Email)
        self.hooks = self._table(records.Hook)
        self.import_tokens = self._table(records.ImportToken)
        self.oauth_codes = self._table(records.OAuthCode)
        self.fates = self._table(records.Fate)
        self.counters = self._table(records.Counter)
        self.streams_of = Index(self.streams, lambda stream: stream.source_id)
        self.jobs_of = Index(self.jobs, lambda job: job.source_id)
        self.jobs_by_end = Index(self.jobs, lambda job: job.completed_at is not None)
        self.checks_by_end = Index(self.checks, lambda check: check.completed_at is not None)
        self.sources_of = Index(self.sources, lambda source: source.client_id)
        self.destinations_of = Index(self.destinations, lambda one: one.client_id)
        self.loads_of = Index(self.loads, lambda load: load.client_id)
        self.tokens_of = Index(self.import_tokens, lambda token: token.source_id)
        self.fates_of = Index(self.fates, lambda fate: fate.source_id)
        self._database = None if path is None else _open(path)
        if self._database is not None:
            self._read(self._database)

    def _table(self, kind: type[T]) -> Table[T]:
        table = self._tables[kind.__name__] = Table(kind, self._touch)
        return table

    def _touch(self, name: str, key: Key) -> None:
        self._dirty[name, key] = None

    def _read(self, database: sqlite3.Connection) -> None:
        self.restore(_grouped(database.execute("SELECT kind, body FROM records ORDER BY rowid")))
        self._dirty.clear()

    def next(self, name: str, start: int = 1, step: int = 1) -> int:
        """The next number of a named count."""
        last = self.counters.get(name)
        value = start if last is None else int(last.value) + step
        self.counters.put(records.Counter(id=name, value=value))
        return value

    def latest(self) -> float:
        """The moment of the last commit that changed something; 0 when there was none."""
        found = self.counters.get(_CLOCK)
        return 0.0 if found is None else found.value

    def commit(self, now: float) -> None:
        """Write what changed since the last commit and the present moment, all or nothing."""
        if self._database is None or not self._dirty:
            self._dirty.clear()
            return
        self.counters.put(records.Counter(id=_CLOCK, value=now))
        gone, kept = [], []
        for name, key in self._dirty:
            record = self._tables[name].get(key)
            if record is None:
                gone.append((name, str(key)))
            else:
                kept.append((name, str(key), json.dumps(dataclasses.asdict(record))))
        with self._database:
            self._database.executemany("DELETE FROM records WHERE kind=? AND key=?", gone)
            self._database.executemany(
                "INSERT INTO records VALUES (?,?,?)"
                " ON CONFLICT (kind, key) DO UPDATE SET body=excluded.body",
                kept,
            )
        self._dirty.clear()

    def snapshot(self) -> Snapshot:
        return {
            name: [dataclasses.asdict(record) for record in table]
            for name, table in self._tables.items()
        }

    def restore(self, snapshot: Snapshot) -> None:
        """Replace everything by a snapshot."""
        for name, table in self._tables.items():
            for key in list(table.rows):
                table.drop(key)
            for row in snapshot.get(name, ()):
                table.put(table.kind(**row))

    def clear(self) -> None:
        self.restore({})

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _open(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute(_SCHEMA)
    return database


def _grouped(rows: Iterable[tuple[str, str]]) -> Snapshot:
    grouped: Snapshot = {}
    for kind, body in rows:
        grouped.setdefault(kind, []).append(json.loads(body))
    return grouped
