"""Texts that arrive in pieces of bytes: whole, or line by line."""

from __future__ import annotations

import codecs

from .errors import UnexpectedResponse
from .settings import MAX_BODY

MAX_LINE = 8 * 1024 * 1024  # characters; a longer line is given in pieces


class Text:
    """Bytes to text or lines, whatever the pieces are."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest: list[str] = []
        self._size = 0

    def text(self, chunk: bytes, final: bool = False) -> str:
        return self._decoder.decode(chunk, final)

    def lines(self, chunk: bytes, final: bool = False) -> list[str]:
        new = self.text(chunk, final)
        self._rest.append(new)
        self._size += len(new)
        if "\n" not in new and not final and self._size < MAX_LINE:
            return []
        *whole, rest = "".join(self._rest).split("\n")
        if rest and (final or len(rest) >= MAX_LINE):
            whole, rest = [*whole, rest], ""
        self._rest, self._size = [rest], len(rest)
        return [line.removesuffix("\r") for line in whole]


class Whole:
    """A text as it grows, bounded."""

    def __init__(self) -> None:
        self._text = Text()
        self._pieces: list[str] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._pieces.append(self._text.text(chunk))
        self._size += len(chunk)
        if self._size > MAX_BODY:
            raise UnexpectedResponse("the log is too large to be read at once", status=200)

    def end(self) -> str:
        return "".join([*self._pieces, self._text.text(b"", final=True)])
