"""Time and chance are arguments: the same seed and the same requests give the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from stitch_connect_sandbox import cli, contract
from stitch_connect_sandbox.routing import Routes
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account
from .replay import REQUESTS, UNKEPT, transcript

T = "2026-03-01T08:00:00Z"
DAY = 86400.0
REPLAY = Path(__file__).with_name("replay.py")


def replayed(hash_seed: str, start_at: str = T) -> list[str]:
    """What a process of its own gets to hear."""
    run = subprocess.run(
        [sys.executable, str(REPLAY), start_at],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return run.stdout.splitlines()


def test_the_same_requests_are_answered_with_the_same_bytes() -> None:
    first, second = replayed("1"), replayed("2")
    assert len(first) == len(REQUESTS)
    assert not [line for line in first if ": 500 " in line]
    assert first == second
    assert first != replayed("1", "2026-03-01T08:00:01Z"), "the start shows, so this can fail"


def test_every_operation_is_among_them() -> None:
    routes = Routes(contract.document())
    called = set()
    for verb, path, body in REQUESTS:
        match, _ = routes.match(verb, path.partition("?")[0])
        if match is not None:
            called |= {match.operation.id, match.operation.called(body)}
    assert called >= set(routes.names())


def test_a_restart_in_the_middle_is_not_to_be_told(tmp_path: Path) -> None:
    armed = next(n for n, (_, path, _) in enumerate(REQUESTS) if path == "/_sandbox/faults")
    restarts = {*range(3, len(REQUESTS), 9)} - {armed + 1}
    whole, restarted = (
        transcript(T, str(tmp_path / f"{len(stops)}.db"), stops) for stops in (set[int](), restarts)
    )
    kept = [line for line in whole if not line.startswith(tuple(f"GET {one}" for one in UNKEPT))]
    assert len(kept) > len(REQUESTS) - 5
    assert [line for line in restarted if line in kept] == kept


def test_what_ended_is_shown_for_sixty_days_and_then_forgotten(account: Account) -> None:
    account("PUT", f"/v4/sources/{SOURCE}", {"paused_at": T})
    job = account.start()
    account.advance(180)
    account.advance(60)
    assert account.extraction()["job_name"] == job
    account.advance(60 * DAY - 61)
    assert account.extraction()["job_name"] == job
    assert len(account.loads()) == 4
    account.advance(1)
    page = account("GET", "/v4/116078/extractions").json()
    assert job not in [row["job_name"] for row in page["data"]]
    assert page["total"] == len(page["data"])
    assert account("GET", f"/v4/116078/extractions/{job}").status_code == 404
    assert len(account.loads()) == 4
    account.advance(60)
    assert account.loads() == []
    records = account("GET", "/_sandbox/snapshot").json()["records"]
    assert job not in {row["id"] for row in records.get("Job", [])}


def test_time_begins_where_it_is_told_and_stands_still() -> None:
    with running(start_at=T, time_scale=0) as address:
        account = Account(address)
        job = account.start()
        answer = account("GET", "/_sandbox/health")
        assert answer.json()["now"] == T
        assert answer.headers["date"] == "Sun, 01 Mar 2026 08:00:00 GMT"
        account.advance(180)
        assert account.extraction()["job_name"] == job
        assert account.extraction()["start_time"] == T
        assert account.extraction()["completion_time"] == "2026-03-01T08:03:00Z"
        rows = account("GET", "/v4/sources")
        assert rows.headers["date"] == "Sun, 01 Mar 2026 08:03:00 GMT"
        account("POST", "/_sandbox/reset")
        assert account("GET", "/_sandbox/health").json()["now"] == T
        account.http.close()


def test_a_restart_with_a_database_never_goes_back_in_time(tmp_path: Path) -> None:
    db = str(tmp_path / "account.db")
    with running(start_at=T, time_scale=0, db=db) as address:
        account = Account(address)
        account("POST", f"/v4/sources/{SOURCE}/sync")
        account.advance(100)
        account.http.close()
    with running(start_at=T, time_scale=0, db=db) as address:
        found = httpx.get(f"{address.url}/_sandbox/health").json()["now"]
    assert found == "2026-03-01T08:01:40Z"


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("--time-scale", "-1", "must be a number from 0"),
        ("--start-at", "yesterday", "must be a moment as ISO 8601"),
    ],
)
def test_the_command_says_how_time_is_given(
    option: str, given: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([option, given])
    assert ended.value.code == 2
    assert f"{option}: {said}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("paused_at", "shown"),
    [
        ("0794-05-01T02:23:06Z", "0794-05-01T02:23:06Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_year_of_any_age_has_four_digits(account: Account, paused_at: str, shown: str) -> None:
    answer = account("PUT", f"/v4/sources/{SOURCE}", {"paused_at": paused_at})
    assert (answer.status_code, answer.json()["paused_at"]) == (200, shown)


@pytest.mark.parametrize("beyond", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_an_instant_outside_the_calendar_is_refused(account: Account, beyond: str) -> None:
    assert account("PUT", f"/v4/sources/{SOURCE}", {"paused_at": beyond}).status_code == 400
