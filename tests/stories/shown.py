"""How an answer is shown to a reader: the rules stand in docs/stories.md, and are nowhere else."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

WIDTH = 98
INDENT = "    "
ROOM = 70  # characters of a line that its columns may take, but for the last
_FENCE = re.compile(r"<<([0-9a-f]{8}): ")
Shown = int | Sequence[str] | None
"""How many lines of an answer are shown from its begin, or by which words in them; all if None."""


class Fences:
    """Numbers the fences around what others wrote, which are another number in each answer."""

    def __init__(self) -> None:
        self._count = 0

    def numbered(self, text: str) -> str:
        """Return the text of one answer with its fence under the number that is next."""
        found = _FENCE.search(text)
        if found is None:
            return text
        self._count += 1
        return text.replace(found[1], f"{self._count:08}")


def laid_out(text: str, shown: Shown = None) -> list[str]:
    """Return the text of an answer as lines to be read: cut, in columns, wrapped."""
    lines = columns(abridged(text.splitlines(), shown))
    return [part for line in lines for part in wrapped(line, INDENT)]


def abridged(lines: Sequence[str], shown: Shown) -> list[str]:
    """Return the lines that are shown, and how many are not."""
    kept = [line for number, line in enumerate(lines) if _is_shown(number, line, shown)]
    left = len(lines) - len(kept)
    return [*kept, f"… {left} more line{'s' * (left > 1)}"] if left else kept


def _is_shown(number: int, line: str, shown: Shown) -> bool:
    if shown is None:
        return True
    return number < shown if isinstance(shown, int) else any(word in line for word in shown)


def columns(lines: Sequence[str]) -> Iterator[str]:
    """Align the cells of neighbouring lines, but for the last ones."""
    table: list[list[str]] = []
    for line in [*lines, ""]:
        if "\t" in line:
            table.append(line.split("\t"))
            continue
        yield from _aligned(table)
        table = []
        yield line


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of cells, in columns where these leave room for the last one."""
    widths = [max(map(len, cells)) for cells in zip(*(row[:-1] for row in table), strict=False)]
    if sum(widths) + 2 * len(widths) > ROOM:
        widths = [0] * len(widths)
    for row in table:
        cells = (f"{cell:{width}}" for cell, width in zip(row, widths, strict=False))
        yield "  ".join([*cells, *row[len(widths) :]])


def wrapped(line: str, indent: str) -> list[str]:
    """Break a line where it is too long, the rest of it further in."""
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_on_hyphens=False,
    )
