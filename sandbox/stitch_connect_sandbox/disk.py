"""The SQLite file that keeps a sandbox: one row for each record, by the number of its arrival.

A commit is one transaction in the write-ahead log, handed to the operating system before the
answer leaves. It outlives the process, however that ends; the last moments before a power
failure may be lost, whole transactions at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable

APPLICATION = 0x53746974  # "Stit": what SQLite keeps in a file to tell whose it is
FORMAT = 2
"""Of the file. A change of records that old rows do not fit, or of these tables, is a new one."""

_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE records (arrival INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), moment REAL NOT NULL);
PRAGMA application_id = %d;
PRAGMA user_version = %d;
COMMIT;
"""
_KEEP = "INSERT INTO records VALUES (?,?,?) ON CONFLICT (arrival) DO UPDATE SET body=excluded.body"
_CLOCK = "INSERT INTO clock VALUES (1,?) ON CONFLICT (id) DO UPDATE SET moment=excluded.moment"


class DiskError(Exception):
    """The file cannot be used, or did not take what it was to keep; the message says what to do."""


class Disk:
    """The file of one sandbox, which nobody else can open meanwhile.

    Args:
        path: where it is; it is made if there is none.

    Raises:
        DiskError: it is in use, not a file of a sandbox, of another format, or out of reach.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._database = sqlite3.connect(
                path, timeout=1.0, check_same_thread=False, isolation_level=None
            )
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        try:
            self._take()
        except sqlite3.Error as error:
            self._database.close()
            raise self._refusal(error) from error
        except DiskError:
            self._database.close()
            raise

    def _take(self) -> None:
        run = self._database.execute
        run("PRAGMA locking_mode=EXCLUSIVE")
        run("BEGIN IMMEDIATE").connection.rollback()
        application = run("PRAGMA application_id").fetchone()[0]
        version = run("PRAGMA user_version").fetchone()[0]
        names = {name for (name,) in run("SELECT name FROM sqlite_master")}
        if not names and not application:
            self._database.executescript(_TABLES % (APPLICATION, FORMAT))
        elif application != APPLICATION and "records" not in names:
            raise DiskError(f"{self.path} is a database of something else; choose another --db")
        elif version != FORMAT:
            raise self.unfit(f"its format is {version}, this version reads {FORMAT}")
        run("PRAGMA journal_mode=WAL")
        run("PRAGMA synchronous=NORMAL")
        run("BEGIN IMMEDIATE").connection.rollback()  # the lock is held from here on

    def unfit(self, why: str) -> DiskError:
        """The refusal of a file that another version wrote."""
        return DiskError(
            f"{self.path} was written by another version of the sandbox ({why});"
            " use that version, or begin with another --db"
        )

    def records(self) -> Generator[tuple[int, str, str], None, None]:
        """Arrival, kind and text of each record, in the order of arrival."""
        try:
            yield from self._database.execute("SELECT * FROM records ORDER BY arrival")
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def moment(self) -> float | None:
        """The time of the last commit."""
        try:
            found = self._database.execute("SELECT moment FROM clock").fetchone()
        except sqlite3.Error as error:
            raise self._refusal(error) from error
        return None if found is None else float(found[0])

    def save(
        self, moment: float, kept: Iterable[tuple[int, str, str]], gone: Iterable[tuple[int]]
    ) -> None:
        """Write changes and the time, all or nothing.

        Raises:
            DiskError: nothing was written.
        """
        run = self._database
        try:
            run.execute("BEGIN IMMEDIATE")
            run.executemany("DELETE FROM records WHERE arrival=?", gone)
            run.executemany(_KEEP, kept)
            run.execute(_CLOCK, (moment,))
            run.execute("COMMIT")
        except sqlite3.Error as error:
            if run.in_transaction:
                run.execute("ROLLBACK")
            raise DiskError(
                f"nothing was changed, because {self.path} could not be written ({error});"
                " make room for it or make it writable, and ask again"
            ) from error

    def close(self) -> None:
        self._database.close()

    def _refusal(self, error: sqlite3.Error) -> DiskError:
        if "locked" in str(error):
            hint = "another sandbox is using it; stop that one, or choose another --db"
        else:
            said = str(error).partition(" with text ")[0]  # what follows is out of a record
            hint = f"{said}; see that it and its folder can be written, or choose another --db"
        return DiskError(f"cannot keep the state in {self.path}: {hint}")
