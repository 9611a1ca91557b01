"""Jobs start by their schedules, and by nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
from stitch_connect_sandbox.quartz import Cron
from stitch_connect_sandbox.server import running

from tests.sdk.quartz_scanner import scan

from .conftest import SOURCE, Account

T = "2026-03-01T08:07:00Z"
PATH = f"/v4/sources/{SOURCE}"
HOUR, DAY = 3600, 86400
YEAR = 366 * DAY


@pytest.fixture
def account() -> Iterator[Account]:
    with running(start_at=T, time_scale=0) as address:
        found = Account(address)
        yield found
        found.http.close()


def scheduled(account: Account, **properties: Any) -> Any:
    answer = account("PUT", PATH, {"properties": properties})
    assert answer.status_code == 200, answer.text
    return answer.json()["schedule"]


def next_fire(account: Account) -> str:
    return str(account("GET", PATH).json()["schedule"]["next_fire_time"])


@pytest.mark.parametrize(
    ("properties", "kind", "at"),
    [
        ({"frequency_in_minutes": "60"}, "interval", "2026-03-01T09:07:00Z"),
        ({"frequency_in_minutes": "720"}, "interval", "2026-03-01T20:07:00Z"),
        (
            {"frequency_in_minutes": "360", "anchor_time": "2026-01-01T05:30:00Z"},
            "interval",
            "2026-03-01T11:30:00Z",
        ),
        (
            {"frequency_in_minutes": "30", "anchor_time": "2026-01-01T05:15:00Z"},
            "interval",
            "2026-03-01T08:37:00Z",
        ),
        (
            {"anchor_time": "2030-01-01T05:15:00Z", "frequency_in_minutes": "1440"},
            "interval",
            "2026-03-02T05:15:00Z",
        ),
        ({"cron_expression": "0 0 12 ? * MON-FRI *"}, "cron", "2026-03-02T12:00:00Z"),
        (
            {
                "cron_expression": "0 30 9 L * ?",
                "anchor_time": "2026-01-01T05:15:00Z",
                "frequency_in_minutes": "60",
            },
            "cron",
            "2026-03-31T09:30:00Z",
        ),
    ],
)
def test_the_next_job_starts_when_the_schedule_says(
    account: Account, properties: dict[str, str], kind: str, at: str
) -> None:
    """Cron outranks the anchor and the frequency; an anchor needs an hour or more."""
    schedule = scheduled(account, **properties)
    assert (schedule["type"], schedule["next_fire_time"]) == (kind, at)
    wait = datetime.fromisoformat(at) - datetime.fromisoformat(T)
    account.advance(wait.total_seconds() - 1)
    assert next_fire(account) == at
    account.advance(400)
    assert account.extraction()["start_time"] == at
    assert next_fire(account) > at
    assert {load["last_batch_loaded_at"] > at for load in account.loads()} == {True}


def test_a_type_without_support_for_cron_takes_it_and_ignores_it(account: Account) -> None:
    given = {"display_name": "Chat", "type": "platform.zendesk-chat"}
    card = account("GET", f"/v4/source-types/{given['type']}").json()
    props = {
        one["name"]: "x"
        for step in card["steps"]
        for one in step["properties"]
        if one["is_required"] and one["property_type"] != "read_only"
    }
    props |= {"start_date": "2026-01-01T00:00:00Z", "cron_expression": "0 0 12 ? * MON"}
    made = account("POST", "/v4/sources", {**given, "properties": props}).json()
    path = f"/v4/sources/{made['id']}"
    account.advance(30)
    stream = account("GET", f"{path}/streams").json()[0]["tap_stream_id"]
    entry = {"breadcrumb": [], "metadata": {"selected": True}}
    change = {"streams": [{"tap_stream_id": stream, "metadata": [entry]}]}
    assert account("PUT", f"{path}/streams/metadata", change).status_code == 200
    assert account("GET", path).json()["schedule"]["type"] == "interval"


def test_a_slot_is_skipped_while_a_job_runs(account: Account) -> None:
    scheduled(account, frequency_in_minutes="60")
    account.script(duration=2.5 * HOUR)
    account.advance(HOUR)
    account.advance(2.4 * HOUR)
    assert "error" in account("POST", f"{PATH}/sync").json(), "it still runs"
    account.advance(HOUR)
    assert account.extraction()["start_time"] == "2026-03-01T12:07:00Z"


@pytest.mark.parametrize("change", [{"paused_at": T}, {"destination_id": None}, {}])
def test_what_rests_does_not_start_by_itself(account: Account, change: dict[str, Any]) -> None:
    before = account.extraction()["job_name"]
    if "paused_at" in change:
        account("PUT", PATH, change)
    elif change:
        account("DELETE", "/v4/destinations/155582")
    else:
        account("DELETE", PATH)
    assert account("GET", PATH).json()["schedule"] is None
    account.advance(DAY)
    assert account.extraction()["job_name"] == before


def test_what_was_missed_in_a_pause_is_not_made_up_for(account: Account) -> None:
    scheduled(account, frequency_in_minutes="60")
    account("PUT", PATH, {"paused_at": T})
    account.advance(DAY)
    account("PUT", PATH, {"paused_at": None})
    before = account.extraction()["job_name"]
    account.advance(50 * 60)
    assert account.extraction()["job_name"] == before
    account.advance(15 * 60)
    assert account.extraction()["start_time"] == "2026-03-02T09:07:00Z"


def test_a_year_at_once_leaves_the_account_as_a_year_would(account: Account) -> None:
    """The last jobs are there; those that nothing shows any more were left out."""
    scheduled(account, frequency_in_minutes="1")
    account.advance(YEAR)
    rows = account("GET", "/v4/116078/extractions").json()["data"]
    now = account("GET", "/_sandbox/health").json()["seconds"]
    recent = {
        row["source_id"]: now - datetime.fromisoformat(row["start_time"]).timestamp()
        for row in rows
    }
    assert len(recent) > 5
    assert max(recent.values()) < 2 * HOUR
    assert account.extraction()["start_time"] == "2027-03-02T08:06:00Z"


def test_a_restart_goes_on_with_the_timetable(tmp_path: Any) -> None:
    db = str(tmp_path / "account.db")
    for expected in (["2026-03-01T09:07:00Z"], ["2026-03-01T10:07:00Z"]):
        with running(start_at=T, time_scale=0, db=db) as address:
            account = Account(address)
            if expected[0].startswith("2026-03-01T09"):
                scheduled(account, frequency_in_minutes="60")
            account.advance(HOUR + 300)
            assert [account.extraction()["start_time"]] == expected
            account.http.close()


def test_losing_cron_pauses_what_fires_by_it(account: Account) -> None:
    scheduled(account, cron_expression="0 0 12 ? * MON-FRI *")
    account("POST", "/_sandbox/accounts", {"client_id": 116078, "plan": "trial"})
    source = account("GET", PATH).json()
    assert source["system_paused_at"] == T
    assert source["schedule"] is None
    assert "cron_expression" not in source["properties"]
    assert source["properties"]["frequency_in_minutes"]


# The calendar -------------------------------------------------------------------------------------

MONTH_DAYS = ("L", "L-3", "LW", "15W", "1W", "31W", "L-30", "L-2W", "*", "1,15", "20-5")
WEEK_DAYS = ("L", "6L", "FRIL", "MON#2", "2#5", "MON-FRI", "SAT-MON", "*", "1,7", "2/2")
NUMBERS = ("*", "0", "5,50,7", "*/7", "11-3", "5/9", "3-20/4")
MONTHS = ("*", "JAN-MAR", "11-2", "2", "*/5")
YEARS = ("", " *", " 2026-2027", " 2026/1")


def expressions(count: int) -> Iterator[str]:
    draw = random.Random(5)
    for _ in range(count):
        month_day, week_day = draw.choice(MONTH_DAYS), draw.choice(WEEK_DAYS)
        days = draw.choice([(month_day, "?"), ("?", week_day)])
        minute, hour = draw.choice(NUMBERS), draw.choice(NUMBERS)
        hour = "4" if "50" in hour else hour
        yield f"0 {minute} {hour} {days[0]} {draw.choice(MONTHS)} {days[1]}{draw.choice(YEARS)}"


@pytest.mark.parametrize("expression", list(expressions(60)))
def test_the_calendar_agrees_with_one_that_tries_every_minute(expression: str) -> None:
    start = datetime(2026, 1, 29, 22, 41, tzinfo=UTC)
    calendar, moment, found = Cron(expression), start.timestamp(), []
    wanted = [one.timestamp() for one in islice(scan(expression, start, 400), 4)]
    for _ in wanted:
        following = calendar.after(moment)
        assert following is not None
        found.append(moment := following)
    assert found == wanted


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("0 0 12 * *", "Unexpected end of expression."),
        ("0 0 12 ? * ?", "Day-of-Month -OR- Day-of-Week"),
        ("0 61 12 ? * MON", "out of range 0-59"),
        ("0 0 12 ? * NOON", "Illegal characters"),
        ("0 */0 12 ? * MON", "Increment must be positive"),
    ],
)
def test_what_is_no_expression_is_refused_with_the_reason(
    account: Account, expression: str, said: str
) -> None:
    answer = account("PUT", PATH, {"properties": {"cron_expression": expression}})
    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidCronExpression"
    message = answer.json()["data"]["message"]
    assert message.startswith(f'cron_expression "{expression}" is invalid: ')
    assert said in message
    assert "cron_expression" not in account("GET", PATH).json()["properties"]
