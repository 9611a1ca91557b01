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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

LINE_CAP = 80
FREE_CAP = 600
HIDDEN = "[hidden]"

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

_SECRETS = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"\b(bearer|basic)(\s+)[\w.~+/=-]{6,}", rf"\1\2{HIDDEN}"),
        (r"(://)[^\s/:@]*:[^\s/@]+@", rf"\1{HIDDEN}@"),
        (
            r"([?&](?:x-amz-[\w-]+|awsaccesskeyid|signature|sig|[\w-]*token|[\w-]*secret"
            r"|[\w-]*password|api[_-]?key)=)[^&\s\"'<>]+",
            rf"\1{HIDDEN}",
        ),
        (
            r"\b([\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key))"
            r"([\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s\"',;&}]+)",
            rf"\1\2{HIDDEN}",
        ),
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", HIDDEN),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*", HIDDEN),
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            HIDDEN,
        ),
    )
)


def visible(text: str) -> str:
    """Return `text` without anything that a reader could not see, line breaks as ``\\n``."""
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


def redact(text: str, known: Iterable[str] = ()) -> str:
    """Replace the `known` secrets and everything that looks like one."""
    for secret in known:
        if secret:
            text = text.replace(secret, HIDDEN)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


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
        return cap(redact(" ".join(visible(str(text)).split()), self.known), limit)

    def quote(self, text: object, limit: int = 60) -> str:
        """Return a name in quotes that it cannot close, without characters that format."""
        plain = self.line(text, limit).translate(_NO_MARKDOWN)
        return f"«{plain}»"

    def free(self, text: object, limit: int = FREE_CAP) -> str:
        """Return free text between markers."""
        inner = cap(redact(visible(str(text)), self.known), limit).replace(self.marker, "").strip()
        return f"<<{self.marker}: {inner} :{self.marker}>>"


# The underscore stays: names of sources are full of it, and alone it formats nothing.
_NO_MARKDOWN = {ord(char): None for char in "«»`*[]<>|#~\\"}
