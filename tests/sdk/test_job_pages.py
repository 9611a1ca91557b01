"""Only those pages are read that can hold what is looked for: counted, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, log2
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stitch_connect.jobs.pages import MAX_PAGES, PAGE_SIZE, Map, Visit


class Listing:
    """A list in pages, which counts what is asked for."""

    def __init__(self, keys: Iterable[Any], *, size: int = PAGE_SIZE, total: bool = True) -> None:
        self.keys, self.size, self.total = list(keys), size, total
        self.asked: list[int] = []

    def page(self, number: int) -> Any:
        self.asked.append(number)
        data = self.keys[(number - 1) * self.size : number * self.size]
        more = number * self.size < len(self.keys)
        return SimpleNamespace(
            data=[SimpleNamespace(key=key) for key in data],
            total=len(self.keys) if self.total else None,
            links=SimpleNamespace(next=f"/list?page={number + 1}" if more else None),
        )

    def visit(self, known: Map, *wanted: Any, resumed: Visit | None = None) -> list[Any]:
        """The wanted keys that one visit finds."""
        visit = resumed or Visit("key", type(wanted[0]), known)
        flow = visit.rows(lambda number: number, wanted)
        answer = None
        while True:
            try:
                answer = self.page(flow.send(answer))
            except StopIteration as end:
                return [row.key for row in end.value if row.key in wanted]


def names(number: int) -> list[str]:
    return [f"stream_{n:06}" for n in range(number)]


@pytest.mark.parametrize("pages", [1, 2, 3, 7, 50, 500])
@pytest.mark.parametrize("total", [True, False], ids=["total", "links"])
def test_a_row_is_found_by_bisection(pages: int, total: bool) -> None:
    keys = names(pages * PAGE_SIZE)
    # without a total the end is not known, and looked for as far as a list may reach
    most = ceil(log2(pages if total else MAX_PAGES)) + 3
    for at in {0, len(keys) // 3, len(keys) // 2, len(keys) - 1}:
        listing = Listing(keys, total=total)
        assert listing.visit(Map(), keys[at]) == [keys[at]]
        assert len(listing.asked) <= most
        assert len(set(listing.asked)) == len(listing.asked), "each page at most once"


@pytest.mark.parametrize("pages", [1, 2, 3, 7, 500])
def test_what_is_not_listed_costs_no_more(pages: int) -> None:
    keys = names(pages * PAGE_SIZE)
    for absent in ("a", f"{keys[len(keys) // 2]}_", "z"):
        listing = Listing(keys)
        assert listing.visit(Map(), absent) == []
        assert len(listing.asked) <= ceil(log2(pages)) + 3


def test_a_place_that_is_known_is_gone_to_at_once() -> None:
    keys, known = names(50_000), Map()
    Listing(keys).visit(known, keys[31_415])
    again = Listing(keys)
    assert again.visit(known, keys[31_415]) == [keys[31_415]]
    assert again.asked == [315]


def test_a_place_that_has_moved_is_found_again() -> None:
    keys, known = names(20_000), Map()
    Listing(keys).visit(known, keys[15_050])
    moved = Listing(keys[4_000:])
    assert moved.visit(known, keys[15_050]) == [keys[15_050]]
    gone = Listing(keys[:50])
    assert gone.visit(known, keys[15_050]) == []
    assert len(gone.asked) <= 2


def test_many_keys_share_the_pages_that_are_read() -> None:
    keys = list(range(0, 100_000, 10))
    listing = Listing(keys)
    wanted = keys[5_000:5_300]
    assert listing.visit(Map(), *wanted) == wanted
    assert len(listing.asked) <= log2(100) + 3 + 3


def test_rows_of_one_key_are_read_across_the_borders_of_pages() -> None:
    keys = [*names(150), *["stream_000150"] * 260, *(f"t_{n:03}" for n in range(300))]
    listing = Listing(keys)
    assert listing.visit(Map(), "stream_000150") == ["stream_000150"] * 260
    assert sorted(listing.asked) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "keys",
    [
        [f"stream_{n * 7919 % 1000:04}" for n in range(1000)],
        ["Apple", "banana", "Cherry", *(f"d_{n:03}" for n in range(250))],
        [*(f"b{n:03}" for n in range(100)), *(f"a{n:03}" for n in range(100))],
    ],
    ids=["shuffled", "whatever the case", "pages out of order"],
)
def test_a_list_that_is_not_ordered_is_read_whole(keys: list[str]) -> None:
    known, listing = Map(), Listing(keys)
    wanted = sorted({keys[0], keys[-1], keys[len(keys) // 2]})
    assert sorted(listing.visit(known, *wanted, "zzz")) == wanted
    assert sorted(listing.asked) == list(range(1, ceil(len(keys) / PAGE_SIZE) + 1))
    assert not known.ordered


@pytest.mark.parametrize("odd", [None, 7, ["x"]])
def test_a_row_that_is_not_as_documented_hides_no_other(odd: Any) -> None:
    keys: Sequence[Any] = [*names(150), odd, *(f"t_{n:03}" for n in range(200))]
    listing = Listing(keys)
    assert listing.visit(Map(), keys[10], "t_199") == [keys[10], "t_199"]


@pytest.mark.parametrize("odd", [{"data": None}, {"data": {}}, {"links": None}, {"total": "9"}])
def test_a_page_that_is_not_as_documented_ends_the_visit(odd: dict[str, Any]) -> None:
    listing = Listing(names(50))
    page = listing.page
    listing.page = lambda number: SimpleNamespace(**{**vars(page(number)), **odd})  # type: ignore[method-assign]
    found = listing.visit(Map(), "stream_000010")
    assert found == ([] if "data" in odd else ["stream_000010"])
    assert len(listing.asked) <= 2


def test_a_visit_that_was_interrupted_goes_on_where_it_was() -> None:
    keys, known = names(5_000), Map()
    listing = Listing(keys)
    visit, wanted = Visit("key", str, known), [keys[120], keys[2_500], keys[4_999]]
    flow = visit.rows(lambda number: number, wanted)
    flow.send(listing.page(flow.send(None)))
    with pytest.raises(ConnectionError):
        flow.throw(ConnectionError())
    assert listing.visit(known, *wanted, resumed=visit) == wanted
    assert len(set(listing.asked)) == len(listing.asked)


@given(
    st.lists(st.integers(0, 400), max_size=700),
    st.lists(st.integers(-1, 401), min_size=1, max_size=5),
    st.dictionaries(st.integers(1, 9), st.integers(0, 400), max_size=3),
)
def test_everything_that_is_listed_is_found(
    keys: list[int], wanted: list[int], remembered: dict[int, int]
) -> None:
    listing = Listing(sorted(keys))
    expected = [key for key in sorted(keys) if key in wanted]
    assert listing.visit(Map(remembered), *wanted) == expected
