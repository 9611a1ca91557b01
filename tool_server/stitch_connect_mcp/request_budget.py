"""The request budget of an account, counted across one user's servers.

Every window of an assistant starts a server of its own, and all of them spend the same 30 requests
in 10 minutes. So they are counted in the file that these servers share.
"""

from collections.abc import Hashable

from .database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS spent (
  key TEXT NOT NULL,
  at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS spent_by_key ON spent (key, at);
"""


class SharedBudget:
    """Counts in the table `spent` of a database; what a client takes as its `budget`.

    Arguments:
        database: Where the table is.
        home: Keeps apart what has the same address and ids but is another account, as a simulated
            one is every time.
    """

    blocks = True  # on another process's lock: an event loop asks in a thread

    def __init__(self, database: Database, home: str = "") -> None:
        self._database, self._home = database, home
        database.create(SCHEMA)

    def take(self, key: Hashable, requests: int, period: float, now: float) -> float:
        """Count one request and return 0, or return the time from which one more fits."""
        with self._database.writing():
            self._forget(key, period, now)
            count, oldest = self._spent(key)
            if count >= requests:
                return oldest + period
            self._database.change("INSERT INTO spent VALUES (?, ?)", [self._named(key), now])
            return 0.0

    def left(self, key: Hashable, requests: int, period: float, now: float) -> int:
        """How many requests fit now."""
        with self._database.writing():
            self._forget(key, period, now)
            return max(0, requests - self._spent(key)[0])

    def _named(self, key: Hashable) -> str:
        return f"{self._home}|{key}"

    def _spent(self, key: Hashable) -> tuple[int, float]:
        query = "SELECT count(*) AS n, coalesce(min(at), 0) AS oldest FROM spent WHERE key = ?"
        found = self._database.rows(query, [self._named(key)])[0]
        return int(found["n"]), float(found["oldest"])

    def _forget(self, key: Hashable, period: float, now: float) -> None:
        """Drop what is past; what a clock set back has left in the future counts from now."""
        named = self._named(key)
        self._database.change(
            "DELETE FROM spent WHERE key = ? AND at + ? <= ?", [named, period, now]
        )
        self._database.change("UPDATE spent SET at = ? WHERE key = ? AND at > ?", [now, named, now])
