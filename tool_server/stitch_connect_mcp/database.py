"""A SQLite database that the threads of a process share, and several processes too."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

AT_ONCE, LATER = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
Given = Mapping[str, Any] | Sequence[Any]


class Database:
    """One connection behind one lock.

    Arguments:
        connection: Open, in autocommit mode, usable from every thread.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()

    def create(self, schema: str) -> None:
        """Run the statements that make what is not there yet."""
        with self._lock:
            self._connection.executescript(schema)

    def rows(self, statement: str, given: Given = ()) -> list[dict[str, Any]]:
        """Return all rows of a query, each by the names of its columns."""
        with self._lock:
            found = self._connection.execute(statement, given)
            names = [column[0] for column in found.description]
            return [dict(zip(names, values, strict=True)) for values in found.fetchall()]

    def change(self, statement: str, given: Given = (), *, lasting: bool = True) -> int:
        """Run one statement; return how many rows it changed.

        Arguments:
            lasting: Return when it outlives a power cut. Otherwise every process sees it, however
                this one ends, but the disk gets it later, and nobody waits for the disk.
        """
        with self._lock:
            if lasting:
                return self._connection.execute(statement, given).rowcount
            self._connection.execute(LATER)
            try:
                return self._connection.execute(statement, given).rowcount
            finally:
                self._connection.execute(AT_ONCE)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the database for several statements that belong together: all of them, or none."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def memory() -> Database:
    """Open a database of this process alone, for tests."""
    return Database(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
