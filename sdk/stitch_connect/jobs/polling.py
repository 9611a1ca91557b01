"""One poll: the fewest requests that can tell something new of the jobs on a board."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any

from stitch_connect_runtime.errors import (
    BudgetExhausted,
    ConfigurationError,
    NotFound,
    RateLimited,
    ServerError,
    StitchError,
    TransportError,
    Unauthorized,
    UnexpectedResponse,
)

from .. import _sound
from .._flow import Flow, Rows
from .board import BURST, RESERVE, SECONDS_PER_REQUEST, Board, Sweep
from .case import Case
from .logs import Log
from .outcome import is_sound

PASSING = (BudgetExhausted, RateLimited, ServerError, TransportError, UnexpectedResponse)
OF_THE_CLIENT = (BudgetExhausted, ConfigurationError, Unauthorized)  # not of the job asked for
LOGS_PER_SWEEP = 5
ATTEMPTS = 3  # at what is asked for one job alone


class _Enough(Exception):
    """The poll has made its requests, or its time is up; another one goes on."""


@dataclass(slots=True)
class _Turn:
    """What one poll has made and may still make.

    Arguments:
        api: The client to ask with.
        ends: The time after which nothing more is asked for.
        only: The one job that is asked for before it is due; None for a sweep of all.
    """

    api: Any
    board: Board
    sweep: Sweep
    ends: float
    only: Case | None
    requests: int = 0

    @property
    def once(self) -> Any:
        """The client that asks: a sweep repeats nothing at once, for the next one asks again."""
        if self.only is not None:
            return self.api
        kept = self.api.__dict__
        if "_unrepeating" not in kept:
            kept["_unrepeating"] = self.api.with_options(max_retries=0, budget=self.api._budget)
        return kept["_unrepeating"]

    def cases(self) -> list[Case]:
        found = self.board.open_cases(self.api.clock.now())
        return found if self.only is None else [case for case in found if case is self.only]

    def check(self) -> None:
        if self.api.clock.now() >= self.ends:
            raise _Enough

    def spend(self, limit: float) -> None:
        """Count a request of the budget."""
        self.check()
        if self.requests >= limit:
            raise _Enough
        self.requests += 1


def poll(
    api: Any, board: Board, token: object, *, ends: float = inf, only: Case | None = None
) -> Flow[None]:
    """Ask for what is not known of the jobs on the board, and pin it there.

    Arguments:
        api: The client to ask with.
        token: What :meth:`Board.claim` returned.
        ends: The time after which nothing more is asked for.
        only: Ask for this job alone; while nothing is known of it, raise also what may pass.
    """
    now, urgent = api.clock.now, only is not None
    turn = _Turn(api, board, board.resume(now(), urgent=urgent), ends, only)
    earliest = 0.0
    try:
        yield from _sweep(turn)
        board.finish(turn.sweep)
        board.trouble = None
    except _Enough:
        board.trouble = None
    except PASSING as error:
        board.trouble = type(error).__name__
        earliest = getattr(error, "next_fits_at", 0.0)
        if only is not None and only.observed is None:
            raise
    except StitchError as error:
        board.refuse(api, error)
        raise
    finally:
        due = now() + max(1, turn.requests) * SECONDS_PER_REQUEST
        board.release(token, now(), max(due, earliest), urgent=urgent)


def _sweep(turn: _Turn) -> Flow[None]:
    yield from _poll_extractions(turn, [c for c in turn.cases() if c.extraction is None])
    wanting = [case for case in turn.cases() if case.wants_loads]
    for case in wanting:
        if case.selection == "unread":
            yield from _read_selection(turn, case)
    yield from _poll_loads(turn, [case for case in wanting if case.selection != "unread"])
    for case in [case for case in turn.cases() if case.wants_log][:LOGS_PER_SWEEP]:
        yield from _read_log(turn, case)


def _poll_extractions(turn: _Turn, cases: list[Case]) -> Flow[None]:
    if not cases:
        return
    listed = partial(turn.once.extractions.list, cases[0].handle.client_id)
    wanted = {case.handle.source_id for case in cases}
    limit = BURST if turn.only is None else inf
    rows, at = yield from _visit(turn, listed, "source_id", int, wanted, limit)
    found = {row.source_id: row for row in rows if is_sound(row)}

    def pin() -> None:
        for case in cases:
            case.saw_extraction(found.get(case.handle.source_id), at)

    turn.board.note(pin)


def _read_selection(turn: _Turn, case: Case) -> Flow[None]:
    """Read which streams are selected, and the name under which the source loads."""
    source_id = case.handle.source_id
    name, selected = None, None
    try:
        turn.check()
        name = (yield turn.once.sources.get(source_id)).name
        turn.check()
        selected = tuple(_selected((yield turn.once.streams.list(source_id))))
    except OF_THE_CLIENT:
        raise
    except StitchError as error:
        case.failures += 1
        if isinstance(error, PASSING) and case.failures < ATTEMPTS:
            return
    turn.board.note(lambda: case.saw_selection(name, selected))


def _selected(streams: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for stream in _sound.rows(streams, stream_name=str):
        if stream.selected is True:
            yield _sound.only(stream.tap_stream_id, str) or stream.stream_name, stream.stream_name


def _poll_loads(turn: _Turn, cases: list[Case]) -> Flow[None]:
    wanted = {name for case in cases for name in case.load_names}
    if not wanted:
        return
    listed = partial(turn.once.loads.list, cases[0].handle.client_id)
    limit = BURST if turn.only is None else RESERVE
    rows, at = yield from _visit(turn, listed, "stream_name", str, wanted, limit)
    of_source: defaultdict[str, list[Any]] = defaultdict(list)
    for row in _sound.rows(rows, source_name=str):
        of_source[row.source_name].append(row)

    def pin() -> None:
        for case in cases:
            case.saw_loads(of_source.get(case.source_name or "", ()), at)

    turn.board.note(pin)


def _read_log(turn: _Turn, case: Case) -> Flow[None]:
    turn.spend(BURST if turn.only is None else RESERVE)
    stream = turn.once.extractions.logs(case.handle.client_id, case.job_name, budget_wait=0)
    log, there = Log(), False
    try:
        yield Rows(stream, log.take)
        there = True
    except OF_THE_CLIENT:
        raise
    except StitchError as error:
        case.failures += 1
        if not isinstance(error, NotFound) and case.failures < ATTEMPTS:
            return
    turn.board.note(lambda: case.saw_log(log.sent if there else None, there=there))


def _visit(
    turn: _Turn,
    listed: Callable[..., Any],
    attribute: str,
    kind: type,
    wanted: Iterable[Any],
    limit: float,
) -> Flow[tuple[list[Any], float]]:
    """Return the rows that can be looked for, and how old the oldest may be."""

    def fetch(number: int) -> Any:
        turn.spend(limit)
        return listed(page=number, budget_wait=0).first_page()

    visit = turn.board.visit(turn.sweep, attribute, kind, turn.api.clock.now())
    return (yield from visit.rows(fetch, wanted)), visit.began
