"""JSON Pointers over plain JSON values; `*` stands for every element of an array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def at(value: Any, pointer: str) -> Any:
    """The value a pointer names, or None."""
    return next(every(value, pointer), None)


def every(value: Any, pointer: str) -> Iterator[Any]:
    """The values a pointer names; more than one only where it holds a `*`."""
    found = [value]
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        found = [inner for one in found for inner in _below(one, key)]
    yield from found


def _below(value: Any, key: str) -> list[Any]:
    if isinstance(value, dict):
        return [value[key]] if key in value else []
    if not isinstance(value, list):
        return []
    if key == "*":
        return value
    return [value[int(key)]] if key.isdecimal() and int(key) < len(value) else []
