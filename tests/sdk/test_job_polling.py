"""Everybody who waits for jobs of one account shares one poll, which stays within the budget."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

import pytest
from stitch_connect.errors import BudgetExhausted, InvalidArgument, Unauthorized
from stitch_connect.jobs import JobHandle, JobStatus
from stitch_connect.jobs.board import (
    BURST,
    KEPT,
    PERIOD,
    REQUESTS,
    RESERVE,
    SECONDS_PER_REQUEST,
    Board,
    board_of,
)
from stitch_connect_runtime.budget import MovingWindow

from .virtual_clock import Crowd, Stuck, VirtualClock
from .world import SOURCE, START, World, world

JOB = "116078.7.sync.c12fb0a7-7e4a-11e9-abdc-0edc2c318fba"


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def account(served: World) -> World:
    served.renew()
    return served


class Learnt(NamedTuple):
    """What a waiter has learnt of its job, and when on the clients' clock."""

    job: str
    status: JobStatus
    at: float


def waits(found: World, jobs: list[str], waiters: int, **options: Any) -> dict[int, Learnt]:
    """Have so many wait for the jobs: half of them in threads, half as tasks of two loops."""
    stitch = found.stitch()
    calls = {number: jobs[number % len(jobs)] for number in range(waiters)}
    learnt: dict[Any, float] = {}

    def call(number: int) -> JobStatus:
        status = stitch.jobs.wait(calls[number], **options)
        learnt[number] = found.clock.now()
        return status

    async def task(client: Any, number: int) -> JobStatus:
        status: JobStatus = await client.jobs.wait(calls[number], **options)
        learnt[number] = found.clock.now()
        return status

    threads = {number: lambda n=number: call(n) for number in calls if number // len(jobs) % 2}
    tasks = [number for number in calls if number not in threads]
    groups = [
        (found.async_stitch(), {n: lambda client, n=n: task(client, n) for n in tasks[half::2]})
        for half in (0, 1)
    ]
    results = Crowd(found.clock).run(threads, groups)
    stitch.close()
    return {n: Learnt(calls[n], results[n], learnt[n]) for n in learnt}


# The show -----------------------------------------------------------------------------------------

FATES: list[dict[str, Any]] = [
    {}, {"outcome": "tap_failed"}, {"outcome": "load_failed"}, {"outcome": "terminated"}, {},
]  # fmt: skip
SILENT = {"silent": ["stream_0002"]}
STATES = ("loaded", "extraction_failed", "load_failed", "terminated", "loaded")
DURATION, LOAD_DELAY = 300.0, 60.0
ENDS = {"tap_failed": 0.8, "terminated": 0.8}  # of the duration, after which it is to be seen


def test_two_hundred_wait_for_fifty_jobs(account: World) -> None:
    """Ten of the jobs have a stream without rows, so that only their logs tell that they loaded.

    A sweep of this account takes one request for each list, and one for each log that is read. It
    is made in polls of at most `BURST` requests, after each of which `SECONDS_PER_REQUEST` pass for
    every one of them. An outcome is to be known two such sweeps after it is to be seen, and later
    only by what the logs that are read meanwhile cost.
    """
    sources = account.control("seed", {"sources": 50, "streams": 2})
    jobs, states, visible = [], {}, {}
    silent: set[str] = set()
    for number, source in enumerate(sources):
        fate: dict[str, Any] = SILENT if number % 5 == 4 else FATES[number % 5]
        duration = DURATION + 37 * (number % 7)
        account.script(source, duration=duration, **fate)
        job = account.start(source)
        outcome = fate.get("outcome", "")
        jobs.append(job)
        silent |= {job} if fate is SILENT else set()
        states[job] = STATES[number % 5]
        visible[job] = account.clock.start + duration * ENDS.get(outcome, 1.0)
        visible[job] += 0 if outcome in ENDS else LOAD_DELAY
    seen = waits(account, jobs, 200)
    assert len(seen) == 200
    assert {n: status.state for n, (_, status, _) in seen.items()} == {
        n: states[job] for n, (job, _, _) in seen.items()
    }
    made = account.requests()
    assert account.most_in_window() <= REQUESTS - RESERVE
    assert made["logs"] <= 10 + 10, "of the jobs with silent streams, and of those in error"
    sweep = 2 * SECONDS_PER_REQUEST
    logs = made["logs"] * SECONDS_PER_REQUEST
    late = {job: at - visible[job] for job, _, at in seen.values()}
    print(
        f"\n{made}, at most {account.most_in_window()} in 10 minutes; latest {max(late.values())}"
    )
    assert max(late.values()) <= 2 * sweep + logs
    plain = [late[job] for job in jobs if job not in silent and states[job] != "load_failed"]
    assert max(plain) <= 2 * (sweep + BURST * SECONDS_PER_REQUEST), "no log of theirs is read"
    print(f"without a log: latest {max(plain)}")


# Within the budget --------------------------------------------------------------------------------


def test_the_budget_leaves_a_reserve_whatever_a_poll_takes() -> None:
    for cost in range(1, BURST + 1):
        polls = ceil(PERIOD / (cost * SECONDS_PER_REQUEST))
        assert polls * cost + RESERVE <= REQUESTS


def test_a_sweep_of_many_pages_is_made_in_polls(account: World) -> None:
    """A list of more pages than the budget has requests is read all the same."""
    sources = account.control("seed", {"sources": 33, "streams": 100})
    jobs = [account.start(source) for source in sources]
    seen = waits(account, jobs, 66, deadline=20_000)
    assert {status.state for _, status, _ in seen.values()} == {"loaded"}
    made = account.requests()
    assert made["loads.list"] > REQUESTS
    assert account.most_in_window() <= REQUESTS - RESERVE


def test_there_is_room_for_who_asks_meanwhile(account: World) -> None:
    """Fifty are polled; the state of a job that nobody waits for is answered at once."""
    sources = account.control("seed", {"sources": 51, "streams": 2})
    jobs = [account.start(source) for source in sources]
    answers: list[tuple[JobStatus, float]] = []

    def ask() -> None:
        with account.stitch() as stitch:
            for pause, job in ((0, jobs[0]), (95, SOURCE_OF_NONE), (300, jobs[50])):
                account.clock.sleep(pause)
                began = account.clock.now()
                try:
                    status = stitch.jobs.status(job)
                finally:
                    answers.append((status, account.clock.now() - began))

    with account.stitch() as stitch:
        threads: dict[Any, Any] = {job: lambda job=job: stitch.jobs.wait(job) for job in jobs[:50]}
        results = Crowd(account.clock).run(threads | {"asks": ask})
    assert results["asks"] is None
    assert {results[job].state for job in jobs[:50]} == {"loaded"}
    assert [status.state for status, _ in answers] == ["running", "running", "loaded"]
    assert max(took for _, took in answers) <= 3, "a poll that is being made is waited for"
    assert all(status.age is not None and status.age <= 3 for status, _ in answers)
    assert account.most_in_window() <= REQUESTS


SOURCE_OF_NONE = f"116078.{SOURCE}.sync.c12fb0a7-7e4a-41e9-abdc-0edc2c318fba"


def test_a_dashboard_of_many_jobs_shares_what_is_read(account: World) -> None:
    sources = account.control("seed", {"sources": 40, "streams": 2})
    jobs = [account.start(source) for source in sources]
    with account.stitch() as stitch:
        assert {stitch.jobs.status(job).state for job in jobs} == {"running"}
        assert account.requests() == {"extractions.list": 1, "loads.list": 0, "logs": 0}
        for _ in range(20):
            account.clock.sleep(40)
            states = {stitch.jobs.status(job).state for job in jobs}
    assert states == {"loaded"}
    assert account.most_in_window() <= REQUESTS - RESERVE


def test_a_used_up_budget_is_told_to_who_asks_and_waited_out_by_who_waits(account: World) -> None:
    job = account.start()
    with account.stitch() as stitch:
        for _ in range(REQUESTS):
            stitch.extractions.list(116078).first_page()
        with pytest.raises(BudgetExhausted):
            stitch.jobs.status(job)
        began = account.clock.now()
        assert stitch.jobs.wait(job).state == "loaded"
        assert account.clock.now() - began >= PERIOD
    assert account.most_in_window() <= REQUESTS


def test_a_budget_that_others_use_up_does_not_make_a_log_unreadable(account: World) -> None:
    class Used(MovingWindow):
        """Has no room for the fourth to the ninth request, the first of which is for the log."""

        asked = 0

        def take(self, key: Any, requests: int, period: float, now: float) -> float:
            self.asked += 1
            return now + 40 if 4 <= self.asked < 10 else super().take(key, requests, period, now)

    account.script(silent=["orders"])
    job = account.start()
    account.clock.sleep(300)
    with account.stitch(budget=Used()) as stitch:
        found = stitch.jobs.wait(job)
    assert (found.state, found.loaded, found.unobserved) == ("loaded", 3, ())


# How old, and when again --------------------------------------------------------------------------


def test_a_status_says_how_old_it_is_and_when_it_can_be_newer(account: World) -> None:
    job = account.start()
    with account.stitch() as stitch:
        first = stitch.jobs.status(job)
        assert (first.age, first.refresh_in) == (0, SECONDS_PER_REQUEST)
        account.clock.sleep(12)
        second = stitch.jobs.status(job)
        assert (second.age, second.refresh_in) == (12, SECONDS_PER_REQUEST - 12)
        assert account.requests()["extractions.list"] == 1
        account.clock.sleep(SECONDS_PER_REQUEST - 12)
        assert stitch.jobs.status(job).age == 0
        assert account.requests()["extractions.list"] == 2
        account.clock.sleep(400)
        ended = stitch.jobs.status(job)
        assert (ended.state, ended.age, ended.refresh_in) == ("loaded", 0, None)


def test_who_is_polled_for_others_is_not_left_behind(account: World) -> None:
    """What was asked long ago, and missed by the sweeps since, is asked again when it is wanted."""
    other = account.start(120644)
    job = account.start()
    with account.stitch() as stitch:
        assert stitch.jobs.status(job).state == "running"
        account.clock.sleep(PERIOD + 1)
        stitch.jobs.wait(other)
        assert stitch.jobs.status(job).state == "loaded"


# Interruptions ------------------------------------------------------------------------------------


def test_when_the_one_who_polls_is_cancelled_the_next_takes_over(account: World) -> None:
    job = account.start()

    async def run() -> JobStatus:
        asked = asyncio.Event()

        def before_send(operation: Any, request: Any) -> None:
            asked.set()

        first, second = account.async_stitch(before_send=before_send), account.async_stitch()
        async with first, second:
            account.fault("extractions.list", "latency", seconds=0.3)
            polls = asyncio.create_task(first.jobs.wait(job))
            await asked.wait()
            assert account.board()._polling is not None
            waiting = asyncio.create_task(second.jobs.wait(job))
            await asyncio.sleep(0)
            polls.cancel()
            with pytest.raises(asyncio.CancelledError):
                await polls
            assert account.board()._polling is None
            return await waiting

    assert asyncio.run(run()).state == "loaded"
    assert not any(case.watchers for case in account.board()._cases.values())


def test_when_the_one_who_polls_is_interrupted_the_next_takes_over(account: World) -> None:
    job = account.start()
    interrupted = [False]

    def before_send(operation: Any, request: Any) -> None:
        interrupted[0] = True
        raise KeyboardInterrupt

    with account.stitch(before_send=before_send) as first, account.stitch() as second:
        with pytest.raises(KeyboardInterrupt):
            first.jobs.wait(job)
        assert interrupted[0]
        assert second.jobs.wait(job).state == "loaded"
    assert not any(case.watchers for case in account.board()._cases.values())


def test_a_sleeper_who_is_interrupted_leaves_no_trace(account: World) -> None:
    class Interrupted(VirtualClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    account.clock = Interrupted(account.clock.now(), account.clock.move)
    with account.stitch() as stitch:
        job = account.start()
        with pytest.raises(KeyboardInterrupt):
            stitch.jobs.wait(job)
    assert not any(case.watchers for case in account.board()._cases.values())
    assert account.board()._polling is None


def test_a_process_that_has_just_begun_goes_on_from_the_handle(account: World) -> None:
    job = account.start()
    for _ in range(4):
        cut = account.wait(job, deadline=50)
        assert cut.state == "unknown"
        assert "have passed" in (cut.message or "")
        account.restart()
    assert account.wait(job).state == "loaded"


def test_a_child_process_begins_with_a_board_of_its_own() -> None:
    board = Board()
    with board._lock:  # as when another thread holds it just then
        child = multiprocessing.get_context("fork").Process(target=_ask_a_board)
        child.start()
        child.join(20)
        assert child.exitcode == 0


class _Api:
    base_url, clock = "http://127.0.0.1", VirtualClock(START)


_held = board_of(_Api(), 1)


def _ask_a_board() -> None:
    board = board_of(_Api(), 1)
    assert board is not _held


def test_a_poll_that_never_ended_is_made_by_another_in_the_end() -> None:
    board = Board()
    _, token = board.claim(0)
    assert token
    assert board.claim(899)[1] is None
    _, other = board.claim(901)
    assert other
    board.release(token, 902, 5000)
    assert board.claim(903)[1] is None, "the one who was given up ends nobody else's poll"


def test_a_clock_that_is_set_back_does_not_stop_the_polls() -> None:
    board = Board()
    _, token = board.claim(1e9)
    board.release(token, 1e9, 1e9 + 60)
    assert board.claim(1e9 + 1) == (59, None)
    assert board.claim(1e9 - 86_400)[1] is not None


# Troubles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "*", "kind": "status", "status": 500, "count": 6},
        {"operation": "*", "kind": "status", "status": 429, "count": 3, "retry_after": "3600"},
        {"operation": "*", "kind": "reset_before", "count": 6},
        {"operation": "*", "kind": "reset_after", "count": 6},
        {"operation": "extractions.list", "kind": "truncated", "count": 4},
        {"operation": "loads.list", "kind": "not_json", "count": 4},
        {"operation": "streams.list", "kind": "status", "status": 502, "count": 5},
        {"operation": "extractions.logs", "kind": "status", "status": 503, "count": 2},
        {"operation": "extractions.list", "kind": "link_loop", "count": 1000},
        {"operation": "loads.list", "kind": "link_back", "count": 1000},
        {"operation": "loads.list", "kind": "link_elsewhere", "count": 1000},
        {"operation": "loads.list", "kind": "shifted", "rows": 3, "count": 1000},
    ],
)
def test_troubles_that_pass_are_waited_out(
    account: World, fault: dict[str, Any], asynchronous: bool
) -> None:
    account.script(silent=["orders"])
    job = account.start()
    account.fault(**fault)
    found = account.wait(job, asynchronous, deadline=7200)
    assert (found.state, found.loaded, found.unobserved) == ("loaded", 3, ())
    assert account.most_in_window() <= REQUESTS - RESERVE


def test_a_source_that_cannot_be_read_keeps_nobody_waiting(account: World) -> None:
    """One source answers nothing but errors; the job of another is followed all the same."""
    broken, job = account.start(120644), account.start()
    account.fault("sources.get", "status", status=500, count=12)
    with account.stitch() as stitch:
        threads = {name: lambda name=name: stitch.jobs.wait(name) for name in (broken, job)}
        results = Crowd(account.clock).run(threads)
    assert {status.state for status in results.values()} <= {"loaded", "unknown"}


def test_what_cannot_be_asked_says_so_at_the_deadline(account: World) -> None:
    job = account.start()
    account.fault("*", "status", status=500, count=10_000)
    found = account.wait(job, deadline=100)
    assert found.state == "unknown"
    assert found.message == (
        "100 s have passed (the last poll ended in ServerError); nothing is known of the job"
    )
    with pytest.raises(Exception, match="500"):
        account.status(f"{job[:-1]}0")


def test_who_is_not_let_in_is_told_so_and_so_are_all_who_wait_with_the_same_client(
    account: World,
) -> None:
    job = account.start()
    refused, admitted = account.stitch(token="revoked"), account.stitch()
    threads: dict[Any, Any] = {n: lambda: refused.jobs.wait(job) for n in range(20)}
    threads |= {"ok": lambda: admitted.jobs.wait(job)}
    tasks: dict[Any, Any] = {f"task {n}": lambda s: s.jobs.wait(job) for n in range(20)}
    group = (account.async_stitch(token="revoked-too"), tasks)
    results = Crowd(account.clock).run(threads, [group])
    refused.close()
    admitted.close()
    assert results.pop("ok").state == "loaded"
    kinds = {type(result) for result in results.values()}
    assert kinds <= {Unauthorized, JobStatus}
    alone = {n: result for n, result in results.items() if isinstance(result, Unauthorized)}
    assert len({id(error) for error in alone.values()}) == len(alone), "each has one of its own"
    assert account.most_in_window() <= REQUESTS - RESERVE


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_every_waiter_learns_that_the_token_is_not_valid_any_more(
    account: World, asynchronous: bool
) -> None:
    job = account.start()

    def revoke() -> None:
        account.clock.sleep(40)
        account.fault("extractions.list", "status", status=401, count=1000)

    with account.stitch() as stitch:
        calls: dict[Any, Any] = {n: lambda s=stitch: s.jobs.wait(job) for n in range(50)}
        threads = {"revokes": revoke} | ({} if asynchronous else calls)
        tasks = [(account.async_stitch(), calls)] if asynchronous else []
        results = Crowd(account.clock).run(threads, tasks)
    del results["revokes"]
    assert [type(result) for result in results.values()] == [Unauthorized] * 50
    assert account.requests()["extractions.list"] <= 3, "one of them was told, and told the others"


def test_a_refusal_that_is_kept_keeps_no_client_alive(account: World) -> None:
    job, stitch = account.start(), account.stitch(token="revoked")
    with stitch, pytest.raises(Unauthorized):
        stitch.jobs.wait(job)
    kept = weakref.ref(stitch)
    assert account.board().refusal(stitch) is not None
    del stitch
    gc.collect()
    assert kept() is None


def test_a_client_that_was_refused_may_wait_anew(account: World) -> None:
    job = account.start()
    with account.stitch() as stitch:
        account.fault("extractions.list", "status", status=401)
        with pytest.raises(Unauthorized):
            stitch.jobs.wait(job)
        assert stitch.jobs.wait(job).state == "loaded"


# Deadlines ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class Slow(VirtualClock):
    """Every request takes ten seconds."""

    made: list[float] = field(default_factory=list)

    def before_send(self, operation: Any, request: Any) -> None:
        self.made.append(self.now())
        self.move(10)
        self._now += 10


@pytest.mark.parametrize("deadline", [0, 1, 5, 15, 25, 65, 185, 207, 215])
def test_a_wait_outlives_its_deadline_by_one_request_at_most(
    account: World, deadline: float
) -> None:
    account.clock = Slow(account.clock.now(), account.clock.move)
    ends = account.clock.now() + deadline
    account.script(silent=["orders"], load_delay=9000)
    job = account.start()
    with account.stitch(before_send=account.clock.before_send) as stitch:
        found = stitch.jobs.wait(job, deadline=deadline)
    assert found.state == "unknown"
    assert all(at < ends for at in account.clock.made)
    assert account.clock.now() <= ends + 10


def test_a_deadline_passes_while_another_polls(account: World) -> None:
    """Whoever waits for less time does not wait for the answer that another is getting."""
    job, clock = account.start(), account.clock
    polled: list[float] = []

    def before_send(operation: Any, request: Any) -> None:
        if operation.id == "extractions.list" and not polled:
            polled.append(clock.now())
            clock.sleep(120)

    def wait_briefly() -> tuple[JobStatus, float]:
        clock.sleep(5)
        assert polled, "the other one polls"
        return quick.jobs.wait(job, deadline=50), clock.now()

    async def await_briefly(client: Any) -> tuple[JobStatus, float]:
        await clock.asleep(5)
        return await client.jobs.wait(job, deadline=60), clock.now()

    slow, quick = account.stitch(before_send=before_send), account.stitch()
    threads = {"polls": lambda: slow.jobs.wait(job), "thread": wait_briefly}
    tasks = [(account.async_stitch(), {"task": await_briefly})]
    results = Crowd(clock).run(threads, tasks)
    slow.close()
    quick.close()
    assert results["polls"].state == "loaded"
    for name, deadline in (("thread", 50), ("task", 60)):
        status, at = results[name]
        assert (status.state, at - START) == ("unknown", 5 + deadline)
        assert status.message == f"{deadline} s have passed; nothing is known of the job"


def test_an_error_that_is_nobody_elses_reaches_only_who_polls(account: World) -> None:
    """A hook, or a progress report, that goes wrong spoils the wait of no other."""
    job = account.start()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError

    hooked, plain = account.stitch(before_send=broken), account.stitch()
    threads: dict[Any, Any] = {
        "hook": lambda: hooked.jobs.wait(job),
        "progress": lambda: plain.jobs.wait(job, on_progress=broken),
        **{number: lambda: plain.jobs.wait(job) for number in range(5)},
    }
    tasks: dict[Any, Any] = {f"task {n}": lambda s: s.jobs.wait(job) for n in range(5)}
    results = Crowd(account.clock).run(threads, [(account.async_stitch(), tasks)])
    hooked.close()
    plain.close()
    assert isinstance(results.pop("progress"), ZeroDivisionError)
    assert isinstance(results.pop("hook"), ZeroDivisionError | JobStatus)
    assert {status.state for status in results.values()} == {"loaded"}


@pytest.mark.parametrize("progress", [7, "print", [print]])
def test_progress_that_cannot_be_called_is_refused_before_a_job_is_started(
    account: World, progress: Any
) -> None:
    with account.stitch() as stitch, pytest.raises(InvalidArgument, match="on_progress"):
        stitch.jobs.start_and_wait(SOURCE, on_progress=progress)
    assert "replication_jobs.start" not in account.control("requests")["operations"]


@pytest.mark.parametrize("operation", ["sources.get", "streams.list", "loads.list"])
def test_a_server_that_asks_to_wait_moves_no_deadline(account: World, operation: str) -> None:
    account.script(load_delay=9000)
    job = account.start()
    account.clock.sleep(200)
    account.fault(operation, "status", status=503, retry_after="55", count=100)
    began = account.clock.now()
    assert account.wait(job, deadline=100).state == "unknown"
    assert account.clock.now() - began == 100


@pytest.mark.parametrize("deadline", [-1, float("nan"), float("inf"), "60", None, True])
def test_a_deadline_that_is_none_is_refused_before_a_job_is_started(
    account: World, deadline: Any
) -> None:
    with account.stitch() as stitch, pytest.raises(InvalidArgument):
        stitch.jobs.start_and_wait(SOURCE, deadline=deadline)
    assert "replication_jobs.start" not in account.control("requests")["operations"]


# What is kept -------------------------------------------------------------------------------------


def test_jobs_that_nobody_waits_for_are_forgotten_in_the_end() -> None:
    board = Board()
    for number in range(10 * KEPT):
        handle = JobHandle.parse(f"1.{number}.sync.c12fb0a7-7e4a-11e9-abdc-0edc2c318fba")
        board.remember(handle)
        board.asked(handle, number)
        with board.watching(handle):
            pass
    assert len(board._cases) == KEPT
    assert min(case.asked for case in board._cases.values()) == 9 * KEPT


def test_sweeps_that_have_ended_keep_no_rows(account: World) -> None:
    account.wait(account.start())
    assert account.board()._sweeps == {}


def test_a_clock_that_cannot_be_compared_has_boards_of_its_own() -> None:
    class Odd(VirtualClock):
        __hash__ = None  # type: ignore[assignment]

    one, other = _Api(), _Api()
    one.clock = other.clock = Odd(START)
    assert board_of(one, 1) is board_of(one, 1)
    assert board_of(one, 1) is not board_of(other, 1)
    assert board_of(one, 1) is not board_of(one, 2)


def test_clients_of_equal_clocks_share_a_board_and_accounts_do_not() -> None:
    assert board_of(_Api(), 1) is board_of(_Api(), 1)
    assert board_of(_Api(), 1) is not board_of(_Api(), 2)


# The clock of these tests -------------------------------------------------------------------------


def test_time_passes_only_when_all_sleep() -> None:
    clock = VirtualClock(0.0)
    order: list[tuple[float, str]] = []

    def thread(name: str, seconds: float) -> None:
        for _ in range(3):
            clock.sleep(seconds)
            order.append((clock.now(), name))

    async def task(_: Any, name: str, seconds: float) -> None:
        for _ in range(3):
            await clock.asleep(seconds)
            order.append((clock.now(), name))

    class Nobody:
        async def __aenter__(self) -> None: ...

        async def __aexit__(self, *error: object) -> None: ...

    Crowd(clock).run(
        {"a": lambda: thread("a", 2), "b": lambda: thread("b", 5)},
        [
            (Nobody(), {"c": lambda s: task(s, "c", 3)}),
            (Nobody(), {"d": lambda s: task(s, "d", 7)}),
        ],
    )
    assert sorted(order) == [
        (2, "a"), (3, "c"), (4, "a"), (5, "b"), (6, "a"), (6, "c"), (7, "d"), (9, "c"), (10, "b"),
        (14, "d"), (15, "b"), (21, "d"),
    ]  # fmt: skip
    assert [at for at, _ in order] == sorted(at for at, _ in order)
    assert clock.alive == 0


def test_a_deadlock_is_told() -> None:
    clock = VirtualClock(0.0, patience=0.05)
    clock.enter(2)  # one of whom neither sleeps nor leaves
    with pytest.raises(Stuck, match="2 take part and 1 sleep"):
        clock.sleep(1)
    with pytest.raises(Stuck, match="2 take part and 1 sleep"):
        asyncio.run(clock.asleep(1))
    assert clock.now() == 0
