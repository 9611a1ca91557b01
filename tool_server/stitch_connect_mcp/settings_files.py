"""Changing one entry in a settings file of somebody else: all of it, or nothing.

A file that is more than JSON (comments, trailing commas) or not JSON is left alone, for it could
not be written back as it was.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

MOST = 32 * 1024 * 1024  # bytes of a settings file


class NotWritten(Exception):
    """The file was left as it is; says why."""


class Found(NamedTuple):
    """A settings file as it was read."""

    text: str
    values: dict[str, Any]
    state: os.stat_result | None  # None where there is no file yet


def merge(file: Path, key: str, name: str, entry: Mapping[str, Any]) -> Path | None:
    """Put an entry into a file, and keep what the file was beside it.

    Arguments:
        file: The file; a symbolic link is followed.
        key: The object in it that holds entries.
        name: The name of the entry.
        entry: The entry.

    Returns:
        The backup; None where there was no file.

    Raises:
        NotWritten: Nothing was changed.
    """
    try:
        target = _target(file)
        found = _read(target)
        entries = found.values.setdefault(key, {})
        if not isinstance(entries, dict):
            raise NotWritten(f"its {key!r} is no object")
        entries[name] = entry
        text = json.dumps(found.values, indent=_indent(found.text), ensure_ascii=False) + "\n"
        return _replace(target, found, text.encode())
    except UnicodeError:
        raise NotWritten("it holds text that is not Unicode") from None
    except OSError as error:
        raise NotWritten(str(error.strerror)) from None


def _target(file: Path) -> Path:
    if file.is_symlink() and not file.exists():
        raise NotWritten("it is a symbolic link that leads nowhere")
    target = file.resolve()
    if target.exists() and not target.is_file():
        raise NotWritten("it is no file")
    if target.exists() and target.stat().st_uid != os.geteuid():
        raise NotWritten("it belongs to another user")
    return target


def _read(target: Path) -> Found:
    if not target.exists():
        return Found("", {}, None)
    state = target.stat()
    if state.st_size > MOST:
        raise NotWritten("it is too large")
    text = target.read_bytes().decode("utf-8")
    return Found(text, _parsed(text) if text.strip() else {}, state)


def _parsed(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotWritten("it is not plain JSON; comments would be lost") from None
    if not isinstance(values, dict):
        raise NotWritten("it holds no object")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _indent(text: str) -> str | int:
    first = re.search(r"^([ \t]+)\S", text, re.MULTILINE)
    return first[1] if first else 2


def _replace(target: Path, found: Found, content: bytes) -> Path | None:
    if found.state is None:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, content, 0o600)
        return None
    mode = found.state.st_mode & 0o777
    at = datetime.fromtimestamp(found.state.st_mtime, UTC)
    backup = target.with_name(f"{target.name}.{at:%Y%m%dT%H%M%S.%fZ}.backup")
    _write(backup, found.text.encode(), mode)
    now = target.stat()
    if (now.st_mtime_ns, now.st_size) != (found.state.st_mtime_ns, found.state.st_size):
        backup.unlink()
        raise NotWritten("it was changed meanwhile; end the assistant first")
    _write(target, content, mode)
    return backup


def _write(target: Path, content: bytes, mode: int) -> None:
    """Write a file in one step: whoever reads it sees the old one or the new one."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            os.fchmod(descriptor, mode)
            opened.flush()
            os.fsync(descriptor)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
