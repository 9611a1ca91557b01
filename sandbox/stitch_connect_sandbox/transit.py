"""Transit in its JSON form, as far as records use it: arrays, maps, keywords, cached strings."""

from __future__ import annotations

from typing import Any

from . import json_text

Json = Any
_FIRST, _BASE, _MOST = 48, 44, 44 * 44
_TAGS = {"~:": str, "~$": str, "~i": int, "~n": int, "~d": float, "~f": float, "~t": str, "~u": str}


def loads(text: bytes) -> Json:
    """The plain JSON that a text in Transit stands for; dates and UUIDs stay text.

    Raises:
        ValueError: it is not JSON, or no Transit.
    """
    try:
        return _Reader().read(json_text.read(text), key=False)
    except IndexError as error:
        raise ValueError(f"no Transit: {error}") from None


class _Reader:
    """Reads one text; a string that was seen before comes as a code of two or three letters."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def read(self, given: Json, *, key: bool) -> Json:
        if isinstance(given, str):
            return self._string(given, key)
        if isinstance(given, dict):
            return {
                str(self.read(name, key=True)): self.read(value, key=False)
                for name, value in given.items()
            }
        if not isinstance(given, list):
            return given
        if given and given[0] == "^ ":
            return self._map(given[1:])
        return self._array(given)

    def _array(self, given: list[Json]) -> Json:
        """An array, or a value with its tag in front, which counts for nothing here."""
        items = iter(given)
        first = next(items, None)
        if isinstance(first, str) and self._uncached(first).startswith("~#"):
            self._string(first, key=False)
            return next((self.read(one, key=False) for one in items), None)
        return [self.read(one, key=False) for one in given]

    def _map(self, flat: list[Json]) -> Json:
        if len(flat) % 2:
            raise ValueError("no Transit: a map lacks a value")
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {
            str(self.read(name, key=True)): self.read(value, key=False) for name, value in pairs
        }

    def _uncached(self, text: str) -> str:
        if not text.startswith("^") or len(text) not in (2, 3):
            return text
        digits = [ord(one) - _FIRST for one in text[1:]]
        place = digits[0] if len(digits) == 1 else digits[0] * _BASE + digits[1]
        if not 0 <= place < len(self._seen):
            raise ValueError(f"no Transit: {text} stands for nothing")
        return self._seen[place]

    def _string(self, text: str, key: bool) -> Json:
        whole = self._uncached(text)
        if whole is text and len(text) > 3 and (key or text[:2] in ("~:", "~$", "~#")):
            if len(self._seen) == _MOST:
                self._seen.clear()
            self._seen.append(text)
        return _scalar(whole)


def _scalar(text: str) -> Json:
    if text in ("~_", "~?t", "~?f"):
        return {"~_": None, "~?t": True, "~?f": False}[text]
    if text[:2] in ("~~", "~^"):
        return text[1:]
    kind = _TAGS.get(text[:2])
    return text if kind is None else kind(text[2:])
