"""Reading the page as a browser would: elements and their text, not patterns in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input"}


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, name: str = "", **attributes: str) -> Iterator[Element]:
        """Every element below that has a name and attributes; `class` holds one of its words."""
        for child in self.children:
            if isinstance(child, str):
                continue
            if name in ("", child.name) and child._has(attributes):
                yield child
            yield from child.all(name, **attributes)

    def one(self, name: str = "", **attributes: str) -> Element:
        (found,) = self.all(name, **attributes)
        return found

    def _has(self, attributes: dict[str, str]) -> bool:
        return all(
            value in self.attributes.get(name.rstrip("_").replace("_", "-"), "").split()
            for name, value in attributes.items()
        )

    @property
    def text(self) -> str:
        """Its words, with a space between elements."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def rows(self) -> dict[str, Element]:
        """What is kept up to date by a key."""
        return {
            one.attributes["data-key"]: one for one in self.all() if "data-key" in one.attributes
        }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag, "every element is closed in its place"

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(markup: str) -> Element:
    reader = _Reader()
    reader.feed(markup)
    assert reader._open == [reader.root], "every element is closed"
    return reader.root
