"""The simulated account behaves: what is done to it shows, and time does the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account

IMPORT_SOURCE = 120652


def test_a_job_runs_and_its_streams_load(account: Account) -> None:
    before = account.loads()
    job = account("POST", f"/v4/sources/{SOURCE}/sync").json()["job_name"]
    assert account.extraction()["job_name"] != job, "only completed jobs are listed"
    account.advance(185)
    assert account.extraction()["job_name"] == job
    assert account.loads() == before
    account.advance(60)
    assert {row["last_batch_loaded_at"] for row in account.loads()} != {
        row["last_batch_loaded_at"] for row in before
    }


def test_a_second_start_is_an_error_in_a_200(account: Account) -> None:
    account("POST", f"/v4/sources/{SOURCE}/sync")
    answer = account("POST", f"/v4/sources/{SOURCE}/sync")
    assert answer.status_code == 200
    assert answer.json() == {
        "error": {
            "type": "already_running",
            "message": "Did not create job for client-id: 116078; connection-id: 120643"
            " because one already exists",
        }
    }


def test_a_stopped_job_is_terminated(account: Account) -> None:
    account("POST", f"/v4/sources/{SOURCE}/sync")
    assert account("DELETE", f"/v4/sources/{SOURCE}/sync").json() == {"status": 200}
    row = account.extraction()
    assert {row[f"{phase}_exit_status"] for phase in ("discovery", "tap", "target")} == {None}
    assert {row[f"{phase}_description"] for phase in ("discovery", "tap")} == {"Terminated"}
    assert row["completion_time"]


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        ("success", (0, 0, 0)),
        ("discovery_failed", (1, None, None)),
        ("tap_failed", (0, 1, 0)),
        ("target_failed", (0, 0, 1)),
    ],
)
def test_a_job_ends_as_it_was_scripted(
    account: Account, outcome: str, statuses: tuple[int | None, ...]
) -> None:
    account.script(outcome)
    account("POST", f"/v4/sources/{SOURCE}/sync")
    account.advance(400)
    row = account.extraction()
    found = tuple(row[f"{phase}_exit_status"] for phase in ("discovery", "tap", "target"))
    assert found == statuses


def test_a_load_that_fails_says_why(account: Account) -> None:
    account.script("load_failed")
    account("POST", f"/v4/sources/{SOURCE}/sync")
    account.advance(400)
    failed = [row for row in account.loads() if row["error_state"]]
    assert len(failed) == 1
    assert failed[0]["error_state"]["notification_data"]["error"] == "LOADER_WAREHOUSE_ERROR"


def test_a_log_lies_on_another_origin_that_refuses_the_token(account: Account) -> None:
    job = account.extraction()["job_name"]
    answer = account("GET", f"/v4/116078/extractions/{job}")
    assert answer.status_code == 302
    assert answer.content == b""
    location = answer.headers["location"]
    assert location.startswith(account.address.logs_url)
    text = httpx.get(location).text
    assert text.splitlines()[-1].endswith("Discovery succeeded. Tap succeeded. Target succeeded.")
    assert account.http.get(location).status_code == 400
    assert httpx.get(location.partition("?")[0]).status_code == 403


def test_pausing_takes_effect_and_a_deleted_source_stays_readable(account: Account) -> None:
    path = f"/v4/sources/{SOURCE}"
    assert account("PUT", path, {"paused_at": "2030-01-01T00:00:00Z"}).json()["paused_at"]
    assert "job_name" in account("POST", f"{path}/sync").json(), "by hand, it still runs"
    assert account("PUT", path, {"paused_at": None}).json()["paused_at"] is None
    assert account("DELETE", path).json()["deleted_at"]
    assert account("GET", path).status_code == 200
    answer = account("POST", f"{path}/sync")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "Integration is deleted.",
    )


def test_a_new_source_is_checked_discovered_and_configured(account: Account) -> None:
    kind = account("GET", "/v4/source-types/platform.github").json()
    given = {
        one["name"]: "x"
        for one in kind["steps"][0]["properties"]
        if one["is_required"] and one["property_type"] == "user_provided"
    }
    if "start_date" in given:
        given["start_date"] = "2026-01-01T00:00:00Z"
    body = {"type": "platform.github", "display_name": "Code!", "properties": given}
    source = account("POST", "/v4/sources", body).json()
    assert source["name"] == "code"
    path = f"/v4/sources/{source['id']}"
    check = account("GET", f"{path}/last-connection-check").json()
    assert check["status"] == "running"
    account.advance(30)
    assert account("GET", path).json()["report_card"]["current_step_type"] == "field_selection"
    stream = account("GET", f"{path}/streams").json()[0]["tap_stream_id"]
    entry = {"breadcrumb": [], "metadata": {"selected": True}}
    change = {"streams": [{"tap_stream_id": stream, "metadata": [entry]}]}
    assert account("PUT", f"{path}/streams/metadata", change).json() == {"status": 200}
    assert account("GET", path).json()["report_card"]["current_step_type"] == "fully_configured"


def test_properties_that_do_not_fit_are_named(account: Account) -> None:
    body = {"properties": {"frequency_in_minutes": "7"}}
    answer = account("PUT", f"/v4/sources/{SOURCE}", body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidProperties"
    assert answer.json()["data"]["bad_properties"] == ["frequency_in_minutes"]


def test_both_versions_show_the_same_destination(account: Account) -> None:
    new, old = account("GET", "/v4/destinations").json(), account("GET", "/v3/destinations").json()
    assert [one["id"] for one in new] == [one["id"] for one in old]
    assert new[0]["properties"] == old[0]["connection"]
    assert "password" not in new[0]["properties"]
    assert account("DELETE", f"/v3/destinations/{new[0]['id']}").status_code == 404


def test_pushed_rows_become_loads(account: Account) -> None:
    record = {
        "client_id": 116078,
        "table_name": "visits",
        "sequence": 1,
        "action": "upsert",
        "key_names": ["id"],
        "data": {"id": 1},
    }
    given = {"headers": {"Authorization": "Bearer at_sandbox-import-token"}}
    assert account("POST", "/v2/import/push", [record], **given).status_code == 201
    account.advance(61)
    rows = account("GET", "/v4/116078/loads").json()["data"]
    assert [row["source_name"] for row in rows if row["stream_name"] == "visits"] == ["import_api"]
    refused = account("POST", "/v2/import/push", [{**record, "data": {}}], **given)
    assert refused.status_code == 422


def test_a_source_has_two_tokens_at_most_and_shows_them_once(account: Account) -> None:
    path = f"/v4/sources/{IMPORT_SOURCE}/tokens"
    made = account("POST", path).json()
    assert made["access_token"]
    assert account("POST", path).status_code == 400
    assert made["access_token"] not in account("GET", path).text


@pytest.mark.parametrize("token", [None, "wrong"])
def test_no_token_or_a_wrong_one_opens_nothing(sandbox: Any, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{sandbox.url}/v4/sources", headers=headers)
    assert answer.status_code == 401


def test_another_account_is_closed(account: Account) -> None:
    assert account("GET", "/v4/116079/loads").status_code == 401


@pytest.mark.parametrize(("verb", "path"), [("PATCH", "/v4/sources"), ("GET", "/v4/nothing")])
def test_a_wrong_method_or_path_is_404(account: Account, verb: str, path: str) -> None:
    assert account(verb, path).status_code == 404


def test_a_restart_with_a_database_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    db = str(tmp_path / "account.db")
    body = {"email_address": "kept@sandbox.example"}
    for expected in (3, 4):
        with running(time_scale=0, db=db) as address:
            account = Account(address)
            account("POST", "/notifications/public/v1/api/custom-emails", body)
            found = account("GET", "/notifications/public/v1/api/custom-emails").json()
            account.http.close()
        assert len(found) == expected
