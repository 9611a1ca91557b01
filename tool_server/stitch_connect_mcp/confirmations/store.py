"""Where confirmations live: one table of SQLite, so that processes and restarts share them."""

import base64
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from ..database import Database
from .rows import LIFETIME, MOVES, OPEN, PENDING_CAP, Channel, Draft, Row, State, TooManyPending

KEPT = 7 * 86400.0  # seconds that an ended confirmation can still be looked at

SCHEMA = """
CREATE TABLE IF NOT EXISTS confirmations (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  revision TEXT NOT NULL,
  caller TEXT NOT NULL,
  tool TEXT NOT NULL,
  wording TEXT NOT NULL,
  typed TEXT NOT NULL,
  state TEXT NOT NULL,
  channel TEXT NOT NULL,
  asked_at REAL NOT NULL,
  moved_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS confirmations_by_key ON confirmations (key);
"""
_IS_OPEN = f"state IN ('{OPEN[0]}', '{OPEN[1]}')"
# An act under way is kept past its time: forgetting it would allow a second one beside it.
_IS_LIVE = (
    "state <> 'expired' AND (expires_at > :now OR (state = 'claimed' AND moved_at > :now - 600))"
)


class Store(Protocol):
    """Every method is atomic, between threads and between processes."""

    def live(self, key: str, now: float) -> Row | None:
        """Return the row of `key` that has neither expired nor been given up."""

    def open(self, draft: Draft, channel: Channel, now: float) -> Row:
        """Return the live row of the draft's key, or a new pending one.

        Raises:
            TooManyPending: the caller has five open already.
        """

    def find(self, row_id: str, now: float) -> Row | None:
        """Return the row of an id, expired if its time is over."""

    def waiting(self, now: float) -> list[Row]:
        """Return the pending rows that a terminal may answer, the oldest first."""

    def ask(self, row_id: str, channel: Channel, now: float) -> bool:
        """Note that the question of a pending row is put, and how."""

    def move(self, row_id: str, source: State, to: State, now: float, note: str = "") -> bool:
        """Take the row from `source` to `to`; False when it is not there (any more)."""


def short_id() -> str:
    """Return an id that a person can type: ten characters, 50 bits."""
    return base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10]


class SqliteStore:
    """The table `confirmations` of a database.

    Arguments:
        database: Where the table is.
        new_id: Makes the id of a row.
    """

    def __init__(self, database: Database, new_id: Callable[[], str] = short_id) -> None:
        self._database, self._new_id = database, new_id
        database.create(SCHEMA)

    def live(self, key: str, now: float) -> Row | None:
        return next(self._select(f"key = :key AND {_IS_LIVE}", key=key, now=now), None)

    def open(self, draft: Draft, channel: Channel, now: float) -> Row:
        with self._database.writing():
            row = self.live(draft.key, now)
            if row is not None:
                return row
            self._tidy(now)
            if self._count_pending(draft.caller) >= PENDING_CAP:
                raise TooManyPending
            return self._insert(draft, channel, now)

    def find(self, row_id: str, now: float) -> Row | None:
        with self._database.writing():
            self._tidy(now)
            return next(self._select("id = :id", id=row_id), None)

    def waiting(self, now: float) -> list[Row]:
        wanted = "state = 'pending' AND channel = 'terminal' AND expires_at > :now"
        return list(self._select(f"{wanted} ORDER BY asked_at", now=now))

    def ask(self, row_id: str, channel: Channel, now: float) -> bool:
        return self._update(
            "channel = :channel, asked_at = :now",
            "id = :id AND state = 'pending' AND expires_at > :now",
            id=row_id,
            channel=str(channel),
            now=now,
        )

    def move(self, row_id: str, source: State, to: State, now: float, note: str = "") -> bool:
        if to not in MOVES.get(source, ()):
            raise ValueError(f"a confirmation cannot go from {source} to {to}")
        return self._update(
            "state = :to, note = :note, moved_at = :now",
            f"id = :id AND state = :source AND (NOT {_IS_OPEN} OR expires_at > :now)",
            id=row_id,
            source=str(source),
            to=str(to),
            note=note,
            now=now,
        )

    # The table -----------------------------------------------------------------------------------

    def _select(self, where: str, **given: Any) -> Iterator[Row]:
        query = f"SELECT * FROM confirmations WHERE {where}"  # noqa: S608  (our own words)
        for row in self._database.rows(query, given):
            typed = {"state": State(row["state"]), "channel": Channel(row["channel"])}
            yield Row(**{**row, **typed})

    def _update(self, change: str, where: str, **given: Any) -> bool:
        statement = f"UPDATE confirmations SET {change} WHERE {where}"  # noqa: S608
        return self._database.change(statement, given) == 1

    def _insert(self, draft: Draft, channel: Channel, now: float) -> Row:
        row_id = self._new_id()
        self._database.change(
            "INSERT INTO confirmations VALUES (:id, :key, :revision, :caller, :tool, :wording,"
            " :typed, 'pending', :channel, :now, :now, :end, '')",
            {
                "id": row_id,
                **{name: getattr(draft, name) for name in Draft.__dataclass_fields__},
                "channel": str(channel),
                "now": now,
                "end": now + LIFETIME,
            },
        )
        return next(self._select("id = :id", id=row_id))

    def _count_pending(self, caller: str) -> int:
        return sum(1 for _ in self._select("state = 'pending' AND caller = :caller", caller=caller))

    def _tidy(self, now: float) -> None:
        """Expire what was not answered in time, and forget what ended long ago."""
        self._database.change(
            f"UPDATE confirmations SET state = 'expired' WHERE {_IS_OPEN} AND expires_at <= ?",  # noqa: S608
            [now],
        )
        self._database.change("DELETE FROM confirmations WHERE expires_at <= ?", [now - KEPT])
