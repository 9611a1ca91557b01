"""Many accounts and sources in one sandbox: closed to each other, and counted apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from .conftest import SOURCE, Account

DESTINATION, UNKNOWN = 155582, 999_999
CONTRACT = Path(__file__).resolve().parents[2] / "spec/openapi.yaml"

ENTRY = {"breadcrumb": [], "metadata": {"selected": False}}
SELECTION = {"streams": [{"tap_stream_id": "heroku-public-orders", "metadata": [ENTRY]}]}
WAREHOUSE = {"host": "elsewhere.example"}
OWNED: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/v4/sources/{source_id}", None),
    ("PUT", "/v4/sources/{source_id}", {"display_name": "Taken"}),
    ("DELETE", "/v4/sources/{source_id}", None),
    ("GET", "/v4/sources/{source_id}/tokens", None),
    ("POST", "/v4/sources/{source_id}/tokens", None),
    ("DELETE", "/v4/sources/{source_id}/tokens/{token_id}", None),
    ("GET", "/v4/sources/{source_id}/last-connection-check", None),
    ("GET", "/v4/sources/{source_id}/streams", None),
    ("GET", "/v4/sources/{source_id}/streams/{stream_id}", None),
    ("PUT", "/v4/sources/{source_id}/streams/metadata", SELECTION),
    ("POST", "/v4/sources/{source_id}/sync", None),
    ("DELETE", "/v4/sources/{source_id}/sync", None),
    ("PUT", "/v4/destinations/{destination_id}", {"properties": WAREHOUSE}),
    ("DELETE", "/v4/destinations/{destination_id}", None),
    ("GET", "/v4/destinations/{destination_id}/last-connection-check", None),
    ("PUT", "/v3/destinations/{destination_id}", {"type": "postgres", "connection": WAREHOUSE}),
    ("GET", "/v4/{stitch_client_id}/extractions/{job_name}", None),
    ("PUT", "/notifications/public/v1/api/custom-emails/{id}", {"disabled_at": None}),
    ("DELETE", "/notifications/public/v1/api/custom-emails/{id}", None),
    ("PUT", "/notifications/public/v1/api/hooks/{id}", {"enable": False}),
    ("DELETE", "/notifications/public/v1/api/hooks/{id}", None),
)


def test_the_table_names_every_operation_on_something_owned() -> None:
    paths = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["paths"]
    apart = {"source_type", "destination_type"}  # catalogs that belong to nobody
    known = {
        (verb.upper(), path)
        for path, item in paths.items()
        for verb, operation in item.items()
        if path.rpartition("{")[2].rpartition("}")[0] not in apart | {""}
        and not path.endswith(("{stitch_client_id}/extractions", "{stitch_client_id}/loads"))
        and isinstance(operation, dict)
        and operation.get("x-provenance") != "absent"
    }
    assert {(verb, path) for verb, path, _ in OWNED} == known


@pytest.fixture
def other(account: Account) -> Iterator[Any]:
    found = account("POST", "/_sandbox/seed", {"accounts": 1}).json()[0]
    with account.holding(found["token"]) as http:
        yield http, found["client_id"]


def owned_ids(account: Account) -> dict[str, Any]:
    """Ids of things that the first account has."""
    return {
        "source_id": SOURCE,
        "destination_id": DESTINATION,
        "token_id": account("GET", "/v4/sources/120652/tokens").json()[0],
        "stream_id": account("GET", f"/v4/sources/{SOURCE}/streams").json()[0]["stream_id"],
        "job_name": account.extraction()["job_name"],
        "id": 41,
    }


def state(account: Account) -> list[Any]:
    paths = ["/v4/sources", "/v4/destinations", f"/v4/sources/{SOURCE}/streams"]
    paths += ["/v4/116078/extractions", "/v4/sources/120652/tokens"]
    paths += [f"/notifications/public/v1/api/{name}" for name in ("custom-emails", "hooks")]
    return [account("GET", path).json() for path in paths]


@pytest.mark.parametrize(("verb", "path", "body"), OWNED)
def test_what_another_account_has_is_unknown(
    account: Account, other: Any, verb: str, path: str, body: Any
) -> None:
    http, client_id = other
    ids, before = owned_ids(account), state(account)
    if "hooks" in path:
        ids["id"] = 8
    texts = []
    for values in (ids, {**dict.fromkeys(ids, UNKNOWN), "job_name": "1.2.sync.3"}):
        answer = http.request(verb, path.format(stitch_client_id=client_id, **values), json=body)
        assert "x-sandbox-violation" not in answer.headers, answer.text
        text = answer.text
        for value in values.values():
            text = text.replace(str(value), "…") if value not in (8, 41) else text
        texts.append((answer.status_code, text))
    assert texts[0] == texts[1]
    assert state(account) == before


def test_each_token_sees_its_own_account_alone(account: Account, other: Any) -> None:
    http, client_id = other
    assert http.get("/v4/sources").json() == []
    assert {one["stitch_client_id"] for one in http.get("/v4/destinations").json()} == {client_id}
    assert http.get(f"/v4/{client_id}/loads").json()["total"] == 0
    assert http.get("/v4/116078/loads").status_code == 401
    assert http.get("/notifications/public/v1/api/hooks").json() == {"post_load": []}


def test_accounts_come_with_sources_if_asked_for(account: Account) -> None:
    given = {"accounts": 2, "sources": 3, "streams": 2}
    found = account("POST", "/_sandbox/seed", given).json()
    assert len({one["token"] for one in found}) == 2
    for one in found:
        with account.holding(one["token"]) as http:
            assert [row["id"] for row in http.get("/v4/sources").json()] == one["sources"]


def test_seeded_sources_are_healthy(account: Account) -> None:
    ids = account("POST", "/_sandbox/seed", {"sources": 50, "streams": 20}).json()
    assert len(set(ids)) == 50
    sources = {one["id"]: one for one in account("GET", "/v4/sources").json()}
    steps = {sources[number]["report_card"]["current_step_type"] for number in ids}
    assert steps == {"fully_configured"}
    streams = account("GET", f"/v4/sources/{ids[0]}/streams").json()
    assert [one["selected"] for one in streams] == [True] * 20
    check = account("GET", f"/v4/sources/{ids[-1]}/last-connection-check").json()
    assert check["status"] == "succeeded"
    rows = account("GET", "/v4/116078/extractions").json()["data"]
    assert {row["target_exit_status"] for row in rows if row["source_id"] in ids} == {0}
    assert account("GET", "/v4/116078/loads").json()["total"] > 1000


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"acounts": 1}, "unknown field 'acounts': did you mean 'accounts'?"),
        ({"sources": 0}, "sources is an integer from 1 to 10000, not 0"),
        ({"sources": 1, "client_id": 5}, "no account has the client id 5"),
        ({"accounts": 1, "client_id": 116078}, "client_id does not go with accounts"),
        ({}, "say how many accounts or sources"),
    ],
)
def test_a_seed_that_makes_no_sense_is_refused(account: Account, given: Any, said: str) -> None:
    answer = account("POST", "/_sandbox/seed", given)
    assert (answer.status_code, answer.json()) == (400, {"error": said})


def test_the_jobs_group_is_counted_by_account_and_window(account: Account, other: Any) -> None:
    http, client_id = other
    for _ in range(3):
        account("GET", "/v4/116078/loads")
        account.advance(300)
    http.get(f"/v4/{client_id}/extractions")
    found = account("GET", "/_sandbox/requests").json()
    assert [entry[1:] for entry in found["jobs_log"]] == [
        *[[116078, "loads.list"]] * 3,
        [client_id, "extractions.list"],
    ]
    moments = [entry[0] for entry in found["jobs_log"]]
    assert [round(at - moments[0]) for at in moments] == [0, 300, 600, 900]
    assert found["max_in_window"] == {"116078": 2, str(client_id): 1}, "600 s on is another window"


def test_a_request_that_a_fault_strikes_counts_too(account: Account) -> None:
    fault = {"operation": "loads.list", "kind": "status", "status": 503}
    account("POST", "/_sandbox/faults", fault)
    assert account("GET", "/v4/116078/loads").status_code == 503
    assert httpx.get(f"{account.address.url}/v4/116078/loads").status_code == 401
    found = account("GET", "/_sandbox/requests").json()
    assert found["max_in_window"] == {"116078": 2}
