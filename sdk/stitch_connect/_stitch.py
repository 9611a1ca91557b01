"""`Stitch` and `AsyncStitch`: the generated client, and flows written once for both.

A flow is a generator that yields what a call returned: an answer from the sync client, an
awaitable from the async one. The two drivers at the end are all that knows the difference.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime.errors import AlreadyRunning

from .jobs import JobHandle, JobStatus, extraction_status, listed, load_status
from .lookup import match_source

if TYPE_CHECKING:
    from stitch_connect_api.models import Source

T = TypeVar("T")
Flow = Generator[Any, Any, T]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a paged list that match; the first alone where one is enough."""

    pager: Any
    keep: Callable[[Any], bool]
    first: bool = False


def _find_source(api: Any, source: int | str) -> Flow["Source"]:
    if isinstance(source, int):
        found: Source = yield api.sources.get(source)
        return found
    return match_source((yield api.sources.list()), source)


def _start(api: Any, source_id: int) -> Flow[JobHandle]:
    try:
        job = yield api.replication_jobs.start(source_id)
    except AlreadyRunning:
        source = yield api.sources.get(source_id)
        handle = JobHandle(source.stitch_client_id, source_id)
        last = yield from _last_extraction(api, handle)
        # A job that ended between the two answers is taken for an earlier one.
        return JobHandle(
            handle.client_id, source_id, after=last.job_name.rpartition(".")[2] if last else None
        )
    return JobHandle.parse(job.job_name)


def _status(api: Any, job: JobHandle | str) -> Flow[JobStatus]:
    handle = JobHandle.parse(job) if isinstance(job, str) else job
    extraction = yield from _last_extraction(api, handle)
    status = extraction_status(handle, extraction)
    if status is not None:
        return status
    source = yield api.sources.get(handle.source_id)
    streams = yield api.streams.list(handle.source_id)
    loads = yield _Rows(
        api.loads.list(handle.client_id), lambda load: load.source_name == source.name
    )
    return load_status(extraction, loads, {s.stream_name for s in streams if s.selected})


def _last_extraction(api: Any, handle: JobHandle) -> Flow[Any]:
    pager = api.extractions.list(handle.client_id)
    rows = yield _Rows(pager, lambda row: row.source_id == handle.source_id, first=True)
    return listed(handle, rows)


class Jobs:
    """Replication jobs as one thing: extraction and loads."""

    def __init__(self, stitch: "Stitch") -> None:
        self._stitch = stitch

    def start(self, source_id: int) -> JobHandle:
        """Start a replication job, or attach to the one that is running.

        Raises:
            BadRequest: No such source, or a deleted one.
        """
        return _drive(_start(self._stitch, source_id))

    def status(self, job: JobHandle | str) -> JobStatus:
        """Return what is known of a job now; costs one or two requests of the jobs budget.

        Raises:
            InvalidHandle: Not the handle of a job.
            BudgetExhausted: The account's budget is used up for the moment.
        """
        return _drive(_status(self._stitch, job))


class AsyncJobs:
    """Replication jobs as one thing: extraction and loads."""

    def __init__(self, stitch: "AsyncStitch") -> None:
        self._stitch = stitch

    async def start(self, source_id: int) -> JobHandle:
        """Like :meth:`Jobs.start`."""
        return await _adrive(_start(self._stitch, source_id))

    async def status(self, job: JobHandle | str) -> JobStatus:
        """Like :meth:`Jobs.status`."""
        return await _adrive(_status(self._stitch, job))


class Stitch(Client):
    """The Stitch Connect API, and `jobs`. See :class:`stitch_connect_api.Client`."""

    @cached_property
    def jobs(self) -> Jobs:
        """Start jobs and learn what became of them."""
        return Jobs(self)

    def find_source(self, source: int | str) -> "Source":
        """Return a source by id, exact name or display name.

        Raises:
            UnknownSource: No source has that name.
            AmbiguousSource: Several have it.
            NotFound: No source has that id.
        """
        return _drive(_find_source(self, source))


class AsyncStitch(AsyncClient):
    """The Stitch Connect API, and `jobs`. See :class:`stitch_connect_api.AsyncClient`."""

    @cached_property
    def jobs(self) -> AsyncJobs:
        """Start jobs and learn what became of them."""
        return AsyncJobs(self)

    async def find_source(self, source: int | str) -> "Source":
        """Like :meth:`Stitch.find_source`."""
        return await _adrive(_find_source(self, source))


def _drive(flow: Flow[T]) -> T:
    answer: Any = None
    while True:
        try:
            step = flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = _rows(step) if isinstance(step, _Rows) else step


def _rows(wanted: _Rows) -> list[Any]:
    rows = []
    for row in wanted.pager:
        if wanted.keep(row):
            rows.append(row)
            if wanted.first:
                break
    return rows


async def _adrive(flow: Flow[T]) -> T:
    answer: Any = None
    failed: Exception | None = None
    while True:
        try:
            step = flow.throw(failed) if failed else flow.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer, failed = None, None
        try:
            answer = await (_arows(step) if isinstance(step, _Rows) else step)
        except Exception as error:  # noqa: BLE001  # handed to the flow, which may know what to do with it
            failed = error


async def _arows(wanted: _Rows) -> list[Any]:
    rows = []
    async for row in wanted.pager:
        if wanted.keep(row):
            rows.append(row)
            if wanted.first:
                break
    return rows
