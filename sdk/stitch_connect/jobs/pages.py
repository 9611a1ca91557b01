"""Reading only those pages of an ordered list that can hold what is looked for.

Extractions are ordered by source, loads by stream, a hundred to a page; every page is a request of
the budget. Where the rows of the last visit were is remembered, and the search is a bisection from
there. A list that proves not to be ordered is read whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .._flow import Flow

PAGE_SIZE = 100
MAX_PAGES = 1000

Fetch = Callable[[int], Any]
"""Takes a page's number; returns what the client's `first_page()` does."""


@dataclass(slots=True)
class Map:
    """Where rows of a list were when it was last visited: the first key of each page."""

    firsts: dict[int, Any] = field(default_factory=dict)
    ordered: bool = True

    def guess(self, key: Any) -> int:
        """Return the page that would hold `key` if nothing has moved."""
        return max((number for number, first in self.firsts.items() if first <= key), default=1)


class Visit:
    """One reading of a list: each page at most once, though it may be interrupted and resumed.

    Arguments:
        attribute: The name of the key by which rows are ordered.
        kind: The key's type; rows with a key of another are not what is looked for.
        known: Where rows were last time; brought up to date.
        began: When the visit began, which is how old its rows may be.
    """

    def __init__(self, attribute: str, kind: type, known: Map, began: float = 0.0) -> None:
        self._attribute, self._kind, self._known = attribute, kind, known
        self._pages: dict[int, list[Any]] = {}
        self._last = MAX_PAGES
        self.began = began

    def rows(self, fetch: Fetch, keys: Iterable[Any]) -> Flow[list[Any]]:
        """Return the rows of all pages that can hold one of `keys`."""
        for key in sorted(set(keys)):
            if self._known.ordered:
                yield from self._find(fetch, key)
        if not self._known.ordered:
            yield from self._read_all(fetch)
        return [row for number in sorted(self._pages) for row in self._pages[number]]

    def _find(self, fetch: Fetch, key: Any) -> Flow[None]:
        low, high = self._bounds(key)
        number = self._known.guess(key)
        while self._known.ordered and low <= high:
            number = number if low <= number <= high else (low + high) // 2
            rows = yield from self._page(fetch, number)
            high = min(high, self._last)
            if rows and self._key(rows[0]) <= key <= self._key(rows[-1]):
                yield from self._neighbours(fetch, number, key)
                return
            if rows and key > self._key(rows[-1]):
                low = number + 1
            else:
                high = min(high, number - 1)
            number = 0

    def _bounds(self, key: Any) -> tuple[int, int]:
        """The first and last page that can hold `key`, by the pages read so far."""
        pages = [(number, rows) for number, rows in self._pages.items() if rows]
        before = [number for number, rows in pages if self._key(rows[-1]) < key]
        after = [number for number, rows in pages if self._key(rows[0]) > key]
        return max(before, default=0) + 1, min([*(n - 1 for n in after), self._last])

    def _neighbours(self, fetch: Fetch, number: int, key: Any) -> Flow[None]:
        """Read on where rows with the same key may continue on the pages beside."""
        for step, edge in ((1, -1), (-1, 0)):
            at, rows = number, self._pages[number]
            while rows and self._key(rows[edge]) == key and 1 <= at + step <= self._last:
                at += step
                rows = yield from self._page(fetch, at)

    def _read_all(self, fetch: Fetch) -> Flow[None]:
        number = 1
        while number <= self._last:
            yield from self._page(fetch, number)
            number += 1

    def _page(self, fetch: Fetch, number: int) -> Flow[list[Any]]:
        if number in self._pages:
            return self._pages[number]
        page = yield fetch(number)
        data = page.data if isinstance(page.data, list) else []
        rows = [row for row in data if isinstance(self._key(row), self._kind)]
        self._last = min(_last(page, number, bool(data)), MAX_PAGES)
        self._pages[number] = rows
        self._learn(number, rows, len(rows) == len(data))
        return rows

    def _learn(self, number: int, rows: list[Any], whole: bool) -> None:
        """Note where the page begins, and whether the pages read so far are in order."""
        keys = [self._key(row) for row in rows]
        ascending = all(one <= other for one, other in pairwise(keys))
        if not (whole and ascending and self._follows(number, keys)):
            self._known.ordered = False
        firsts = {n: first for n, first in self._known.firsts.items() if n <= self._last}
        self._known.firsts = firsts | ({number: keys[0]} if keys else {})

    def _follows(self, number: int, keys: list[Any]) -> bool:
        """Whether a page lies between those read before; a few rows may have moved meanwhile."""
        read = {n: self._key(rows[0]) for n, rows in self._pages.items() if rows and n != number}
        return not keys or all(
            first <= keys[0] if n < number else first >= keys[0] for n, first in read.items()
        )

    def _key(self, row: Any) -> Any:
        return getattr(row, self._attribute, None)


def _last(page: Any, number: int, filled: bool) -> int:
    """The number of the last page, by the total and the link to the next; else the most there are.

    Arguments:
        filled: Whether the page holds anything.
    """
    following = number + 1 if getattr(page.links, "next", None) else 1
    if isinstance(page.total, int) and page.total >= 0:
        return max(following, -(-page.total // PAGE_SIZE))
    if following > 1:
        return MAX_PAGES
    return max(1, number if filled else number - 1)
