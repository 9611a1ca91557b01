"""Reads the files that a person names, and is not fooled by what is no file."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

MOST_BYTES = 1024 * 1024


def expanded(path: str | Path) -> Path:
    """Return a path with its `~` resolved, where there is such a user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def read(path: Path, check: Callable[[os.stat_result], None]) -> bytes:
    """Return what is in a file, after `check` has looked at what was opened.

    Raises:
        OSError: It cannot be opened, is no file, or is too large.
    """
    descriptor = _opened(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        if status.st_size > MOST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        check(status)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MOST_BYTES)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait
    except ValueError:  # a zero byte, or half a character
        raise OSError(errno.EINVAL, "it is no path") from None
