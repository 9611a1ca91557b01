"""Lists: a page of the rows that are wanted, as many as fit, and a cursor to the others.

A cursor says where to go on. It is bound to the tool and its filters, and holds a position and the
fingerprint of the row before it, nothing of the account: rows that come or go meanwhile neither
repeat nor hide another. Sizes are limited for text and structured content alike.
"""

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from .calls import Call
from .recent import Known
from .weight import RESULT_CAP, weight_of

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)
ROOM = RESULT_CAP - 500  # tokens for rows
MOST_CHUNKS = 10  # read for one answer
CHUNK = 100  # rows of a page of the API

Detail = Literal["concise", "full"]
Limit = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[str | None, Field(max_length=100)]
Search = Annotated[str | None, Field(min_length=1, max_length=80)]


class InvalidCursor(ValueError):
    """A cursor that is not of this list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list was asked for.

    Arguments:
        tool: The list.
        limit: How many rows at most.
        cursor: Where to go on.
        filters: What the rows were asked to be; a cursor of other filters is refused.
    """

    tool: str
    limit: int
    cursor: str | None
    filters: Mapping[str, Any] = field(default_factory=dict)


def by_id(row: Any) -> object:
    """Return what tells a row from the others: mostly its id."""
    return row.id


def everything(row: Any) -> bool:
    """Keep a row, whatever it is."""
    return True


@dataclass
class Page(Generic[R]):
    """The rows that fit.

    Arguments:
        next: The cursor to the rows after them.
        note: Why there are fewer than were asked for.
        freshness: How old the rows are, where that is not now.
    """

    rows: list[R] = field(default_factory=list)
    next: str | None = None
    note: str | None = None
    freshness: str | None = None

    @property
    def rest(self) -> dict[str, str | None]:
        """What an answer says besides the rows."""
        return {"next": self.next, "note": self.note, "freshness": self.freshness}


@dataclass(frozen=True)
class Chunk(Generic[T]):
    """Consecutive rows of a list, where in it they begin, and where the next ones do."""

    rows: Sequence[T]
    start: int = 0
    end: int | None = None  # None after the last
    known: Known[Any] | None = None


async def page_of(
    asked: Asked,
    rows: Sequence[T],
    show: Callable[[T], R],
    keep: Callable[[T], bool] = everything,
    key: Callable[[T], object] = by_id,
) -> Page[R]:
    """Return a page of rows that are all known.

    Arguments:
        show: Makes the row of an answer.
        keep: Whether a row is wanted.
        key: What tells a row from the others.
    """

    async def whole(position: int) -> Chunk[T]:
        return Chunk(rows)

    return await page_through(asked, whole, show, keep, key)


async def page_through(
    asked: Asked,
    chunk_at: Callable[[int], Awaitable[Chunk[T]]],
    show: Callable[[T], R],
    keep: Callable[[T], bool] = everything,
    key: Callable[[T], object] = by_id,
) -> Page[R]:
    """Return a page of rows that are read in chunks, a bounded number of them."""
    page, room = Page[R](), ROOM
    position, anchor = _decode(asked)
    chunk = await chunk_at(max(position - 1, 0))
    position = _found_again(chunk, key, position, anchor)
    for number in range(1, MOST_CHUNKS + 1):
        page.freshness = page.freshness or (chunk.known.sentence if chunk.known else None)
        for row in chunk.rows[max(position - chunk.start, 0) :]:
            shown = show(row) if keep(row) else None
            if shown is not None:
                room -= weight_of(shown.model_dump(mode="json", exclude_none=True))
                if page.rows and (room < 0 or len(page.rows) == asked.limit):
                    return _cut(page, _encode(asked, position, anchor), full=room < 0)
                page.rows.append(shown)
            position, anchor = position + 1, _print(key(row))
        if chunk.end is None:
            return page
        position = chunk.end
        if number < MOST_CHUNKS:
            chunk = await chunk_at(position)
    page.note = f"{position} rows were looked at; the cursor goes on after them"
    page.next = _encode(asked, position, anchor)
    return page


def _cut(page: Page[R], cursor: str, *, full: bool) -> Page[R]:
    page.next = cursor
    if full:
        page.note = f"{len(page.rows)} rows fit into an answer; narrow with the filters, or go on"
    return page


def that_fit(rows: Sequence[R]) -> list[R]:
    """Return the first rows of a list without a cursor, as many as fit into an answer."""
    fitting, room = list[R](), ROOM
    for row in rows:
        room -= weight_of(row.model_dump(mode="json", exclude_none=True))
        if room < 0:
            break
        fitting.append(row)
    return fitting


# Cursors -----------------------------------------------------------------------------------------


def _encode(asked: Asked, position: int, anchor: str) -> str:
    text = f"{position}.{anchor}.{_seal(asked)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(asked: Asked) -> tuple[int, str]:
    if asked.cursor is None:
        return 0, ""
    try:
        padded = asked.cursor + "=" * (-len(asked.cursor) % 4)
        position, anchor, seal = base64.urlsafe_b64decode(padded).decode("ascii").split(".")
        number = int(position)
    except (ValueError, binascii.Error):
        raise InvalidCursor from None
    if seal != _seal(asked) or not 0 < number < 10**9:
        raise InvalidCursor
    return number, anchor


def _found_again(chunk: Chunk[T], key: Callable[[T], object], position: int, anchor: str) -> int:
    """Where to go on: after the row that was the last, wherever it is now."""
    for index, row in enumerate(chunk.rows if anchor else ()):
        if _print(key(row)) == anchor:
            return chunk.start + index + 1
    return position


def _seal(asked: Asked) -> str:
    return _print([asked.tool, sorted(asked.filters.items())])


def _print(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:10]


# Lists that come in pages and count against the budget ------------------------------------------


def chunks_of(call: Call, name: str, listed: Callable[..., Any]) -> Callable[[int], Awaitable[Any]]:
    """Return how to read the chunk of a position, from what is known or from Stitch.

    Arguments:
        name: Names the list among those of the account.
        listed: Lists its rows, a page by number.
    """

    async def chunk_at(position: int) -> Chunk[Any]:
        number = position // CHUNK + 1

        async def read() -> Any:
            return await listed(page=number).first_page()

        known: Known[Any] = await call.recent.ask((name, number), call.now, read)
        more = getattr(known.value.links, "next", None)
        return Chunk(
            known.value.data, (number - 1) * CHUNK, number * CHUNK if more else None, known
        )

    return chunk_at
