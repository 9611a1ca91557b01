"""The state: tables of frozen records, in memory, written through to a file when asked.

A handler changes records; `commit` runs before the answer leaves. So whatever was
acknowledged is on disk, and a process killed in between loses only what nobody was told.
What cannot be kept, or is refused half-way, is undone: nothing is ever half-done.
"""

from __future__ import annotations

import itertools
import json
from contextlib import closing
from typing import Any, TypeVar

from . import records, schedule
from .agenda import Agenda
from .collecting import no_search
from .disk import Disk, DiskError
from .indexes import Index, Ranking
from .lifecycle import SHOWN
from .tables import Key, Table

T = TypeVar("T")
Rows = dict[str, list[dict[str, Any]]]


class Store:
    """All tables of one sandbox.

    Args:
        path: the SQLite file to keep them in; in memory only when absent.

    Raises:
        DiskError: the file cannot be used.
    """

    def __init__(self, path: str | None = None) -> None:
        self.version = 0
        """Grows with every change."""
        self._before: dict[tuple[str, Key], tuple[Any, int | None]] = {}
        self._arrivals = itertools.count(1)
        self.tables: dict[str, Table[Any]] = {}
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
        self.deliveries = self._table(records.Delivery)
        self.import_tokens = self._table(records.ImportToken)
        self.oauth_codes = self._table(records.OAuthCode)
        self.fates = self._table(records.Fate)
        self.counters = self._table(records.Counter)
        self._index()
        self.moment: float | None = None
        self._disk = None if path is None else Disk(path)
        if self._disk is not None:
            self._read(self._disk)

    def _table(self, kind: type[T]) -> Table[T]:
        table = Table(kind, self._note, lambda: next(self._arrivals))
        self.tables[kind.__name__] = table
        return table

    def _index(self) -> None:
        self.accounts_by_token = Index(self.accounts, by_each=lambda account: account.tokens)
        self.accounts_by_email = Index(self.accounts, lambda account: account.email)
        self.streams_of = Index(self.streams, lambda stream: stream.source_id)
        self.jobs_of = Index(self.jobs, lambda job: job.source_id)
        self.sources_of = Index(self.sources, lambda source: source.client_id)
        self.sources_by_job = Ranking(
            self.sources,
            lambda one: (one.client_id, one.last_job is not None),
            lambda one: (one.id,),
        )
        self.sources_named = Index(self.sources, lambda source: (source.client_id, source.name))
        self.destinations_of = Index(self.destinations, lambda one: one.client_id)
        self.loads_of = Index(self.loads, lambda load: load.client_id)
        self.loads_by_stream = Ranking(
            self.loads, lambda load: load.client_id, lambda load: (load.stream_name, load.source_id)
        )
        self.emails_of = Index(self.emails, lambda email: email.client_id)
        self.hooks_of = Index(self.hooks, lambda hook: hook.client_id)
        self.tokens_of = Index(self.import_tokens, lambda token: token.source_id)
        self.tokens_by_value = Index(self.import_tokens, lambda token: token.value)
        self.fates_of = Index(self.fates, lambda fate: fate.source_id)
        self.agenda = Agenda()
        self.agenda.follow(self.checks, lambda one: None if one.completed_at else one.due)
        self.agenda.follow(
            self.jobs, lambda one: one.completed_at + SHOWN if one.completed_at else one.due
        )
        self.agenda.follow(self.batches, lambda batch: batch.due)
        self.agenda.follow(self.loads, lambda load: load.attempted_at + SHOWN)
        self.agenda.follow(self.sources, schedule.fires_at)

    def next(self, name: str, start: int = 1, step: int = 1) -> int:
        """The next number of a named count."""
        last = self.counters.get(name)
        value = start if last is None else int(last.value) + step
        self.counters.put(records.Counter(id=name, value=value))
        return value

    def account_of(self, token: str | None) -> records.Account | None:
        """The account that a Connect token opens."""
        return None if token is None else self.accounts_by_token.first(token)

    @property
    def seed(self) -> int:
        """What decides everything that is left to chance; it belongs to the state."""
        return int(self.counters["seed"].value)

    @seed.setter
    def seed(self, seed: int) -> None:
        self.counters.put(records.Counter(id="seed", value=seed))

    # All or nothing ------------------------------------------------------------------------------

    def _note(self, table: Table[Any], key: Key, record: Any, arrival: int | None) -> None:
        self.version += 1
        self._before.setdefault((table.name, key), (record, arrival))

    def commit(self, now: float) -> None:
        """Write what changed since the last commit and the present moment.

        Raises:
            DiskError: it could not be written, and has been undone.
        """
        if self._disk is not None and (self._before or now != self.moment):
            try:
                self._save(self._disk, now)
            except Exception:
                self.undo()
                raise
        self.moment = now
        self._before.clear()

    def _save(self, disk: Disk, now: float) -> None:
        kept, gone = [], []
        for (name, key), (_, arrival) in self._before.items():
            table = self.tables[name]
            present = table.arrivals.get(key)
            if present is not None:
                kept.append((present, name, table.text(key)))
            if arrival not in (None, present):
                gone.append((arrival,))
        disk.save(now, kept, gone)

    def undo(self) -> None:
        """Take back what changed since the last commit."""
        self.version += 1
        mixed = set()
        for (name, key), (record, arrival) in self._before.items():
            table = self.tables[name]
            if table.arrivals.get(key) != arrival:
                mixed.add(name)
                if key in table:
                    table.remove(key)
            if arrival is not None:
                table.place(key, record, arrival)
        for name in sorted(mixed):
            self.tables[name].rearrange()
        self._before.clear()

    # All of it -----------------------------------------------------------------------------------

    def _read(self, disk: Disk) -> None:
        arrival = 0
        try:
            with closing(disk.records()) as found, no_search():
                for arrival, kind, text in found:
                    table = self.tables[kind]
                    record = table.kind(**json.loads(text))
                    table.place(record.id, record, arrival)
            self.moment = disk.moment()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            disk.close()
            raise disk.unfit(f"a record does not fit: {error}") from error
        except DiskError:
            disk.close()
            raise
        self._arrivals = itertools.count(arrival + 1)

    def rows(self) -> Rows:
        """Every record as plain data, not to be changed."""
        return {
            name: [table.plain(record) for record in table] for name, table in self.tables.items()
        }

    def replace(self, found: dict[str, list[Any]]) -> None:
        """Let these records be all there are."""
        with no_search():
            self.clear()
            for name, of_kind in found.items():
                for record in of_kind:
                    self.tables[name].put(record)

    def clear(self) -> None:
        for table in self.tables.values():
            table.clear()

    def close(self) -> None:
        if self._disk is not None:
            self._disk.close()
            self._disk = None
