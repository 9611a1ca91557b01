"""The chain: each line carries the hash of the line before it. Pure.

Nobody can change, drop or insert a line without breaking it; a tail that was cut off is seen by the
count and the hash that are kept elsewhere (the anchor).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

BEGINNING = "0" * 64


class Broken(Exception):
    """The journal is not as it was written; the message says where and how."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far a journal has come.

    Arguments:
        count: How many lines were ever written.
        last: The hash of the last one.
    """

    count: int = 0
    last: str = BEGINNING


def link(entry: Mapping[str, Any], after: Anchor) -> tuple[bytes, Anchor]:
    """Return an entry as the line that follows an anchor, and the anchor after it."""
    whole = {"seq": after.count + 1, "prev": after.last, **entry}
    line = json.dumps(whole, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
    return line, Anchor(after.count + 1, hash_of(line))


def hash_of(line: bytes) -> str:
    """Return the hash of a line, its end included."""
    return hashlib.sha256(line).hexdigest()


def read(line: bytes) -> tuple[int, str]:
    """Return the number of a line, and the hash it carries.

    Raises:
        Broken: It is no line of a journal.
    """
    try:
        found = json.loads(line)
        if line.endswith(b"\n"):
            return int(found["seq"]), str(found["prev"])
    except (ValueError, TypeError, KeyError):
        pass
    raise Broken("is not a whole line of a journal")


def follow(lines: Iterable[bytes], start: Anchor) -> Anchor:
    """Follow lines from an anchor to the last.

    Raises:
        Broken: A line is not the one that was written after the one before it.
    """
    reached = start
    for line in lines:
        number, before = read(line)
        if (number, before) != (reached.count + 1, reached.last):
            raise Broken(f"line {number} does not follow line {reached.count}")
        reached = Anchor(number, hash_of(line))
    return reached


def agree(found: Anchor, kept: Anchor) -> None:
    """Hold the end of a journal against the anchor that is kept elsewhere.

    A process may die between a line and its anchor: one line more than the anchor knows is whole.

    Raises:
        Broken: Lines are missing at the end, or are there that no server wrote.
    """
    if found.count < kept.count:
        raise Broken(f"{kept.count - found.count} lines are missing at the end")
    if found.count > kept.count + 1 or (found.count == kept.count and found.last != kept.last):
        raise Broken("the end is not what was written")
