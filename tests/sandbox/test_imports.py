"""The Import API: what it takes, what it refuses beyond its documented errors, what is loaded."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox import transit

from .conftest import Account
from .import_refusals import BATCH, MESSAGE, ROW

TOKEN = {"Authorization": "Bearer at_sandbox-import-token"}
PUSH, BATCHES, VALIDATE = (f"/v2/import/{one}" for one in ("push", "batch", "validate"))


def sent(account: Account, path: str, body: Any) -> httpx.Response:
    return account("POST", path, body, headers=TOKEN)


def loads(account: Account) -> set[str]:
    rows = account("GET", "/v4/116078/loads").json()["data"]
    return {row["stream_name"] for row in rows if row["source_name"] == "import_api"}


def test_tables_of_a_push_and_of_a_batch_are_loaded_and_validated_ones_are_not(
    account: Account,
) -> None:
    answer = sent(account, VALIDATE, [ROW])
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "OK", "message": "Batch is valid!"},
    )
    account.advance(61)
    assert loads(account) == set()
    pushed = sent(account, PUSH, [ROW, {**ROW, "table_name": "orders"}])
    assert (pushed.status_code, pushed.json()["message"]) == (201, "Batch Accepted!")
    assert sent(account, BATCHES, {**BATCH, "table_name": "baskets"}).status_code == 201
    assert sent(account, BATCHES, {**BATCH, "key_names": []}).status_code == 201
    assert loads(account) == set(), "accepted is not loaded"
    account.advance(61)
    assert loads(account) == {"visits", "orders", "baskets"}


def test_a_queue_is_answered_as_accepted(account: Account) -> None:
    settings = {"client_id": 116078, "queue_imports": True}
    account("POST", "/_sandbox/accounts", settings)
    answer = sent(account, PUSH, [ROW])
    assert answer.status_code == 202
    assert answer.json() == {
        "status": "Accepted",
        "message": "The batch is queued to be processed.",
    }


# Transit as its own writers print it: keywords, then codes for what was seen before.
WRITTEN = (
    '[["^ ","~:client_id",116078,"~:table_name","visits","~:sequence",1,"~:action","upsert",'
    '"~:key_names",["id"],"~:data",["^ ","id",1,"seen","~t2026-01-01T00:00:00.000Z"]],'
    '["^ ","^0",116078,"^1","visits","^2","~i9007199254740993","^3","upsert","^4",["id"],'
    '"^5",["^ ","id",2,"ok","~?t"]]]'
)


def test_transit_is_read_like_json(account: Account) -> None:
    headers = {**TOKEN, "Content-Type": "application/transit+json"}
    answer = account.http.post(PUSH, content=WRITTEN, headers=headers)
    assert answer.status_code == 201, answer.text
    account.advance(61)
    assert loads(account) == {"visits"}
    first, second = transit.loads(WRITTEN.encode())
    assert first["data"] == {"id": 1, "seen": "2026-01-01T00:00:00.000Z"}
    assert second == {
        "client_id": 116078,
        "table_name": "visits",
        "sequence": 9007199254740993,
        "action": "upsert",
        "key_names": ["id"],
        "data": {"id": 2, "ok": True},
    }
    broken = account.http.post(PUSH, content='[["^ ","^9",1]]', headers=headers)
    assert (broken.status_code, broken.json()["message"]) == (400, "Malformed json in the body!")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('["~#point",[1,2]]', [1, 2]),
        ('["~#\'","~:word"]', "word"),
        ('{"~:plain":["~_","~~tilde","~^hat","^"]}', {"plain": [None, "~tilde", "^hat", "^"]}),
        ('[["^ ","name",1],["^ ","^0",2]]', [{"name": 1}, {"name": 2}]),
        ('["~d1.5","~n12","~$symbol","^0"]', [1.5, 12, "symbol", "symbol"]),
    ],
)
def test_transit_stands_for_plain_json(text: str, value: Any) -> None:
    assert transit.loads(text.encode()) == value


@pytest.mark.parametrize("text", ['["^ ","odd"]', '["^5"]', "[", '"~iX"'])
def test_what_is_no_transit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no Transit|Expecting value|invalid literal"):
        transit.loads(text.encode())


@pytest.mark.parametrize(
    ("records", "status", "said"),
    [
        ([ROW] * 20_001, 400, "An array of at most 20000 records is expected"),
        ([{**ROW, "action": "delete"}], 422, "should be upsert"),
        ([{**ROW, "sequence": 2**63}], 422, "should be at most 9223372036854775807"),
        ([{**ROW, "table_name": 7}], 422, "should be a string"),
        ([{**ROW, "sequence": True}], 422, "should be an integer"),
        ([{**ROW, "key_names": []}], 422, "can't be blank"),
        ([{**ROW, "data": {"id": 1, "x": [0] * 10_000}}], 422, "more than 10000 data points"),
        ([], 401, "Not Authenticated."),
        ([7], 400, "An array of records is expected"),
    ],
)
@pytest.mark.parametrize("path", [PUSH, VALIDATE])
def test_a_push_keeps_its_limits(
    account: Account, path: str, records: Any, status: int, said: str
) -> None:
    answer = sent(account, path, records)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text[:200]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"messages": []}, "#/messages: expected minimum item count: 1, found: 0"),
        ({"messages": [MESSAGE] * 20_001}, "expected maximum item count: 20000, found: 20001"),
        ({"messages": [{**MESSAGE, "colour": 1}]}, "extraneous key [colour] is not permitted"),
        ({"messages": [{**MESSAGE, "action": "delete"}]}, "#/messages/0/action"),
        ({"messages": [{**MESSAGE, "sequence": "1"}]}, "expected type: Integer, found: String"),
        ({"messages": [{**MESSAGE, "data": []}]}, "expected type: JSONObject, found: JSONArray"),
        ({"messages": [7]}, "#/messages/0: expected type: JSONObject, found: Integer"),
        ({"schema": {}}, "#/schema: required key [properties] not found"),
        ({"key_names": "id"}, "#/key_names: expected type: JSONArray, found: String"),
        (
            {"messages": [MESSAGE, {**MESSAGE, "data": {"id": 1.5}}]},
            "Record 1 did not conform to schema: #/id: expected: Integer, found: Number",
        ),
        (
            {"schema": {"properties": {"id": {"maximum": 0}}}},
            "Record 0 did not conform to schema: #/id: 1 is greater than the maximum of 0",
        ),
        (
            {"schema": {"properties": {"id": {"$ref": "http://127.0.0.1:1/schema"}}}},
            "Invalid JSON schema:",
        ),
    ],
)
def test_a_batch_keeps_its_rules(account: Account, change: dict[str, Any], said: str) -> None:
    answer = sent(account, BATCHES, {**BATCH, **change})
    assert (answer.status_code, said in answer.json()["error"]) == (400, True), answer.text[:300]
    account.advance(61)
    assert loads(account) == set()


def test_a_token_opens_one_source_and_is_shown_once(account: Account) -> None:
    path = "/v4/sources/120652/tokens"
    made = account("POST", path).json()
    ids = account("GET", path).json()
    assert ids == sorted(ids)
    assert ids[-1] == made["id"]
    refused = account("POST", path)
    assert (refused.status_code, refused.json()["error"]) == (400, "AccessDenied")
    before = account("GET", "/v4/sources/120652").json()["updated_at"]
    account.advance(5)
    assert account("DELETE", f"{path}/{ids[0]}").json()["updated_at"] > before
    gone = sent(account, PUSH, [ROW])
    assert (gone.status_code, gone.json()) == (401, {"message": "Not Authorized"})
    other = {"headers": {"Authorization": f"Bearer {made['access_token']}"}}
    assert account("POST", PUSH, [ROW], **other).status_code == 201
    account("POST", "/_sandbox/accounts", {"client_id": 116078, "edition": "newer"})
    (shown,) = account("GET", path).json()
    assert set(shown) == {"token_id", "created_at"}
    assert made["access_token"] not in json.dumps(account("GET", "/v4/sources").json())
    assert account("POST", "/v4/sources/120643/tokens").status_code == 400, "it takes no rows"


def test_an_account_elsewhere_has_an_address_of_its_own(account: Account) -> None:
    account("POST", "/_sandbox/accounts", {"client_id": 116078, "region": "eu-central-1"})
    europe = {**TOKEN, "Host": "api.eu-central-1.stitchdata.com"}
    america = {**TOKEN, "Host": "api.stitchdata.com"}
    statuses = [
        account("POST", PUSH, [ROW], headers=headers).status_code
        for headers in (europe, america, TOKEN)
    ]
    assert statuses == [201, 401, 201]
