"""Every way a replication job can go can be scripted, and shows where the API shows it."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from .conftest import SOURCE, Account

ROWS = re.compile(r'tap - INFO replicated (\d+) records from "(.+)" endpoint$', re.MULTILINE)
SENT = re.compile(r"target - INFO .*send-stream-record-count-impl (.+)$", re.MULTILINE)
SELECTED = ["customer_view", "customers", "order_items", "orders"]


def fresh(account: Account, before: list[dict[str, Any]]) -> set[str]:
    """The streams whose loads have changed."""
    return {row["stream_name"] for row in account.loads() if row not in before}


def test_streams_without_rows_are_neither_sent_nor_loaded(account: Account) -> None:
    before = account.loads()
    account.script(silent=["orders", "customers"])
    job = account.start()
    account.advance(400)
    log = account.log(job)
    rows = {name: int(count) for count, name in ROWS.findall(log)}
    assert rows == {"customer_view": 250, "customers": 0, "order_items": 250, "orders": 0}
    assert sorted(SENT.findall(log)) == ["customer_view", "order_items"]
    assert fresh(account, before) == {"customer_view", "order_items"}


@pytest.mark.parametrize("given", [{"silent": SELECTED}, {"outcome": "no_rows"}])
def test_when_no_stream_has_rows_nothing_is_loaded(account: Account, given: Any) -> None:
    before = account.loads()
    account.script(**given)
    job = account.start()
    account.advance(400)
    assert account.extraction()["target_exit_status"] == 0
    assert SENT.findall(account.log(job)) == []
    assert account.loads() == before


def test_chosen_streams_fail_to_load(account: Account) -> None:
    account.script(failing=["orders", "customers"])
    account.start()
    account.advance(400)
    failed = {row["stream_name"] for row in account.loads() if row["error_state"]}
    assert failed == {"customers", "orders"}
    account.start()
    account.advance(400)
    assert not [row for row in account.loads() if row["error_state"]], "the next job heals it"


def test_streams_may_be_named_by_their_tap_stream_id(account: Account) -> None:
    streams = account("GET", f"/v4/sources/{SOURCE}/streams").json()
    name = next(one["tap_stream_id"] for one in streams if one["stream_name"] == "orders")
    account.script(failing=[name])
    account.start()
    account.advance(400)
    assert [row["stream_name"] for row in account.loads() if row["error_state"]] == ["orders"]


def test_loads_come_when_they_are_scripted_to(account: Account) -> None:
    before = account.loads()
    account.script(duration=10, load_delay={"orders": 5, "customers": 1000})
    account.start()
    account.advance(16)
    assert fresh(account, before) == {"orders"}
    account.advance(100)
    assert fresh(account, before) == {"orders", "order_items", "customer_view"}
    account.advance(1000)
    assert fresh(account, before) == set(SELECTED)


def test_a_load_of_an_earlier_job_that_comes_later_counts_later(account: Account) -> None:
    for delay in (1000, 10):
        account.script(duration=10, load_delay=delay)
        account.start()
        account.advance(11)
    account.advance(2000)
    end = datetime.fromisoformat(account.extraction()["completion_time"])
    loaded = {datetime.fromisoformat(row["last_batch_loaded_at"]) for row in account.loads()}
    assert {(one - end).total_seconds() for one in loaded} == {1000 - 11}


def test_a_duration_is_kept(account: Account) -> None:
    account.script(duration=1000)
    job = account.start()
    account.advance(999)
    assert account.extraction()["job_name"] != job
    account.advance(1)
    assert account.extraction()["job_name"] == job


@pytest.mark.parametrize("outcome", ["stopped", "terminated"])
def test_a_job_is_terminated_by_itself(account: Account, outcome: str) -> None:
    account.script(outcome)
    job = account.start()
    account.advance(400)
    row = account.extraction()
    assert row["job_name"] == job
    assert {row[f"{phase}_exit_status"] for phase in ("discovery", "tap", "target")} == {None}
    assert {row[f"{phase}_description"] for phase in ("discovery", "target")} == {"Terminated"}
    assert account.log(job).endswith("INFO Terminated\n")


@pytest.mark.parametrize("outcome", ["discovery_failed", "tap_failed", "target_failed"])
def test_a_job_that_failed_loads_nothing(account: Account, outcome: str) -> None:
    before = account.loads()
    account.script(outcome)
    job = account.start()
    account.advance(1000)
    assert account.loads() == before
    delivered = SELECTED if outcome == "target_failed" else []
    assert sorted(SENT.findall(account.log(job))) == delivered


def test_one_log_cannot_be_read_and_the_next_can(account: Account) -> None:
    account.script(log=False)
    hidden = account.start()
    account.advance(400)
    assert account("GET", f"/v4/116078/extractions/{hidden}").status_code == 404
    shown = account.start()
    account.advance(400)
    assert "Target succeeded" in account.log(shown)


def test_a_further_job_takes_the_place_of_the_former(account: Account) -> None:
    former = account.start()
    account.advance(400)
    latter = account.start()
    account.advance(400)
    assert account.extraction()["job_name"] == latter
    assert "Target succeeded" in account.log(former), "its log stays"


def test_fates_are_used_up_in_their_order(account: Account) -> None:
    account.script("tap_failed")
    account.script("target_failed")
    found = []
    for _ in range(3):
        account.start()
        account.advance(400)
        row = account.extraction()
        found.append((row["tap_exit_status"], row["target_exit_status"]))
    assert found == [(1, 0), (0, 1), (0, 0)]


def test_the_uuid_of_a_job_name_holds_its_start(account: Account) -> None:
    account.advance(12_345)
    now = account("GET", "/_sandbox/health").json()["now"]
    job = account.start()
    name = uuid.UUID(job.rpartition(".")[2])
    assert name.version == 1
    assert name.variant == uuid.RFC_4122
    since_1970 = (name.time - 0x01B21DD213814000) / 1e7
    assert datetime.fromtimestamp(int(since_1970), UTC) == datetime.fromisoformat(now)
    account.advance(400)
    assert account.extraction()["start_time"] == now


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"silnt": ["orders"]}, "unknown field 'silnt': did you mean 'silent'?"),
        ({"silent": ["ordesr"]}, "unknown stream 'ordesr': did you mean 'orders'?"),
        ({"load_delay": {"nobody": 1}}, "unknown stream 'nobody': it is one of "),
        ({"outcome": "fine"}, "outcome is one of success, "),
        ({"outcome": ["success"]}, "outcome is one of success, "),
        ({"duration": -1}, "duration is a number of seconds, zero or more, not -1"),
        ({"log": 0}, "log is true or false, not 0"),
        ({"source_id": 7}, "no source has the id 7"),
    ],
)
def test_a_fate_that_makes_no_sense_is_refused(account: Account, given: Any, said: str) -> None:
    answer = account("POST", "/_sandbox/fates", {"source_id": SOURCE, **given})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)


def test_a_fate_needs_a_source(account: Account) -> None:
    answer = httpx.post(f"{account.address.url}/_sandbox/fates", json={"outcome": "success"})
    assert (answer.status_code, answer.json()["error"][:20]) == (400, "source_id is missing")
