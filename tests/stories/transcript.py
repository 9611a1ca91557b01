"""What is told of a story: prose, and what passes between assistant, server and person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from .shown import Fences, Shown, laid_out, wrapped


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines that belong together.

    Arguments:
        lines: The lines.
        is_prose: Whether they are told, or have passed as they are.
        is_modern: Whether that happens with the protocol 2026-07-28 only.
    """

    lines: tuple[str, ...]
    is_prose: bool
    is_modern: bool = False


@dataclass(slots=True)
class Transcript:
    """The entries of one story."""

    entries: list[Entry] = field(default_factory=list)
    modern: bool = False
    tools: list[str] = field(default_factory=list)
    _fences: Fences = field(default_factory=Fences)

    def uses(self, tool: str) -> None:
        """Note that a tool was called."""
        if tool not in self.tools:
            self.tools.append(tool)

    def prose(self, text: str) -> None:
        """Tell something."""
        self._put((text,), True)

    def passes(self, line: str) -> None:
        """Note what one says to the other."""
        self._put(tuple(wrapped(line, "")), False)

    def answers(self, text: str, shown: Shown = None) -> None:
        """Note what the model, or a person, is shown in return."""
        self._put(tuple(laid_out(self._fences.numbered(text), shown)), False)

    def _put(self, lines: tuple[str, ...], is_prose: bool) -> None:
        self.entries.append(Entry(lines, is_prose, self.modern))

    def common(self) -> list[Entry]:
        """Return what happens in both eras."""
        return [entry for entry in self.entries if not entry.is_modern]

    def page(self) -> str:
        """Return the story as Markdown."""
        return "\n\n".join(self._parts())

    def _parts(self) -> Iterator[str]:
        for is_prose, entries in groupby(self.entries, lambda entry: entry.is_prose):
            lines = [entry.lines for entry in entries]
            if is_prose:
                yield from ("\n".join(one) for one in lines)
            else:
                yield "\n".join(["```text", *(line for one in lines for line in one), "```"])
