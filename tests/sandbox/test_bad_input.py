"""What nobody should send is refused in a sentence, changes nothing, and harms nobody after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account
from .forging import resealed

EMAILS = "/notifications/public/v1/api/custom-emails"
STREAMS = f"/v4/sources/{SOURCE}/streams"
WITH_BODIES = [
    ("POST", "/v4/sources"),
    ("PUT", f"/v4/sources/{SOURCE}"),
    ("PUT", f"{STREAMS}/metadata"),
    ("POST", "/v4/destinations"),
    ("PUT", "/v4/destinations/155582"),
    ("POST", "/v3/destinations"),
    ("POST", "/v3/accounts"),
    ("POST", EMAILS),
    ("PUT", f"{EMAILS}/41"),
    ("POST", "/notifications/public/v1/api/hooks"),
    ("PUT", "/notifications/public/v1/api/hooks/8"),
    ("POST", "/v2/import/push"),
    ("POST", "/v2/import/batch"),
    *(("POST", f"/_sandbox/{name}") for name in ("advance", "faults", "seed", "restore")),
]
BAD_BODIES = {
    "too deep": b"[" * 300 + b"]" * 300,
    "far too deep": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "half a surrogate pair": b'{"display_name": "\\ud800", "type": "platform.github"}',
    "a surrogate in bytes": b'{"display_name": "\xed\xa0\x80", "type": "platform.github"}',
    "not UTF-8": b'{"\xff": 1}',
    "no number": b'{"properties": {"port": NaN}, "type": "postgres"}',
    "a number without end": b'{"seconds": 1e999}',
    "a number that is too long": b'{"seconds": ' + b"1" * 5000 + b"}",
}
TOKEN = {"Authorization": "Bearer at_sandbox-import-token", "Content-Type": "application/json"}


@pytest.fixture
def alone() -> Iterator[Account]:
    """A sandbox whose time stands still, seen by one test."""
    with running(start_at="2026-03-02T08:00:00Z", time_scale=0) as address:
        account = Account(address)
        yield account
        account.http.close()


def kept(account: Account) -> str:
    return account("GET", "/_sandbox/snapshot").text


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_json_is_refused_by_every_operation(alone: Account, body: bytes) -> None:
    before = kept(alone)
    for verb, path in WITH_BODIES:
        headers = TOKEN if path.startswith("/v2/") else {}
        answer = alone.http.request(verb, path, content=body, headers=headers)
        assert 400 <= answer.status_code < 500, (verb, path)
    assert kept(alone) == before
    assert alone("GET", "/").status_code == 200


@pytest.mark.parametrize(
    ("verb", "action", "status", "says"),
    [
        ("POST", "advnce", 404, "unknown action 'advnce': did you mean 'advance'?"),
        ("GET", "", 404, "unknown action '': it is one of accounts, advance, coverage, "),
        ("POST", "page/nothing.js", 404, "it is one of accounts, advance, coverage, "),
        ("GET", "advance", 405, "advance takes POST, not GET"),
        ("PUT", "faults", 405, "faults takes GET or POST or DELETE, not PUT"),
    ],
)
def test_what_the_control_plane_does_not_have_is_told(
    account: Account, verb: str, action: str, status: int, says: str
) -> None:
    answer = account(verb, f"/_sandbox/{action}")
    assert answer.status_code == status
    assert says in answer.json()["error"]


def test_a_body_may_have_a_byte_order_mark_and_whole_surrogate_pairs(alone: Account) -> None:
    body = b'\xef\xbb\xbf{"type": "platform.github", "display_name": "Git \\ud83d\\ude00"}'
    assert alone.http.post("/v4/sources", content=body).json()["display_name"] == "Git \U0001f600"


@pytest.mark.parametrize("address", ["a..b@c.d", "a@x.y.", "é@x.y", "a@-x.y", "a@b_c.d"])
def test_an_address_that_the_contract_does_not_know_is_refused(
    alone: Account, address: str
) -> None:
    before = alone("GET", EMAILS).json()
    answer = alone("POST", EMAILS, {"email_address": address})
    assert answer.status_code == 400
    assert alone("GET", EMAILS).json() == before


@pytest.mark.parametrize("instant", ["2026-01-05T09:00", "2026-01-05 09:00", "20260105T090000Z"])
def test_an_instant_that_the_contract_does_not_know_is_echoed(alone: Account, instant: str) -> None:
    answer = alone("PUT", f"{EMAILS}/41", {"disabled_at": instant})
    assert (answer.status_code, answer.json()) == (400, {"disabled_at": instant})
    assert alone("GET", EMAILS).json()[0]["disabled_at"] is None


def test_the_last_microsecond_of_the_calendar_is_refused(alone: Account) -> None:
    last = {"paused_at": "9999-12-31T23:59:59.999999Z"}
    assert alone("PUT", f"/v4/sources/{SOURCE}", last).status_code == 400
    assert alone("GET", "/v4/sources").status_code == 200


def test_a_pause_since_1970_is_a_pause(alone: Account) -> None:
    paused = alone("PUT", f"/v4/sources/{SOURCE}", {"paused_at": "1970-01-01T00:00:00Z"}).json()
    assert (paused["paused_at"], paused["schedule"]) == ("1970-01-01T00:00:00Z", None)
    alone("PUT", "/v4/sources/120652", {"paused_at": "1970-01-01T00:00:00Z"})
    pushed = alone.http.post("/v2/import/push", headers=TOKEN, json=[{"client_id": 116078}])
    assert pushed.status_code == 401


@pytest.mark.parametrize("path", [["id"], ["fields", "id"], ["properties", "id", "x"], ["", ""]])
def test_a_breadcrumb_leads_to_the_stream_or_a_field(alone: Account, path: list[str]) -> None:
    before = alone("GET", STREAMS).json()
    entry = {"breadcrumb": path, "metadata": {"selected": False}}
    streams = [{"tap_stream_id": before[0]["tap_stream_id"], "metadata": [entry]}]
    answer = alone("PUT", f"{STREAMS}/metadata", {"streams": streams})
    assert (answer.status_code, "list of metadatas" in answer.text) == (400, True)
    assert alone("GET", STREAMS).json() == before


def test_nothing_can_be_selected_before_the_step_field_selection(alone: Account) -> None:
    orders = {"tap_stream_id": "o", "stream_name": "o", "metadata": {"selected": True}}
    fields = {"id": {"metadata": {"inclusion": "automatic"}}}
    planted = {"source_id": 120651, "streams": [{**orders, "fields": fields}]}
    assert alone("POST", "/_sandbox/streams", planted).status_code == 200
    for name in (["o"], []):
        entry = {"breadcrumb": [], "metadata": {"selected": True}}
        body = {"streams": [{"tap_stream_id": one, "metadata": [entry]} for one in name]}
        answer = alone("PUT", "/v4/sources/120651/streams/metadata", body)
        assert answer.status_code == (400 if name else 200)
    card = alone("GET", "/v4/sources/120651").json()["report_card"]
    assert card["current_step_type"] == "oauth"


@pytest.mark.parametrize("path", [f"{SOURCE}%2Fstreams", "12064%2533", f"{SOURCE}%3Fpage=1"])
def test_an_id_is_what_stands_between_two_slashes(alone: Account, path: str) -> None:
    answer = alone("GET", f"/v4/sources/{path}")
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidId")


@pytest.mark.parametrize("verb", ["OPTIONS", "TRACE", "HEAD", "PATCH"])
def test_a_method_that_the_api_does_not_have_is_404(alone: Account, verb: str) -> None:
    assert alone(verb, "/v4/sources").status_code == 404


@pytest.mark.parametrize("what", ["loads", "extractions"])
def test_an_account_of_any_length_is_another_account(alone: Account, what: str) -> None:
    assert alone("GET", f"/v4/{'9' * 5000}/{what}").status_code == 401


# The control plane --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["5\r\nX-More: 1", "é", "5" * 2000])
def test_a_retry_after_that_no_header_holds_is_refused(alone: Account, text: str) -> None:
    fault = {"operation": "loads.list", "kind": "status", "retry_after": text}
    answer = alone("POST", "/_sandbox/faults", fault)
    assert (answer.status_code, "printable ASCII" in answer.text) == (400, True)
    assert alone("GET", "/v4/116078/loads").status_code == 200


def test_the_first_of_several_mistakes_is_always_the_same(alone: Account) -> None:
    fault = {"operation": "*", "kind": "status", "text": "x", "seconds": 1, "rows": 2}
    said = alone("POST", "/_sandbox/faults", fault).json()["error"]
    assert said == "rows does not go with the kind 'status'"


def test_a_check_has_no_fate_of_a_job(alone: Account) -> None:
    answer = alone.script("tap_failed", of="check")
    assert (answer.status_code, "success, discovery_failed" in answer.text) == (400, True)


def test_no_request_adds_more_than_a_machine_can_hold(alone: Account) -> None:
    given = {"accounts": 10_000, "sources": 10_000, "streams": 10_000}
    answer = alone("POST", "/_sandbox/seed", given)
    assert (answer.status_code, "200,000 streams" in answer.text) == (400, True)
    assert len(alone("GET", "/_sandbox/accounts").json()) == 1


def test_time_has_an_end_and_stands_still_there(alone: Account) -> None:
    with running(start_at="8999-12-31T23:59:00Z", time_scale=1e9) as address:
        late = Account(address)
        for path in ("/v4/sources", "/", "/_sandbox/health"):
            assert late("GET", path).status_code == 200
        answer = late("POST", "/_sandbox/advance", {"seconds": 120})
        assert (answer.status_code, "time ends" in answer.text) == (400, True)
        late.http.close()
    with pytest.raises(ValueError, match="1970 to 8999"), running(start_at="1969-12-31T00:00:00Z"):
        pass


def forged(taken: dict[str, Any]) -> Iterator[dict[str, Any]]:
    records = taken["records"]
    first, *others = records["Source"]
    for field, wrong in {"id": "x", "type": "nope", "step": "nope", "created_at": "x"}.items():
        yield {**taken, "records": {**records, "Source": [{**first, field: wrong}, *others]}}
    yield {**taken, "records": {**records, "Account": []}}
    yield {**taken, "records": []}
    yield {**taken, "now": 1e300}
    yield {**taken, "now": None}


def test_a_snapshot_that_was_forged_is_refused_whole(alone: Account) -> None:
    before = kept(alone)
    taken = json.loads(before)
    assert alone("POST", "/_sandbox/restore", resealed(taken)).status_code == 200
    for wrong in forged(taken):
        answer = alone("POST", "/_sandbox/restore", resealed(wrong))
        assert (answer.status_code, "does not fit" in answer.text) == (400, True)
        assert kept(alone) == before
    alone("POST", "/_sandbox/reset")
    assert alone("GET", "/v4/sources").status_code == 200


# Pages of strangers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "origin", "is_welcome"),
    [
        ("", "", True),
        ("localhost:8040", "http://localhost:8040", True),
        ("sandbox:8040", "", True),
        ("[::1]:8040", "", True),
        ("evil.example", "", False),
        ("evil.example:8040", "http://evil.example:8040", False),
        ("", "https://evil.example", False),
        ("", "null", False),
    ],
)
def test_a_page_of_a_stranger_cannot_use_what_needs_no_token(
    alone: Account, host: str, origin: str, is_welcome: bool
) -> None:
    alone.advance(1)
    before = kept(alone)
    headers = {name: text for name, text in (("Host", host), ("Origin", origin)) if text}
    for verb, path in (("POST", "/_sandbox/reset"), ("GET", "/"), ("GET", "/_sandbox/snapshot")):
        answer = alone.http.request(verb, path, headers=headers)
        assert answer.status_code == (200 if is_welcome else 403)
    assert (kept(alone) == before) is not is_welcome
    assert alone.http.get("/v4/sources", headers=headers).status_code == 200
