"""A program as a person writes it: `make types` holds what it is given against what it expects."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, assert_type

from stitch_connect import (
    AccountHealth,
    AsyncFleet,
    AsyncStitch,
    Fleet,
    JobHandle,
    JobStatus,
    Schedule,
    SourceHealth,
    Stitch,
    errors,
)
from stitch_connect.fleet import Result
from stitch_connect.jobs import StreamFailure
from stitch_connect.models import Extraction, Source
from stitch_connect.profiles import Profile, find_profile
from stitch_connect.schedules import Cron, Interval


def one_account(stitch: Stitch) -> None:
    assert_type(stitch.jobs.start("heroku"), JobHandle)
    status = stitch.jobs.wait("116078.7.sync.x", deadline=60, on_progress=print)
    assert_type(status, JobStatus)
    if status.state == "load_failed":
        assert_type(status.state, Literal["load_failed"])
        assert_type(status.failures, tuple[StreamFailure, ...])
    assert_type(status.completed, datetime | None)
    assert_type(stitch.health().failing, tuple[SourceHealth, ...])
    assert_type(stitch.find_source("heroku"), Source)
    assert_type(stitch.find_client_id(), int)
    assert_type(Stitch.from_profile("prod"), Stitch)


def schedules(source: Source) -> None:
    assert_type(Schedule.of(source), Interval | Cron | None)
    assert_type(Schedule.cron("0 0 6 * * ?").next_runs(), list[datetime])


def many_accounts() -> None:
    assert_type(find_profile("prod"), Profile)
    for result in Fleet.from_profiles().map(lambda stitch: stitch.health()):
        assert_type(result, Result[AccountHealth])
        assert_type(result.unwrap(), AccountHealth)


def what_goes_wrong(stitch: Stitch) -> None:
    try:
        stitch.jobs.start(120643, attach=False)
    except errors.AlreadyRunning as error:
        assert_type(error.status, int)
    except errors.AmbiguousSource as error:
        assert_type(error.candidates, tuple[tuple[int, str, str], ...])


async def as_tasks(stitch: AsyncStitch) -> None:
    async def progress(status: JobStatus) -> None:
        assert_type(status.loaded, int)

    assert_type(await stitch.jobs.start_and_wait(7, on_progress=progress), JobStatus)
    assert_type(await stitch.health(), AccountHealth)
    assert_type(AsyncStitch.from_profile("prod"), AsyncStitch)
    async for result in AsyncFleet({"a": stitch}).map(lambda one: one.extractions.list()):
        assert_type(result, Result[list[Extraction]])
