"""Lists that come in pages: followed by relative links, bounded, without repeated rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from .decode import Decoder, parse_json, unexpected
from .operations import Operation, Pagination
from .records import Answer

T = TypeVar("T")
P = TypeVar("P")
MAX_PAGES = 1000
_MISSING = object()


def at(value: Any, pointer: str) -> Any:
    """The value a JSON Pointer names, or None."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict):
            value = value.get(key, _MISSING)
        else:
            return None
        if value is _MISSING:
            return None
    return value


class Walk:
    """What is known while pages are walked: which links and which rows have been seen."""

    def __init__(self, operation: Operation) -> None:
        if operation.pagination is None:
            raise TypeError(f"{operation.id} has no pages")
        self._operation, self._rule = operation, operation.pagination
        self._rows: set[tuple[Any, ...]] = set()
        self._tokens: set[str] = set()

    def fresh(self, page: Any) -> list[int]:
        """Which rows of a page have not been on an earlier one."""
        rows = at(page, self._rule.result_key)
        if not isinstance(rows, list):
            raise unexpected(self._operation.id, f"the page has no list at {self._rule.result_key}")
        kept = []
        for index, row in enumerate(rows):
            identity = _identity(self._rule, row)
            if identity is None or identity not in self._rows:
                kept.append(index)
            if identity is not None:
                self._rows.add(identity)
        return kept

    def next_token(self, page: Any) -> str | None:
        """The token of the page after this one.

        Raises:
            UnexpectedResponse: a link to elsewhere, one that was followed before, or too many.
        """
        link = at(page, self._rule.output_token)
        if not link:
            return None
        token = self._token(link)
        if token in self._tokens:
            raise unexpected(self._operation.id, "the pages run in a circle")
        self._tokens.add(token)
        if len(self._tokens) >= MAX_PAGES:
            raise unexpected(self._operation.id, f"the list has more than {MAX_PAGES} pages")
        return token

    def _token(self, link: Any) -> str:
        parts = urlsplit(link) if isinstance(link, str) else None
        if parts is None or parts.scheme or parts.netloc or "\\" in link:
            raise unexpected(self._operation.id, "the next page is not a relative link")
        found = parse_qs(parts.query).get(self._rule.input_token)
        if not found or len(found) != 1:
            raise unexpected(self._operation.id, "the link to the next page names no page")
        return found[0]


def _identity(rule: Pagination, row: Any) -> tuple[Any, ...] | None:
    """What tells a row from others; None where it cannot be told."""
    found = tuple(at(row, pointer) for pointer in rule.identity)
    if any(isinstance(one, dict | list) or one is None for one in found):
        return None
    return found


class _Pages(Generic[T, P]):
    """What both kinds of pager share: reading a page, picking its rows."""

    def __init__(
        self, operation: Operation, decoder: Decoder[P], strict: bool, fetch: Callable[..., Any]
    ) -> None:
        self._operation, self._decoder = operation, decoder
        self._strict, self._fetch = strict, fetch

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._operation.id})"

    def _read(self, walk: Walk, answer: Answer) -> tuple[P, list[T], str | None]:
        raw = parse_json(answer.content, self._operation.id)
        page = self._decoder.decode(answer.content, self._operation.id, strict=self._strict)
        fresh = walk.fresh(raw)
        name = walk._rule.result_key.removeprefix("/")
        rows = getattr(page, name)
        return page, [rows[index] for index in fresh], walk.next_token(raw)


class Pager(_Pages[T, P]):
    """An iterator over the rows of all pages; `pages()` iterates over the pages as they came.

    Rows that appear again because others moved between two requests are given once.
    """

    def __iter__(self) -> Iterator[T]:
        for _, rows in self._walk():
            yield from rows

    def pages(self) -> Iterator[P]:
        """The pages, with whatever rows they hold."""
        for page, _ in self._walk():
            yield page

    def first_page(self) -> P:
        """The page that was asked for, and no other."""
        return next(self.pages())

    def _walk(self) -> Iterator[tuple[P, list[T]]]:
        walk, token = Walk(self._operation), None
        while True:
            answer = self._fetch(token)
            page, rows, token = self._read(walk, answer)
            yield page, rows
            if token is None:
                return


class AsyncPager(_Pages[T, P]):
    """The same, asynchronously."""

    _fetch: Callable[..., Awaitable[Answer]]

    async def __aiter__(self) -> AsyncIterator[T]:
        async for _, rows in self._walk():
            for row in rows:
                yield row

    async def pages(self) -> AsyncIterator[P]:
        """The pages, with whatever rows they hold."""
        async for page, _ in self._walk():
            yield page

    async def first_page(self) -> P:
        """The page that was asked for, and no other."""
        return await anext(self.pages())

    async def _walk(self) -> AsyncIterator[tuple[P, list[T]]]:
        walk, token = Walk(self._operation), None
        while True:
            answer = await self._fetch(token)
            page, rows, token = self._read(walk, answer)
            yield page, rows
            if token is None:
                return
