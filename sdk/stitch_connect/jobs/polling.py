"""One poll: the fewest requests that can tell something new of the jobs on a board."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

from stitch_connect_runtime.errors import (
    APIError,
    BadRequest,
    BudgetExhausted,
    NotFound,
    RateLimited,
    ServerError,
    StitchError,
    TransportError,
    UnexpectedResponse,
)

from .._flow import Flow, Rows
from .board import SECONDS_PER_REQUEST, Board, Case
from .logs import streams_with_rows, tells
from .pages import Map, Visit

PASSING = (BudgetExhausted, RateLimited, ServerError, TransportError, UnexpectedResponse)
LOGS_PER_POLL = 3
LOG_ATTEMPTS = 2


@dataclass(slots=True)
class _Spent:
    """Requests of the budget that a poll has made."""

    requests: int = 0


def poll(api: Any, board: Board, token: object, *, raising: bool = False) -> Flow[None]:
    """Ask for what is not known of the jobs on the board, and pin it there.

    Arguments:
        api: The client to ask with.
        token: What :meth:`Board.claim` returned.
        raising: Raise also what may pass, such as a broken connection.
    """
    spent = _Spent()
    earliest = 0.0
    try:
        yield from _poll(api, board, spent)
        board.trouble = None
    except PASSING as error:
        board.trouble = type(error).__name__
        earliest = getattr(error, "next_fits_at", 0.0)
        if raising:
            raise
    finally:
        due = api.clock.now() + max(1, spent.requests) * SECONDS_PER_REQUEST
        board.release(token, max(due, earliest))


def _poll(api: Any, board: Board, spent: _Spent) -> Flow[None]:
    now = api.clock.now
    cases = board.open_cases(now())
    yield from _poll_extractions(api, board, [c for c in cases if c.extraction is None], spent)
    extracted = [case for case in board.open_cases(now()) if case.extraction]
    for case in extracted:
        if case.selection == "unread":
            yield from _read_selection(api, board, case)
    yield from _poll_loads(api, board, extracted, spent)
    wanting = [case for case in board.open_cases(now()) if case.wants_log]
    for case in wanting[:LOGS_PER_POLL]:
        yield from _read_log(api, board, case, spent)


def _poll_extractions(api: Any, board: Board, cases: list[Case], spent: _Spent) -> Flow[None]:
    if not cases:
        return
    listed = partial(api.extractions.list, cases[0].handle.client_id)
    wanted = {case.handle.source_id for case in cases}
    rows = yield from _visit(listed, "source_id", wanted, board.extractions, spent)
    found = {row.source_id: row for row in rows if row.job_name and row.completion_time}
    now = api.clock.now()

    def pin() -> None:
        for case in cases:
            case.saw_extraction(found.get(case.handle.source_id))
            case.observed = now

    board.note(pin)


def _read_selection(api: Any, board: Board, case: Case) -> Flow[None]:
    """Read which streams are selected, and the name under which the source loads."""
    selected: tuple[tuple[str, str], ...] = ()
    try:
        source = yield api.sources.get(case.handle.source_id)
        streams = yield api.streams.list(case.handle.source_id)
        selected = tuple((s.tap_stream_id, s.stream_name) for s in streams if s.selected)
        case.source_name, case.selection = source.name, "read"
    except (BadRequest, NotFound):
        case.selection = "missing"
    board.note(lambda: setattr(case, "selected", selected))


def _poll_loads(api: Any, board: Board, cases: list[Case], spent: _Spent) -> Flow[None]:
    wanted = {name for case in cases for name in case.load_names}
    if not wanted:
        return
    listed = partial(api.loads.list, cases[0].handle.client_id)
    rows = yield from _visit(listed, "stream_name", wanted, board.loads, spent)
    now = api.clock.now()

    def pin() -> None:
        for case in cases:
            names = set(case.load_names)
            mine = [r for r in rows if r.source_name == case.source_name and r.stream_name in names]
            case.saw_loads(mine, now)
            case.observed = now

    board.note(pin)


def _read_log(api: Any, board: Board, case: Case, spent: _Spent) -> Flow[None]:
    spent.requests += 1
    stream = api.extractions.logs(case.handle.client_id, case.job_name, budget_wait=0)
    try:
        lines = yield Rows(stream, tells)
    except BudgetExhausted:
        raise
    except StitchError as error:
        case.log_failures += 1
        if _is_final(error) or case.log_failures >= LOG_ATTEMPTS:
            board.note(lambda: case.saw_log(None))
        return
    board.note(lambda: case.saw_log(streams_with_rows(lines)))


def _is_final(error: StitchError) -> bool:
    return isinstance(error, APIError) and not isinstance(error, PASSING)


def _visit(
    listed: Callable[..., Any], key: str, wanted: Iterable[Any], known: Map, spent: _Spent
) -> Flow[list[Any]]:
    visit = Visit(
        lambda number: listed(page=number, budget_wait=0).first_page(), attrgetter(key), known
    )
    try:
        return (yield from visit.rows(wanted))
    finally:
        spent.requests += visit.requests
