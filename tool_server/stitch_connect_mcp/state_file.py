"""The one file that this user's servers share: confirmations, the budget, what clients were seen.

It decides what may be deleted, so nobody else may write it: a directory 0700, a file 0600, both
the user's own, neither a symbolic link, never found through the working directory.
"""

import os
import sqlite3
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .database import AT_ONCE, Database

VARIABLE = "STITCH_CONNECT_STATE"
FILE = "state.sqlite"
BUSY = 5.0  # seconds to wait for another process


class StateRefused(Exception):
    """The state file is not the user's alone, or cannot be used."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the state is kept.

    Arguments:
        folder: The directory.
        is_default: Whether it is the one that every command uses when nothing is said.
    """

    folder: Path
    is_default: bool

    @property
    def file(self) -> Path:
        """The database."""
        return self.folder / FILE

    @property
    def named(self) -> str:
        """A remark that names the file where it is not the default one, else nothing."""
        return "" if self.is_default else f" (in {self.file})"


def place(env: Mapping[str, str]) -> Place:
    """Return the place that the environment names.

    Raises:
        StateRefused: A relative path: the working directory is not the user's to trust.
    """
    given = env.get(VARIABLE, "").strip()
    try:
        default = _default(env)
        folder = Path(given).expanduser() if given else default
    except RuntimeError:  # a user without a home, or one that does not exist
        raise StateRefused(f"no home directory; name an absolute path by {VARIABLE}") from None
    if not folder.is_absolute():
        raise StateRefused(f"{VARIABLE} must be an absolute path")
    return Place(folder, folder == default)


def _default(env: Mapping[str, str]) -> Path:
    given = env.get("XDG_STATE_HOME", "").strip()
    home = Path(given) if given and Path(given).is_absolute() else Path.home() / ".local/state"
    return home / "stitch-connect"


def database(where: Place) -> Database:
    """Open the database, made if need be.

    Raises:
        StateRefused: It is open to others, a link, of somebody else, or damaged.
    """
    try:
        _own_folder(where.folder)
        _own_file(where.file)
        return Database(_connected(where.file))
    except (OSError, sqlite3.Error) as error:
        raise StateRefused(f"the state file {where.file} cannot be used: {error}") from None


def _own_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_others(folder, stat.S_ISDIR, "directory", "700")


def _own_file(file: Path) -> None:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        os.close(os.open(file, flags, 0o600))
    except OSError:
        if file.is_symlink():
            raise StateRefused(f"{file} is a symbolic link; remove it") from None
        raise
    _refuse_others(file, stat.S_ISREG, "file", "600")


def _refuse_others(path: Path, is_kind: Callable[[int], bool], kind: str, mode: str) -> None:
    found = path.lstat()
    if not is_kind(found.st_mode):
        raise StateRefused(f"{path} is no {kind} of its own; remove it")
    if found.st_uid != os.geteuid():
        raise StateRefused(f"{path} belongs to another user; name another place by {VARIABLE}")
    if found.st_mode & 0o077:
        raise StateRefused(f"{path} is open to other users; run: chmod {mode} {path}")


def _connected(file: Path) -> sqlite3.Connection:
    opened = sqlite3.connect(file, timeout=BUSY, isolation_level=None, check_same_thread=False)
    opened.execute("PRAGMA journal_mode = WAL")
    opened.execute(AT_ONCE)  # a claim must outlive a power cut
    return opened
