"""Tokens that Stitch issues: they go into a file of the user, the model gets a reference.

The reference is one that `accounts.toml` takes. The folder and the file are for their owner alone.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from .state_file import StateRefused, place

FOLDER = 0o700
FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class TokenNotKept(Exception):
    """A token could not be written to a file; says why, and not what it is."""


def folder_of(env: Mapping[str, str]) -> Path:
    """Return where tokens are kept: in the directory of the state file.

    Raises:
        TokenNotKept: The environment names none that can be used.
    """
    try:
        return place(env).folder / "tokens"
    except StateRefused as error:
        raise TokenNotKept(f"Tokens cannot be kept: {error}.") from None


def prepare(folder: Path) -> None:
    """Make the folder, before a token is asked for that could not be kept.

    Raises:
        TokenNotKept: It cannot be made, or is not the user's.
    """
    try:
        folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        folder.chmod(FOLDER)
    except OSError as error:
        raise TokenNotKept(f"Tokens cannot be kept in {folder}: {error.strerror}.") from None
    if folder.is_symlink() or not os.access(folder, os.W_OK):
        raise TokenNotKept(f"Tokens cannot be kept in {folder}: it is a link, or not writable.")


def keep(folder: Path, name: str, token: str) -> str:
    """Write a token to a new file and return the reference to it.

    Raises:
        TokenNotKept: The file cannot be made; the token is then lost.
    """
    prepare(folder)
    path = _free(folder, name)
    try:
        descriptor = os.open(path, FILE, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(token + "\n")
    except OSError as error:
        raise TokenNotKept(f"The token was made and could not be kept: {error.strerror}.") from None
    return f"file:{path}"


def _free(folder: Path, name: str) -> Path:
    """The first file of that name that does not exist: what is kept is never overwritten."""
    tried = (folder / f"{name}{suffix}" for suffix in ("", *(f".{n}" for n in range(2, 1000))))
    return next(path for path in tried if not path.exists() and not path.is_symlink())
