"""What can be done with jobs, as flows for both clients."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from stitch_connect_runtime.errors import AlreadyRunning, InvalidArgument, UnexpectedResponse

from .. import _sound
from .._flow import Flow, Sleep
from ..lookup import find_client_id, source_id_of
from .board import Board, board_of
from .handles import InvalidHandle, JobHandle
from .outcome import is_sound
from .pages import Map, Visit
from .polling import poll
from .status import JobStatus

if TYPE_CHECKING:
    from datetime import datetime

    from stitch_connect_api.models import Extraction, Source

Progress = Callable[[JobStatus], Any]
LONGEST = 1e9  # seconds that a deadline may be away
PEEKS = 60  # looks at a poll that another waiter is making


def start(api: Any, source: "int | str | Source", attach: bool) -> Flow[JobHandle]:
    """Start a job, or attach to the one that runs."""
    source_id = yield from source_id_of(api, source)
    try:
        job = yield api.replication_jobs.start(source_id)
    except AlreadyRunning as error:
        if not attach:
            raise
        refused = error
    else:
        return _noted(api, _handle_of_new(job.job_name))
    client_id = _sound.only((yield api.sources.get(source_id)).stitch_client_id, int)
    if client_id is None:
        client_id = yield from find_client_id(api)
    last = yield from _last_extraction(api, client_id, source_id)
    if last is not None and _ended_since(last, refused):
        return _handle_of_new(last.job_name)
    return _noted(api, JobHandle.following(client_id, source_id, last))


def _handle_of_new(job_name: Any) -> JobHandle:
    try:
        return JobHandle.parse(job_name)
    except InvalidHandle:
        pass
    raise UnexpectedResponse("a job was started, but its name is not as documented", status=200)


def _noted(api: Any, handle: JobHandle) -> JobHandle:
    board_of(api, handle.client_id).remember(handle)
    return handle


def stop(api: Any, source: "int | str | Source") -> Flow[None]:
    """Stop the job that runs, if any."""
    source_id = yield from source_id_of(api, source)
    yield api.replication_jobs.stop(source_id)


def status(api: Any, job: JobHandle | str) -> Flow[JobStatus]:
    """Tell what is known of a job; ask once if nothing is, or if a poll is due."""
    handle = handle_of(api, job)
    board, now = board_of(api, handle.client_id), api.clock.now
    case = board.asked(handle, now())
    for _ in range(PEEKS):
        known, missed = board.status(case, now()), board.missed(case)
        if known.ended:
            return known
        pause, token = board.claim(now(), urgent=missed)
        if token:
            yield from poll(api, board, token, only=case if missed else None)
            return board.status(case, now())
        if not missed:
            return known
        yield Sleep(pause)
    return board.status(case, now())


def wait(
    api: Any, job: JobHandle | str, deadline: float, on_progress: Progress | None
) -> Flow[JobStatus]:
    """Wait until a job is settled, or the deadline has passed."""
    check_waiting(deadline, on_progress)
    handle, ends = handle_of(api, job), api.clock.now() + deadline
    board, told = board_of(api, handle.client_id), None
    refused = board.refusal(api)
    with board.watching(handle) as case:
        while True:
            now = api.clock.now()
            known = board.status(case, now)
            if on_progress and (news := _news(known)) != told:
                told = news
                yield on_progress(known)
            if known.ended:
                return known
            if now >= ends:
                return _unsettled(known, deadline, board)
            if (error := board.refusal(api)) is not refused and error:
                raise copy(error)
            pause, token = board.claim(now)
            if token:
                yield from poll(api, board, token, ends=ends)
            else:
                yield Sleep(min(pause, ends - now))


def start_and_wait(
    api: Any, source: "int | str | Source", deadline: float, on_progress: Progress | None
) -> Flow[JobStatus]:
    """Start a job, or attach to the one that runs, and wait for it."""
    check_waiting(deadline, on_progress)
    handle = yield from start(api, source, attach=True)
    return (yield from wait(api, handle, deadline, on_progress))


def handle_of(api: Any, job: JobHandle | str) -> JobHandle:
    """Read a handle, which must be one of the client's own account where that is known.

    Raises:
        InvalidHandle: Not a handle.
        InvalidArgument: The handle of another account's job.
    """
    if not isinstance(job, JobHandle | str):
        raise InvalidHandle
    handle = JobHandle.parse(job) if isinstance(job, str) else job
    if api.client_id is not None and handle.client_id != api.client_id:
        raise InvalidArgument(
            f"the job is of account {handle.client_id}, this client's is {api.client_id}"
        )
    return handle


def check_waiting(deadline: float, on_progress: object) -> None:
    """Check how a job is to be waited for.

    Raises:
        InvalidArgument: The deadline is no number of seconds, or what is to be called cannot be.
    """
    number = _sound.is_a(deadline, int) or _sound.is_a(deadline, float)
    if not number or not 0 <= deadline <= LONGEST:
        raise InvalidArgument("deadline is a number of seconds from now, such as deadline=3600")
    if on_progress is not None and not callable(on_progress):
        raise InvalidArgument("on_progress is called with each status, as on_progress=print")


def _last_extraction(api: Any, client_id: int, source_id: int) -> "Flow[Extraction | None]":
    listed = partial(api.extractions.list, client_id)
    visit = Visit("source_id", int, Map())
    rows = yield from visit.rows(lambda number: listed(page=number).first_page(), [source_id])
    return next((row for row in rows if row.source_id == source_id and is_sound(row)), None)


def _ended_since(last: "Extraction", refused: AlreadyRunning) -> bool:
    """Whether the listed job was the one that ran: both times are Stitch's."""
    at = _date(refused)
    return at is not None and last.completion_time >= at


def _date(error: AlreadyRunning) -> "datetime | None":
    headers = dict(error.response.headers) if error.response else {}
    try:
        found = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return found if found.tzinfo else None


def _news(status: JobStatus) -> tuple[object, ...]:
    return status.state, status.job, status.loaded, status.expected, status.failures


def _unsettled(known: JobStatus, deadline: float, board: Board) -> JobStatus:
    trouble = f" (the last poll ended in {board.trouble})" if board.trouble else ""
    why = f"{deadline:.0f} s have passed{trouble}"
    if known.age is None:
        return replace(known, state="unknown", message=f"{why}; nothing is known of the job")
    return known.unsettled(why)
