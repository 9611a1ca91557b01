"""The journal on disk: appended under a lock that processes share, rotated, and verified."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..database import Database
from .chain import Anchor, Broken, agree, follow, hash_of, link, read

FILE = "audit.jsonl"
LIMIT = 10 * 1024 * 1024  # bytes, after which the file is set aside
BEGIN, END = "begin", "end"
KEPT = 20  # files set aside
DIGITS = 12  # of the number of its last line, in the name of a file set aside
TAIL = (4 * 1024, 256 * 1024)  # bytes that hold the last line: mostly, and always

Stamp = tuple[int, int, int]

SCHEMA = """
CREATE TABLE IF NOT EXISTS anchors (
  place TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last TEXT NOT NULL
) STRICT;
"""


class Journal:
    """The files of one state directory.

    Two anchors are kept in the state: where the files begin, and where they end.

    Arguments:
        folder: The directory, the user's alone.
        state: Keeps the anchors.
        limit: Bytes after which a file is set aside.
    """

    def __init__(self, folder: Path, state: Database, limit: int = LIMIT) -> None:
        self._folder, self._state, self._limit = folder, state, limit
        self._file = folder / FILE
        self._left: tuple[Stamp | None, Anchor] | None = None
        state.create(SCHEMA)

    def write(self, entry: Mapping[str, Any], *, safely: bool = False) -> None:
        """Append an entry.

        Arguments:
            entry: What happened.
            safely: Return only when it is on the disk.

        Raises:
            Broken: The journal was changed by somebody else; nothing is appended to it.
            OSError, sqlite3.Error: It cannot be written, or the state cannot; nothing is appended.
        """
        with self._alone():
            end = self._end()
            self._rotate(end)
            line, after = link(entry, end)
            self._append(line, safely)
            try:
                self._keep(END, after, lasting=safely)
            except sqlite3.Error:  # two lines without their anchor would look like a forgery
                os.truncate(self._file, self._file.stat().st_size - len(line))
                raise
            self._left = self._stamp(), after

    def verify(self) -> Anchor:
        """Follow the whole journal; return its end.

        Raises:
            Broken: It is not as it was written.
        """
        with self._alone():
            end = follow(self._lines(), self._anchor(BEGIN))
            agree(end, self._anchor(END))
            return end

    def renew(self, at: str) -> Path:
        """Set everything aside in a folder of its own and begin anew, saying so.

        Arguments:
            at: When, in a form that a file name can hold.
        """
        with self._alone():
            aside = self._folder / f"audit-aside-{at}"
            aside.mkdir(mode=0o700)
            for file in (*self._aside(), *self._current()):
                file.rename(aside / file.name)
            before = self._anchor(END)
            line, after = link({"event": "renewed", "before": asdict(before)}, Anchor())
            self._append(line, safely=True)
            self._keep(BEGIN, Anchor())
            self._keep(END, after)
            return aside

    # The files -----------------------------------------------------------------------------------

    def _files(self) -> list[Path]:
        """What there is, the oldest first; not what was let go and may still lie there."""
        begin = self._anchor(BEGIN).count
        return [*(f for f in self._aside() if _ends_at(f) > begin), *self._current()]

    def _aside(self) -> list[Path]:
        return sorted(self._folder.glob(f"audit-{'[0-9]' * DIGITS}.jsonl"))

    def _current(self) -> list[Path]:
        return [self._file] if self._file.exists() else []

    def _lines(self) -> Iterator[bytes]:
        for file in self._files():
            with file.open("rb") as lines:
                yield from lines

    def _stamp(self) -> Stamp | None:
        """What tells that nobody has written to the file since."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _end(self) -> Anchor:
        """The end of the journal: as this process left it, or by its last line and the anchor."""
        stamp = self._stamp()
        if stamp is not None and self._left is not None and self._left[0] == stamp:
            return self._left[1]
        files, kept = self._current() or self._files(), self._anchor(END)
        line = _last_line(files[-1]) if files else b""
        found = Anchor(read(line)[0], hash_of(line)) if line else Anchor()
        agree(found, kept)
        if found.count > kept.count and read(line)[1] != kept.last:
            raise Broken("the end is not what was written")
        return found

    def _append(self, line: bytes, safely: bool) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        file = os.open(self._file, flags, 0o600)
        try:
            before = os.fstat(file).st_size
            if os.write(file, line) != len(line):
                os.ftruncate(file, before)
                raise OSError("the disk is full")
            if safely:
                os.fsync(file)
        finally:
            os.close(file)

    def _rotate(self, end: Anchor) -> None:
        if not self._file.exists() or self._file.stat().st_size < self._limit:
            return
        self._file.rename(self._folder / f"audit-{end.count:0{DIGITS}d}.jsonl")
        files = self._aside()
        if len(files) > KEPT:
            self._keep(BEGIN, _before(files[-KEPT]))
        for file in files[:-KEPT]:
            file.unlink()

    # The anchors ---------------------------------------------------------------------------------

    def _anchor(self, place: str) -> Anchor:
        found = self._state.rows("SELECT count, last FROM anchors WHERE place = ?", [place])
        return Anchor(**found[0]) if found else Anchor()

    def _keep(self, place: str, anchor: Anchor, *, lasting: bool = True) -> None:
        change = "INSERT OR REPLACE INTO anchors VALUES (:place, :count, :last)"
        self._state.change(change, {"place": place, **asdict(anchor)}, lasting=lasting)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the journal against other processes and threads."""
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        lock = os.open(self._folder / "audit.lock", flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _ends_at(file: Path) -> int:
    """The number of the last line of a file that was set aside."""
    return int(file.stem.partition("-")[2])


def _before(file: Path) -> Anchor:
    """Where a file goes on from."""
    with file.open("rb") as lines:
        number, last = read(next(lines, b""))
    return Anchor(number - 1, last)


def _last_line(file: Path) -> bytes:
    size, lines = file.stat().st_size, list[bytes]()
    with file.open("rb") as opened:
        for reach in TAIL:
            opened.seek(max(0, size - reach))
            lines = opened.read().splitlines(keepends=True)
            if len(lines) > 1:
                break
    return lines[-1] if lines else b""
