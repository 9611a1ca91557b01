"""A value that is not as documented costs what it says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest
from stitch_connect import Stitch
from stitch_connect.errors import InvalidSchedule, UnexpectedResponse
from stitch_connect.jobs.status import State
from stitch_connect.schedules import Schedule

from .odd import Place, Spoil, Spoiling, at, every_spoil
from .test_health import EXPECTED, states
from .world import NAME, SOURCE, World, world

SOURCES, EXTRACTIONS, LOADS = "/v4/sources", "/v4/116078/extractions", "/v4/116078/loads"
FEW: tuple[Any, ...] = (None, "9999-12-31T23:59:59Z", [], True)


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def account(served: World) -> World:
    served.renew()
    return served


@dataclass
class Spoilt:
    """Clients, each new to the account, that get spoilt answers over one connection."""

    account: World
    transport: Spoiling
    http: httpx.Client

    @contextmanager
    def client(self, path: str, spoil: Spoil) -> Iterator[Stitch]:
        """Have the answers of one path spoilt for as long as the block lasts."""
        self.account.restart()
        self.transport.ending, self.transport.spoil = path, spoil
        yield self.account.stitch(strict=False, http_client=self.http, max_retries=0)


@pytest.fixture
def spoilt(account: World) -> Iterator[Spoilt]:
    transport = Spoiling("", lambda raw: raw)
    with httpx.Client(transport=transport) as http:
        yield Spoilt(account, transport, http)


@pytest.mark.parametrize(
    ("path", "row"),
    [(SOURCES, (0,)), ("/v4/destinations", (0,)), (EXTRACTIONS, ("data", 0)), (LOADS, ("data", 0))],
)
def test_the_health_of_every_other_source_stays(
    account: World, spoilt: Spoilt, path: str, row: Place
) -> None:
    raw = account.call("GET", path)
    hit = at(raw, row).get("source_name") or at(raw, row).get("name")
    number = at(raw, row).get("source_id")
    for source in account.call("GET", SOURCES):
        hit = source["name"] if source["id"] == number else hit
    others = {name: state for name, state in EXPECTED.items() if name != hit}
    for what, spoil in every_spoil(raw, row):
        with spoilt.client(path, spoil) as stitch:
            seen = stitch.health()
        assert states(seen).items() >= others.items(), what
        assert all("\u202e" not in one.reason for one in seen.sources), what


def test_every_other_source_is_found(account: World, spoilt: Spoilt) -> None:
    for what, spoil in every_spoil(account.call("GET", SOURCES), (0,)):
        with spoilt.client(SOURCES, spoil) as stitch:
            assert stitch.find_source("stripe").name == "stripe", what
            assert stitch.find_client_id() == 116078, what


def test_a_source_has_a_schedule_or_none_or_one_that_cannot_be_read(
    account: World, spoilt: Spoilt
) -> None:
    path = f"{SOURCES}/{SOURCE}"
    read: list[bool] = []
    for _, spoil in every_spoil(account.call("GET", path), ()):
        with spoilt.client(path, spoil) as stitch:
            try:
                schedule = Schedule.of(stitch.sources.get(SOURCE))
                read.append(schedule is not None and len(schedule.next_runs()) == 5)
            except (InvalidSchedule, UnexpectedResponse):
                continue
    assert read.count(True) > 100


def _row_of_ours(raw: Any) -> Place:
    """Where the answer speaks of the source of these tests."""
    if "data" not in raw:
        return (0,) if isinstance(raw, list) else ()
    mine = (SOURCE, NAME)
    rows = (n for n, row in enumerate(raw["data"])
            if row.get("source_id") in mine or row.get("source_name") in mine)  # fmt: skip
    return "data", next(rows)


@pytest.mark.parametrize(
    "path", [EXTRACTIONS, LOADS, f"{SOURCES}/{SOURCE}", f"{SOURCES}/{SOURCE}/streams"]
)
def test_who_waits_is_told_an_outcome_in_time(account: World, spoilt: Spoilt, path: str) -> None:
    account.call("PUT", f"{SOURCES}/{SOURCE}", {"paused_at": "2026-01-05T09:00:00Z"})
    account.wait(account.start())  # by hand it runs, and by nothing else
    raw = account.call("GET", path)
    for what, spoil in every_spoil(raw, _row_of_ours(raw), FEW):
        account.clock.sleep(7)
        job = account.start()
        began = account.clock.now()
        with spoilt.client(path, spoil) as stitch:
            found = stitch.jobs.wait(job, deadline=700)
        assert found.ended, what
        assert found.state in get_args(State), what
        assert found.sentence
        assert account.clock.now() - began <= 700, what


@pytest.mark.parametrize("name", [None, 7, "", "nightly", "1.2", "a.b.c.d", "1.2.sync.\n", [], {}])
def test_a_job_whose_name_is_not_as_documented_is_told(
    account: World, spoilt: Spoilt, name: Any
) -> None:
    with (
        spoilt.client("/sync", lambda raw: raw | {"job_name": name}) as stitch,
        pytest.raises(UnexpectedResponse, match="a job was started, but its name is not"),
    ):
        stitch.jobs.start(SOURCE)


@pytest.mark.parametrize("tail", ["nightly", "12", "c12fb0a7-7e4a-41e9-abdc-0edc2c318fba", "ünï"])
def test_a_name_that_ends_in_no_time_is_followed_all_the_same(
    account: World, spoilt: Spoilt, tail: str
) -> None:
    real: list[str] = []

    def start(raw: Any) -> Any:
        real.append(raw["job_name"])
        return {"job_name": f"116078.{SOURCE}.sync.{tail}"}

    def listed(raw: Any) -> Any:
        for row in raw["data"]:
            if row["job_name"] in real:
                row["job_name"] = f"116078.{SOURCE}.sync.{tail}"
        return raw

    with spoilt.client("/sync", start) as stitch:
        job = stitch.jobs.start(SOURCE)
    assert job.started is None
    with spoilt.client("/extractions", listed) as stitch:
        assert stitch.jobs.wait(str(job)).state == "loaded"
