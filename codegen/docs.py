"""Docstrings: text from the contract, escaped and wrapped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 100
STEP = "    "


def escape(text: str) -> str:
    """Text that is safe between triple quotes."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()


def sentence(text: str) -> str:
    """One line, ended with a full stop."""
    line = " ".join(text.split())
    return line if not line or line[-1] in ".!?:" else f"{line}."


@dataclass(frozen=True)
class Section:
    """A titled list of a docstring: (name, meaning) pairs."""

    title: str
    entries: tuple[tuple[str, str], ...]

    def lines(self, width: int) -> list[str]:
        if not self.entries:
            return []
        found = ["", f"{self.title}:"]
        for name, meaning in self.entries:
            text = ": ".join(filter(None, (name, sentence(meaning))))
            found += textwrap.wrap(
                escape(text),
                width,
                initial_indent=STEP,
                subsequent_indent=STEP * 2,
                break_long_words=False,
                break_on_hyphens=False,
            )
        return found


def docstring(paragraphs: Iterable[str], sections: Iterable[Section] = (), indent: int = 1) -> str:
    """A docstring literal whose first line stands where the caller puts it."""
    width = WIDTH - len(STEP) * indent
    lines: list[str] = []
    for paragraph in filter(None, (escape(text) for text in paragraphs)):
        lines += ["", *_wrap(paragraph, width - (6 if not lines else 0))]
    for section in sections:
        lines += section.lines(width)
    lines = lines[1:] or ["Not described."]
    if len(lines) == 1:
        return f'"""{_guard(lines[0])}"""'
    body = "\n".join(f"{STEP * indent}{line}" if line else "" for line in lines[1:])
    return f'"""{lines[0]}\n{body}\n{STEP * indent}"""'


def _wrap(text: str, width: int) -> list[str]:
    """Wrap paragraphs; the lines of a list stay lines."""
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        is_list = paragraph.lstrip().startswith(("- ", "* "))
        for block in paragraph.splitlines() if is_list else [" ".join(paragraph.split())]:
            found += textwrap.wrap(
                block,
                width,
                subsequent_indent="  " if is_list else "",
                break_long_words=False,
                break_on_hyphens=False,
            )
        found.append("")
    return found[:-1]


def _guard(line: str) -> str:
    """A closing quote would join the ones that end the docstring."""
    return f"{line} " if line.endswith('"') else line
