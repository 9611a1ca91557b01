"""`stitch.jobs`, for the sync and the async client."""

from typing import TYPE_CHECKING

from .. import _flow
from . import flows
from .flows import Progress
from .handles import JobHandle
from .status import JobStatus

if TYPE_CHECKING:
    from stitch_connect_api import AsyncClient, Client
    from stitch_connect_api.models import Source

DEADLINE = 3600.0


class Jobs:
    """Replication jobs as one thing: extraction and loads.

    Jobs that are waited for share one poll per account in a process, however many threads or tasks
    wait, so that the account stays within 30 requests in 10 minutes and keeps a few of them free.
    """

    def __init__(self, stitch: "Client") -> None:
        self._stitch = stitch

    def start(self, source: "int | str | Source", *, attach: bool = True) -> JobHandle:
        """Start a replication job, or attach to the one that is running.

        Arguments:
            source: An id, a name or display name, or a source.
            attach: Without it, a job that is running already is an error.

        Returns:
            What names the job; `str()` of it survives a restart.

        Raises:
            AlreadyRunning: A job of the source runs already, and `attach` is False.
            BadRequest: No such source, or a deleted one.
            UnknownSource, AmbiguousSource: The name is nobody's, or several sources'.

        Documentation:
        https://www.stitchdata.com/docs/developers/stitch-connect/api#start-a-replication-job
        """
        return _flow.drive(flows.start(self._stitch, source, attach))

    def stop(self, source: "int | str | Source") -> None:
        """Stop the job of a source that is running, if any.

        Raises:
            BadRequest: No such source, or a deleted one.

        Documentation:
        https://www.stitchdata.com/docs/developers/stitch-connect/api#stop-a-replication-job
        """
        _flow.drive(flows.stop(self._stitch, source))

    def status(self, job: JobHandle | str) -> JobStatus:
        """Return what is known of a job, without waiting for more.

        Stitch is asked if nothing is known yet or a poll is due; `age` says how old the answer is
        and `refresh_in` when it can be newer.

        Raises:
            InvalidHandle: Not the handle of a job.
            BudgetExhausted: Nothing is known yet, and the account's budget is used up.
        """
        return _flow.drive(flows.status(self._stitch, job), self._stitch.clock)

    def wait(
        self,
        job: JobHandle | str,
        *,
        deadline: float = DEADLINE,
        on_progress: Progress | None = None,
    ) -> JobStatus:
        """Wait until what a job extracted is loaded, or it has failed, or the deadline has passed.

        Troubles that may pass (a broken connection, a 5xx, a used-up budget) are waited out.

        Arguments:
            job: What `start` returned, or `str()` of it, also from another process.
            deadline: Seconds to wait at most, an answer that is on its way excepted; then the
                state is `unknown`.
            on_progress: Called with the status whenever it has changed.

        Raises:
            InvalidHandle: Not the handle of a job.
            Unauthorized: The token is not valid (any more).
        """
        flow = flows.wait(self._stitch, job, deadline, on_progress)
        return _flow.drive(flow, self._stitch.clock)

    def start_and_wait(
        self,
        source: "int | str | Source",
        *,
        deadline: float = DEADLINE,
        on_progress: Progress | None = None,
    ) -> JobStatus:
        """Start a job, or attach to the one that is running, and wait; see `start` and `wait`."""
        flow = flows.start_and_wait(self._stitch, source, deadline, on_progress)
        return _flow.drive(flow, self._stitch.clock)


class AsyncJobs:
    """Replication jobs as one thing: extraction and loads. See :class:`Jobs`."""

    def __init__(self, stitch: "AsyncClient") -> None:
        self._stitch = stitch

    async def start(self, source: "int | str | Source", *, attach: bool = True) -> JobHandle:
        """Start a job, or attach to the one that is running; see :meth:`Jobs.start`."""
        return await _flow.adrive(flows.start(self._stitch, source, attach))

    async def stop(self, source: "int | str | Source") -> None:
        """Stop the job of a source that is running, if any; see :meth:`Jobs.stop`."""
        await _flow.adrive(flows.stop(self._stitch, source))

    async def status(self, job: JobHandle | str) -> JobStatus:
        """Return what is known of a job; see :meth:`Jobs.status`."""
        return await _flow.adrive(flows.status(self._stitch, job), self._stitch.clock)

    async def wait(
        self,
        job: JobHandle | str,
        *,
        deadline: float = DEADLINE,
        on_progress: Progress | None = None,
    ) -> JobStatus:
        """Wait until a job is settled; see :meth:`Jobs.wait`. `on_progress` may be a coroutine."""
        flow = flows.wait(self._stitch, job, deadline, on_progress)
        return await _flow.adrive(flow, self._stitch.clock)

    async def start_and_wait(
        self,
        source: "int | str | Source",
        *,
        deadline: float = DEADLINE,
        on_progress: Progress | None = None,
    ) -> JobStatus:
        """Start a job, or attach to the one that is running, and wait for it."""
        flow = flows.start_and_wait(self._stitch, source, deadline, on_progress)
        return await _flow.adrive(flow, self._stitch.clock)
