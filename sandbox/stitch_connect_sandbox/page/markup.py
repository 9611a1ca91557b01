"""Markup that cannot be broken out of: a text becomes part of it only escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"input"})
LONGEST = 300
"""Characters of one text: nobody reads more of a name, and it is sent whenever anything moves."""


class Html(str):
    """A text that is markup already."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """An element. `class_` is written `class`, `data_key` is `data-key`; None and False are not."""
    opened = f"<{name}{''.join(_attributes(attributes))}>"
    return Html(opened if name in VOID else f"{opened}{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Html:
    """The children, one after the other; what is not markup is escaped."""
    return Html("".join(map(_child, children)))


def _child(child: Child) -> str:
    if child is None or isinstance(child, Html):
        return child or ""
    if isinstance(child, str | int):
        return escape(_cut(str(child)))
    return join(child)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _attributes(given: dict[str, str | int | bool | None]) -> Iterable[str]:
    for name, value in given.items():
        shown = name.rstrip("_").replace("_", "-")
        if value is True:
            yield f" {shown}"
        elif value is not None and value is not False:
            yield f' {shown}="{escape(str(value))}"'
