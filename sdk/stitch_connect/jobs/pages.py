"""Reading only those pages of an ordered list that can hold what is looked for.

Extractions are ordered by source, loads by stream, a hundred to a page; every page is a request of
the budget. Where the rows of the last visit were is remembered, and the search is a bisection from
there. A list that proves not to be ordered is read whole.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from stitch_connect_runtime.errors import UnexpectedResponse

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
    """One reading of a list: each page at most once.

    Arguments:
        fetch: Asks for a page.
        key_of: The key by which rows are ordered.
        known: Where rows were last time; brought up to date.
    """

    def __init__(self, fetch: Fetch, key_of: Callable[[Any], Any], known: Map) -> None:
        self._fetch, self._key_of, self._known = fetch, key_of, known
        self._pages: dict[int, list[Any]] = {}
        self._last = MAX_PAGES
        self.requests = 0

    def rows(self, keys: Iterable[Any]) -> Flow[list[Any]]:
        """Return the rows of all pages that can hold one of `keys`."""
        for key in sorted(set(keys)):
            if self._known.ordered:
                yield from self._find(key)
        if not self._known.ordered:
            yield from self._read_all()
        return [row for number in sorted(self._pages) for row in self._pages[number]]

    def _find(self, key: Any) -> Flow[None]:
        low, high = 1, MAX_PAGES
        number = self._known.guess(key)
        while low <= high:
            rows = yield from self._page(number)
            high = min(high, self._last)
            if number > self._last or (rows and key < self._key_of(rows[0])):
                high = min(high, number - 1)
            elif rows and key > self._key_of(rows[-1]):
                low = number + 1
            else:
                yield from self._neighbours(number, key)
                return
            number = (low + high) // 2

    def _neighbours(self, number: int, key: Any) -> Flow[None]:
        """Read on where rows with the same key may continue on the pages beside."""
        for step, edge in ((1, -1), (-1, 0)):
            at, rows = number, self._pages[number]
            while rows and self._key_of(rows[edge]) == key and 1 <= at + step <= self._last:
                at += step
                rows = yield from self._page(at)

    def _read_all(self) -> Flow[None]:
        number = 1
        while number <= self._last:
            yield from self._page(number)
            number += 1

    def _page(self, number: int) -> Flow[list[Any]]:
        if number in self._pages:
            return self._pages[number]
        self.requests += 1
        page = yield self._fetch(number)
        rows = [row for row in page.data or () if self._key_of(row) is not None]
        self._last = min(_last(page, number), MAX_PAGES)
        self._pages[number] = rows
        self._learn(number, rows)
        return rows

    def _learn(self, number: int, rows: Sequence[Any]) -> None:
        keys = [self._key_of(row) for row in rows]
        if len({type(key) for key in keys}) > 1:
            raise UnexpectedResponse("the rows of a list cannot be told apart", status=200)
        if any(one > other for one, other in pairwise(keys)):
            self._known.ordered = False
        firsts = {n: first for n, first in self._known.firsts.items() if n <= self._last}
        self._known.firsts = {**firsts, number: keys[0]} if keys else firsts


def _last(page: Any, number: int) -> int:
    """The number of the last page, by the total; by the links where there is none."""
    if isinstance(page.total, int) and page.total >= 0:
        return max(1, -(-page.total // PAGE_SIZE))
    return number + 1 if page.links and page.links.next else number
