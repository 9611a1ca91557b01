"""What Stitch says is data, never instruction: this is how its text is made safe to show.

Names, error messages and property values are written by whoever controls a source, so they reach
the model only through :class:`Words`:

1. what is invisible or moves the cursor is removed: control, ANSI, bidirectional, zero-width, tag
   and filler characters;
2. secrets are replaced (after 1, or an invisible character in the middle would hide one);
3. the length is capped;
4. a name stays on one line; free text stands between two markers that its author cannot guess.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from .redaction import HIDDEN as HIDDEN
from .redaction import redact as redact

LINE_CAP = 80
FREE_CAP = 600
SAID_CAP = 200
READ_CAP = 65_536  # characters of one text that are looked at

_ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b\]|\x9d).*?(?:\x07|\x1b\\|\x9c|$)"  # OSC: titles, links
    r"|\x1b[PX^_].*?(?:\x1b\\|$)"  # DCS, SOS, PM, APC
    r"|\x1b.?",
    re.DOTALL,
)
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# Letters and marks by category, yet drawn as nothing: fillers, joiners, variation selectors.
_UNSEEN = frozenset(
    chr(code)
    for low, high in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    )
    for code in range(low, high + 1)
)
_BREAKS = {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}


def visible(text: str) -> str:
    """Return `text` without anything that a reader could not see, line breaks as ``\\n``."""
    if text.isascii() and text.isprintable():
        return text
    text = _ANSI.sub("", text.replace("\r\n", "\n"))
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if " " <= char <= "~" or char == "\n":
        return char
    if char == "\t":
        return " "
    if char in _BREAKS:
        return _BREAKS[char]
    if char in _UNSEEN or unicodedata.category(char) in _UNSEEN_CATEGORIES:
        return ""
    return char


def cap(text: str, limit: int) -> str:
    """Shorten `text` to `limit` characters, saying so with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


@dataclass(frozen=True)
class Words:
    """Makes the text of one result safe; one instance, and one marker, per result.

    Arguments:
        known: Secrets of this process, replaced wherever they appear.
        nonce: Makes the marker around free text; unguessable, so that text cannot close it.
    """

    known: tuple[str, ...] = field(default=(), repr=False)
    nonce: Callable[[], str] = field(default=lambda: secrets.token_hex(4), repr=False)
    marker: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marker", self.nonce())

    def line(self, text: object, limit: int = LINE_CAP) -> str:
        """Return a name on one line."""
        return cap(self.plain(text), limit)

    def plain(self, text: object) -> str:
        """Return a whole line as it is, but for what is invisible or secret."""
        return redact(one_line(text), self.known)

    def quote(self, text: object, limit: int = 60) -> str:
        """Return a name in quotes that it cannot close, without characters that format."""
        plain = self.line(text, limit).translate(_NO_MARKDOWN)
        return f"«{plain}»"

    def shows(self, text: str) -> bool:
        """Return whether the quotes show a text as it is, and whole."""
        return self.quote(text) == f"«{text}»"

    def free(self, text: object, limit: int = FREE_CAP) -> str:
        """Return free text between markers."""
        return self._fenced(redact(_visible(text), self.known), limit)

    def said(self, text: object, limit: int = SAID_CAP) -> str:
        """Return free text between markers, on one line: a cell of a table."""
        return self._fenced(self.plain(text), limit)

    def _fenced(self, text: str, limit: int) -> str:
        inner = cap(text.replace(self.marker, ""), limit).strip()
        return f"<<{self.marker}: {inner} :{self.marker}>>"


def _visible(text: object) -> str:
    return visible(str(text)[:READ_CAP])


def one_line(text: object) -> str:
    """Return a text on one line, without anything that a reader could not see."""
    return " ".join(_visible(text).split())


# The underscore stays: names of sources are full of it, and alone it formats nothing.
_NO_MARKDOWN = {ord(char): None for char in "«»`*[]<>|#~\\"}
