"""Trouble on demand, as it reaches any client: each kind, whom it strikes, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox.contract import document
from stitch_connect_sandbox.faults.fields import spelled
from stitch_connect_sandbox.routing import Routes
from stitch_connect_sandbox.validation import Validation

from .conftest import SOURCE, Account

LOADS = "/v4/116078/loads"
START = f"/v4/sources/{SOURCE}/sync"


def arm(account: Account, operation: str, kind: str, **fields: Any) -> httpx.Response:
    answer = account("POST", "/_sandbox/faults", {"operation": operation, "kind": kind, **fields})
    assert answer.status_code == 200, answer.text
    return answer


@pytest.fixture
def pages(account: Account) -> Account:
    """An account with loads for three pages, the last one short."""
    account("POST", "/_sandbox/seed", {"sources": 12, "streams": 20})
    return account


def names(page: httpx.Response) -> list[tuple[str, str]]:
    return [(row["source_name"], row["stream_name"]) for row in page.json()["data"]]


@pytest.mark.parametrize(("kind", "works"), [("reset_before", False), ("reset_after", True)])
def test_a_connection_is_reset_before_or_after_the_work(
    account: Account, kind: str, works: bool
) -> None:
    arm(account, "replication_jobs.start", kind)
    with pytest.raises(httpx.ReadError, match="reset"):
        account("POST", START)
    again = account("POST", START).json()
    assert ("error" in again) is works, "it was started, so it is running already"


def test_an_answer_drips(account: Account) -> None:
    whole = account("GET", LOADS)
    arm(account, "loads.list", "drip", seconds=0)
    assert account("GET", LOADS).content == whole.content
    arm(account, "loads.list", "drip", seconds=60)
    with account.http.stream("GET", LOADS, timeout=0.3) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-length"] == str(len(whole.content))
        pieces = answer.iter_raw()
        assert next(pieces) == whole.content[:16]
        with pytest.raises(httpx.ReadTimeout):
            next(pieces)


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("link_loop", f"{LOADS}?page=2"),
        ("link_back", f"{LOADS}?page=1"),
        ("link_elsewhere", f"https://elsewhere.example{LOADS}?page=3"),
    ],
)
def test_the_link_to_the_next_page_leads_astray(pages: Account, kind: str, link: str) -> None:
    arm(pages, "loads.list", kind, skip=1)
    assert pages("GET", LOADS).json()["links"]["next"] == f"{LOADS}?page=2"
    assert pages("GET", f"{LOADS}?page=2").json()["links"]["next"] == link
    assert pages("GET", f"{LOADS}?page=2").json()["links"]["next"] == f"{LOADS}?page=3"


@pytest.mark.parametrize(("rows", "twice", "never"), [(2, 2, 0), (-3, 0, 3)])
def test_rows_shift_between_two_pages(pages: Account, rows: int, twice: int, never: int) -> None:
    calm = [names(pages("GET", f"{LOADS}?page={number}")) for number in (1, 2)]
    arm(pages, "loads.list", "shifted", rows=rows, skip=1)
    first = names(pages("GET", LOADS))
    second = names(pages("GET", f"{LOADS}?page=2"))
    assert first == calm[0]
    assert len(second) == 100
    assert len(set(first) & set(second)) == twice
    assert len(set(calm[1]) - set(first) - set(second)) == (rows if rows > 0 else never)
    assert calm[1][0] in second or never


def test_too_many_requests_say_when_to_come_back(account: Account) -> None:
    arm(account, "loads.list", "status", status=429, retry_after="7", count=2)
    found = [account("GET", LOADS) for _ in range(3)]
    assert [answer.status_code for answer in found] == [429, 429, 200]
    assert found[0].headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [("redirect", 302, b""), ("not_json", 200, b"<html>"), ("truncated", 200, b'{"data"')],
)
def test_an_answer_is_replaced_or_cut(
    account: Account, kind: str, status: int, start: bytes
) -> None:
    arm(account, "loads.list", kind)
    answer = account("GET", LOADS)
    assert answer.status_code == status
    assert answer.content.startswith(start)
    with pytest.raises(ValueError, match=r"."):
        answer.json()


def test_a_variant_can_be_struck_alone(account: Account) -> None:
    arm(account, "sources.pause", "status", status=500)
    path = f"/v4/sources/{SOURCE}"
    assert account("PUT", path, {"display_name": "Calm"}).status_code == 200
    assert account("PUT", path, {"paused_at": "2026-01-05T09:00:00Z"}).status_code == 500


def test_faults_are_listed_and_taken_away(account: Account) -> None:
    arm(account, "*", "status")
    assert [one["kind"] for one in account("GET", "/_sandbox/faults").json()] == ["status"]
    account("DELETE", "/_sandbox/faults")
    assert account("GET", LOADS).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kid": "status"}, "unknown field 'kid': did you mean 'kind'?"),
        ({"kind": "stauts"}, "kind is one of status, "),
        ({"operation": "load.list"}, "unknown operation 'load.list': did you mean 'loads.list'?"),
        ({"status": 200}, "status is an integer from 400 to 599, not 200"),
        ({"rows": 5}, "rows does not go with the kind 'status'"),
        ({"probability": 0}, "probability is a number above 0, up to 1, not 0"),
        ({"text": "x"}, "text does not go with the kind 'status'"),
        ({"count": 0}, "count is an integer from 1 to 1000000, not 0"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(account: Account, given: Any, said: str) -> None:
    body = {"operation": "loads.list", "kind": "status", **given}
    answer = account("POST", "/_sandbox/faults", body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)
    assert account("GET", "/_sandbox/faults").json() == []


def test_a_probability_strikes_the_same_calls_each_time(account: Account) -> None:
    def struck() -> list[int]:
        account("POST", "/_sandbox/reset")
        arm(account, "sources.list", "status", status=503, probability=0.3)
        return [account("GET", "/v4/sources").status_code for _ in range(60)]

    first = struck()
    assert first == struck()
    assert 8 <= first.count(503) <= 28


def test_a_probability_goes_on_until_its_count_is_used_up(account: Account) -> None:
    arm(account, "sources.list", "status", status=503, probability=0.5, count=2)
    found = [account("GET", "/v4/sources").status_code for _ in range(30)]
    assert found.count(503) == 2
    assert account("GET", "/_sandbox/faults").json() == []


def test_one_account_is_struck_and_another_is_not(account: Account) -> None:
    other = account("POST", "/_sandbox/seed", {"accounts": 1}).json()[0]
    arm(account, "*", "status", status=503, client_id=other["client_id"])
    assert account("GET", "/v4/sources").status_code == 200
    with account.holding(other["token"]) as another:
        assert another.get("/v4/sources").status_code == 503


def test_a_token_of_the_import_api_is_of_its_account_too(account: Account) -> None:
    token = account("GET", "/_sandbox/health").json()["import_token"]
    arm(account, "import_api.push", "status", status=503, client_id=116078)
    with account.holding(token) as pushing:
        assert pushing.post("/v2/import/push", json=[]).status_code == 503


def test_what_was_struck_says_so_and_is_no_violation(account: Account) -> None:
    arm(account, "sources.list", "new_enums")
    struck = account("GET", "/v4/sources")
    assert struck.headers["x-sandbox-fault"] == "new_enums"
    assert "x-sandbox-fault" not in account("GET", "/v4/sources").headers


def test_the_text_of_a_log_is_struck_at_its_own_host(account: Account) -> None:
    job = account.extraction()["job_name"]
    calm = account.log(job)
    arm(account, "log_store.get", "truncated")
    assert account.log(job) == calm[: len(calm) // 2]
    assert account.log(job) == calm


ANSWERED = ["sources.list", "destinations.list", "loads.list", "extractions.list", "streams.list"]


@pytest.mark.parametrize("operation", ANSWERED)
def test_what_is_missing_is_what_the_contract_does_not_require(
    account: Account, operation: str, sandbox: Any
) -> None:
    """Held against the contract by its own validator: it still fits, and has less."""
    routes, validation = Routes(document()), Validation(document())
    found = next(one for one in routes if one.id == operation)
    path = found.path.format(source_id=SOURCE, stitch_client_id=116078)
    calm = account("GET", path).json()
    for kind, changed in (("missing_fields", less), ("extra_fields", more)):
        arm(account, operation, kind)
        struck = account("GET", path).json()
        assert validation.answer(found, 200, struck) == []
        assert changed(calm, struck)
    arm(account, operation, "new_enums")
    struck = account("GET", path).json()
    assert struck == calm or validation.answer(found, 200, struck)


def keys(value: Any) -> int:
    """How many fields there are at any depth."""
    if isinstance(value, dict):
        return len(value) + sum(map(keys, value.values()))
    return sum(map(keys, value)) if isinstance(value, list) else 0


def less(calm: Any, struck: Any) -> bool:
    return keys(struck) < keys(calm)


def more(calm: Any, struck: Any) -> bool:
    return keys(struck) > keys(calm)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("loads.list:truncated", {"operation": "loads.list", "kind": "truncated"}),
        (
            "*:status:status=503,probability=0.1,retry_after=Wed: 7",
            {
                "operation": "*",
                "kind": "status",
                "status": 503,
                "probability": 0.1,
                "retry_after": "Wed: 7",
            },
        ),
    ],
)
def test_a_fault_can_be_spelled_in_a_line(line: str, fields: dict[str, Any]) -> None:
    assert spelled(line) == fields


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("loads.list", "write OPERATION:KIND"),
        (":status", "write OPERATION:KIND"),
        ("loads.list:status:status", "status has no value: write status=VALUE"),
    ],
)
def test_a_line_that_spells_no_fault_is_refused(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spelled(line)


def test_a_fault_can_be_armed_on_the_command_line() -> None:
    command = [sys.executable, "-m", "stitch_connect_sandbox.cli", "--port", "0"]
    armed = ["--fault", "sources.list:status:status=503", "--exit-with-stdin"]
    with subprocess.Popen(
        [*command, *armed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = re.search(r"ready: (\S+)", process.stdout.readline())
        assert url is not None
        headers = {"Authorization": "Bearer sandbox-token"}
        found = [httpx.get(f"{url[1]}/v4/sources", headers=headers) for _ in range(2)]
        process.communicate(timeout=30)
    assert [answer.status_code for answer in found] == [503, 200]
