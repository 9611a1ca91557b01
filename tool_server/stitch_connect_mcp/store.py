"""Confirmations, and the one rule that makes them safe: each step is one conditional update.

    pending ──> claimed ──> done | failed
       └──────> denied | expired

A row belongs to one call (its key: tool, arguments, account, caller) and to one state of the
target (its revision). It lives ten minutes, whatever happens to it; while it lives, a repeat of
the call finds it instead of asking again.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

LIFETIME = 600.0


class State(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"
    EXPIRED = "expired"


MOVES: dict[State, tuple[State, ...]] = {
    State.PENDING: (State.CLAIMED, State.DENIED, State.EXPIRED),
    State.CLAIMED: (State.DONE, State.FAILED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One confirmation."""

    id: str
    key: str
    revision: str
    expires_at: float
    state: State = State.PENDING
    note: str = ""


class Store(Protocol):
    """Where confirmations live; every method is atomic."""

    def live(self, key: str, now: float) -> Row | None:
        """Return the row of `key` that has neither expired nor been given up."""

    def open(self, key: str, revision: str, now: float) -> Row:
        """Return the live row of `key`, or a new pending one."""

    def move(self, row_id: str, source: State, to: State, now: float, note: str = "") -> bool:
        """Take the row from `source` to `to`; False when it is not there (any more)."""


class MemoryStore:
    """Confirmations of this process.

    Arguments:
        new_id: Makes the id of a row, which is also its single-use token: unguessable.
    """

    def __init__(self, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> None:
        self._rows: dict[str, Row] = {}
        self._lock = threading.Lock()
        self._new_id = new_id

    def live(self, key: str, now: float) -> Row | None:
        with self._lock:
            return self._live(key, now)

    def open(self, key: str, revision: str, now: float) -> Row:
        with self._lock:
            row = self._live(key, now)
            if row is None:
                row = Row(id=self._new_id(), key=key, revision=revision, expires_at=now + LIFETIME)
                self._rows[row.id] = row
            return row

    def move(self, row_id: str, source: State, to: State, now: float, note: str = "") -> bool:
        if to not in MOVES.get(source, ()):
            raise ValueError(f"a confirmation cannot go from {source} to {to}")
        with self._lock:
            row = self._rows.get(row_id)
            late = source is State.PENDING and row is not None and row.expires_at <= now
            if row is None or row.state is not source or late:
                return False
            self._rows[row_id] = replace(row, state=to, note=note)
            return True

    def _live(self, key: str, now: float) -> Row | None:
        # An act under way is kept past its time: forgetting it would allow a second one.
        self._rows = {
            row.id: row
            for row in self._rows.values()
            if row.expires_at > now or row.state is State.CLAIMED
        }
        found = (r for r in self._rows.values() if r.key == key and r.state is not State.EXPIRED)
        return next(found, None)
