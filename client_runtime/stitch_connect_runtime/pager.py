"""Lists that come in pages: followed by relative links, bounded, without repeated rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, TypeVar
from urllib.parse import SplitResult, parse_qs, urlsplit

from .decode import Decoder, parse_json, unexpected
from .forgetting import forgetting
from .operations import Operation, Pagination
from .pointers import at
from .records import Answer

T = TypeVar("T")
P = TypeVar("P")
MAX_PAGES = 1000


class Page(Generic[P]):
    """A page as plain JSON values, which the rules of the contract are about, and typed.

    Its repr shows neither: it is among the locals of the tracebacks of errors.
    """

    __slots__ = ("raw", "typed")

    def __init__(self, raw: Any, typed: P) -> None:
        self.raw, self.typed = raw, typed


class Walk:
    """What is known while pages are walked: which links and which rows have been seen."""

    def __init__(self, operation: Operation) -> None:
        if operation.pagination is None:
            raise TypeError(f"{operation.id} has no pages")
        self._operation, self.rule = operation, operation.pagination
        self._rows: set[tuple[Any, ...]] = set()
        self._tokens: set[str] = set()

    @forgetting
    def fresh(self, page: Page[Any]) -> list[int]:
        """Which rows of a page have not been on an earlier one."""
        rows = at(page.raw, self.rule.result_key)
        if not isinstance(rows, list):
            raise unexpected(self._operation.id, f"the page has no list at {self.rule.result_key}")
        kept = []
        for index, row in enumerate(rows):
            identity = _identity(self.rule, row)
            if identity is None or identity not in self._rows:
                kept.append(index)
            if identity is not None:
                self._rows.add(identity)
        return kept

    @forgetting
    def next_token(self, page: Page[Any]) -> str | None:
        """The token of the page after this one.

        Raises:
            UnexpectedResponse: a link to elsewhere, one that was followed before, or too many.
        """
        link = at(page.raw, self.rule.output_token)
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
        parts = _relative(link)
        if parts is None:
            raise unexpected(self._operation.id, "the next page is not a relative link")
        found = parse_qs(parts.query).get(self.rule.input_token)
        if not found or len(found) != 1:
            raise unexpected(self._operation.id, "the link to the next page names no page")
        return found[0]


def _relative(link: Any) -> SplitResult | None:
    """The parts of a link to the same host, which names none."""
    if not isinstance(link, str) or "\\" in link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else parts


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

    @forgetting
    def _read(self, answer: Answer) -> Page[P]:
        content, name = answer.utf8(), self._operation.id
        raw = parse_json(content, name)
        return Page(raw, self._decoder.decode(content, name, strict=self._strict))

    @forgetting
    def _rows(self, walk: Walk, page: Page[P]) -> list[T]:
        rows = attribute(page.typed, walk.rule.result_key)
        return [rows[index] for index in walk.fresh(page)]


def attribute(value: Any, pointer: str) -> Any:
    """The typed value that a JSON Pointer names in a model."""
    for part in pointer.split("/")[1:]:
        fields = type(value).model_fields.items()
        name = next((name for name, field in fields if part in (field.alias, name)), part)
        value = getattr(value, name)
    return value


class Pager(_Pages[T, P]):
    """An iterator over the rows of all pages; `pages()` iterates over the pages as they came.

    Rows that appear again because others moved between two requests are given once.
    """

    _fetch: Callable[[str | None], Answer]

    def __iter__(self) -> Iterator[T]:
        walk = Walk(self._operation)
        for page in self._walk(walk):
            yield from self._rows(walk, page)

    def pages(self) -> Iterator[P]:
        """The pages, with whatever rows they hold."""
        for page in self._walk(Walk(self._operation)):
            yield page.typed

    def first_page(self) -> P:
        """The page that was asked for, and no other."""
        return self._read(self._fetch(None)).typed

    def _walk(self, walk: Walk) -> Iterator[Page[P]]:
        token = None
        while True:
            page = self._read(self._fetch(token))
            yield page
            token = walk.next_token(page)
            if token is None:
                return


class AsyncPager(_Pages[T, P]):
    """An iterator over the rows of all pages; `pages()` iterates over the pages as they came.

    Rows that appear again because others moved between two requests are given once.
    """

    _fetch: Callable[[str | None], Awaitable[Answer]]

    async def __aiter__(self) -> AsyncIterator[T]:
        walk = Walk(self._operation)
        async for page in self._walk(walk):
            for row in self._rows(walk, page):
                yield row

    async def pages(self) -> AsyncIterator[P]:
        """The pages, with whatever rows they hold."""
        async for page in self._walk(Walk(self._operation)):
            yield page.typed

    async def first_page(self) -> P:
        """The page that was asked for, and no other."""
        return self._read(await self._fetch(None)).typed

    async def _walk(self, walk: Walk) -> AsyncIterator[Page[P]]:
        token = None
        while True:
            page = self._read(await self._fetch(token))
            yield page
            token = walk.next_token(page)
            if token is None:
                return
