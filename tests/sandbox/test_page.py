"""The page for people, as it is served; tests/browser clicks through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from stitch_connect_sandbox.seed_data import IMPORT_TOKEN, SOURCES
from stitch_connect_sandbox.server import running

from .conftest import SOURCE, Account
from .reading import Element, read

HOSTILE = '<img src=x onerror="alert(1)"></li><script>alert(2)</script>&amp;'


@pytest.fixture
def address() -> Iterator[Any]:
    with running(time_scale=0, start_at="2026-03-02T08:00:00Z") as found:
        yield found


@pytest.fixture
def account(address: Any) -> Iterator[Account]:
    found = Account(address)
    yield found
    found.http.close()


def page(account: Account, query: str = "") -> Element:
    answer = httpx.get(f"{account.address.url}/{query}")
    assert answer.status_code == 200
    return read(answer.text)


def section(account: Account, name: str, query: str = "") -> Element:
    return page(account, query).one(id=name)


def asked(account: Account) -> list[str]:
    return [row.text for row in section(account, "requests").rows().values()]


# What it shows -----------------------------------------------------------------------------------


def test_every_source_is_shown_in_its_state_what_matters_first(account: Account) -> None:
    account.start()
    account("PUT", "/v4/sources/120644", {"paused_at": "2026-03-01T00:00:00Z"})
    account("DELETE", "/v4/sources/120648")
    rows = section(account, "sources").rows()
    states = [rows[key].one(class_="said").text for key in rows]
    assert set(rows) == {str(sketch.id) for sketch in SOURCES}
    assert states[0] == rows[str(SOURCE)].one(class_="said").text == "Running"
    assert states.count("Failing") == 4
    assert "Paused" in rows["120644"].text
    assert "Deleted" in rows["120648"].text
    assert "Waits for the step oauth." in rows["120651"].text
    assert states[-1] == "Deleted"
    assert page(account).one("h1").text == "4 of 11 sources are failing."


def test_a_job_is_shown_with_how_far_it_has_come_and_then_what_it_loaded(account: Account) -> None:
    name = account.start()
    account.advance(90)
    job = section(account, "running").rows()[name]
    assert job.text.startswith("Heroku Replication job started by hand")
    assert job.one("progress").attributes["value"] == "50"
    assert job.one("li", aria_current="step").text == "Extract"
    account.advance(91)
    assert name not in section(account, "running").rows()
    assert section(account, "loads").text.count("Waiting, due") == 4
    account.advance(60)
    assert "Waiting, due" not in section(account, "loads").text
    assert section(account, "loads").text.count("Loaded 08:04:00") == 4


def test_a_check_is_shown_while_it_runs(account: Account) -> None:
    account("PUT", f"/v4/sources/{SOURCE}", {"properties": {"host": "db.example.com"}})
    assert "Heroku Connection check" in section(account, "running").text
    account.advance(30)
    assert "Nothing is running." in section(account, "running").text


def test_requests_show_what_they_did_to_whom_by_whom_and_how_that_went(account: Account) -> None:
    account("GET", f"/v4/sources/{SOURCE}")
    account.advance(5)
    account("PUT", f"/v4/sources/{SOURCE}", {"paused_at": None})
    account("DELETE", "/v4/sources/1")
    account("POST", f"/v4/sources/{SOURCE}/sync")
    account("GET", "/v4/nothing/here", headers={"Authorization": "Bearer wrong"})
    assert asked(account) == [
        "GET /v4/nothing/here 08:00:05 unknown · unknown token 404 Not Found",
        "replication_jobs.start 08:00:05 operate · account 116078 · Heroku 200 OK",
        "sources.delete 08:00:05 destroy · account 116078 · 1 400 Bad Request",
        "sources.unpause 08:00:05 operate · account 116078 · Heroku 200 OK",
        "sources.get 08:00:00 read · account 116078 · Heroku 200 OK",
    ]


def test_what_was_refused_does_not_stand_out_as_a_change(account: Account) -> None:
    account("DELETE", "/v4/sources/1")
    account("DELETE", f"/v4/sources/{SOURCE}")
    kinds = [one.attributes["class"] for one in section(account, "requests").rows().values()]
    assert kinds == ["destructive", "destructive vain"]


def test_requests_of_a_kind_are_one_line_and_count_against_the_budget(account: Account) -> None:
    for _ in range(7):
        account("GET", "/v4/116078/loads")
    assert asked(account) == ["loads.list × 7 08:00:00 read · account 116078 200 OK"]
    assert "7 of 30 requests for jobs" in section(account, "requests").text
    account.advance(600)
    assert "0 of 30 requests for jobs" in section(account, "requests").text


def test_faults_and_fates_are_shown_until_they_have_struck(account: Account) -> None:
    fault = {"operation": "loads.list", "kind": "status", "status": 503, "count": 2, "skip": 1}
    account("POST", "/_sandbox/faults", fault)
    account("POST", "/_sandbox/faults", {"operation": "sources.get", "kind": "reset_after"})
    account.script("tap_failed")
    shown = section(account, "armed").text
    assert "status loads.list the next 2 calls after 1, status 503" in shown
    assert "reset_after sources.get the next call" in shown
    assert "tap_failed next job of Heroku" in shown
    account.start()
    for _ in range(3):
        account("GET", "/v4/116078/loads")
    with pytest.raises(httpx.TransportError):
        account("GET", f"/v4/sources/{SOURCE}")
    assert "No faults, no scripted outcomes." in section(account, "armed").text
    cut, struck = asked(account)[:2]
    assert "fault reset_after connection reset" in cut
    assert struck.startswith("loads.list × 2")
    assert "fault status 503 Service Unavailable" in struck


def test_a_fault_says_whom_it_strikes_and_how_likely(account: Account) -> None:
    whom = {"operation": "*", "client_id": 116078, "probability": 0.25}
    account("POST", "/_sandbox/faults", {**whom, "kind": "injection", "text": "<b>x</b>" * 99})
    shown = section(account, "armed").text
    assert (
        "injection any operation any call of 116078 with probability 0.25, text <b>x</b>" in shown
    )


def test_accounts_can_be_chosen(account: Account) -> None:
    assert not list(page(account).all("details"))
    (added,) = account("POST", "/_sandbox/seed", {"accounts": 1, "sources": 2}).json()
    links = {one.text: one.attributes["href"] for one in section(account, "accounts").all("a")}
    assert links == {
        "Sandbox 116078 13 sources": "/?account=116078",
        f"Sandbox {added['client_id']} {added['client_id']} 2 sources":
            f"/?account={added['client_id']}",
    }  # fmt: skip
    other = page(account, f"?account={added['client_id']}")
    assert set(other.one(id="sources").rows()) == set(map(str, added["sources"]))
    assert other.one("h1").text == "All 2 sources are well."
    unknown = httpx.get(f"{account.address.url}/?account=5")
    assert unknown.status_code == 404
    assert read(unknown.text).one("h1").text == "There is no such account."


def test_many_accounts_are_found_by_id(account: Account) -> None:
    account("POST", "/_sandbox/seed", {"accounts": 120})
    choice = section(account, "accounts")
    assert len(list(choice.all("a"))) == 50
    assert "71 more; by id" in choice.one("form").text


def test_many_sources_are_shown_by_pages_states_and_names(account: Account) -> None:
    ids = account("POST", "/_sandbox/seed", {"sources": 300, "streams": 1}).json()
    first = section(account, "sources")
    assert "Page 1 of 8" in first.text
    assert len(first.rows()) == 40
    assert "Failing" in first.text
    seen: list[str] = []
    for number in range(1, 9):
        seen += section(account, "sources", f"?page={number}").rows()
    assert len(seen) == len(set(seen)) == 313
    assert set(section(account, "sources", f"?find=bulk_{ids[7]}").rows()) == {str(ids[7])}
    assert set(section(account, "sources", "?state=failing").rows()) == {
        "120645", "120646", "120647", "120649",
    }  # fmt: skip
    assert "No source matches." in section(account, "sources", "?find=nowhere").text
    assert "Page 8 of 8" in section(account, "sources", "?page=99").text


@pytest.mark.parametrize(
    "query",
    ["?account=x", "?page=-1", "?page=0", "?state=none", "?account=²", "?page=9e9", "?find=%00"],
)
def test_a_query_that_makes_no_sense_is_a_board_all_the_same(account: Account, query: str) -> None:
    assert page(account, query).one("h1").text


def test_a_reset_is_seen(account: Account) -> None:
    account("DELETE", f"/v4/sources/{SOURCE}")
    account("POST", "/_sandbox/reset")
    assert "Nothing has been asked for yet." in section(account, "requests").text
    assert "OK" in section(account, "sources").rows()[str(SOURCE)].text


# What it never does ------------------------------------------------------------------------------


def test_text_from_elsewhere_is_text(account: Account) -> None:
    account("PUT", f"/v4/sources/{SOURCE}", {"display_name": HOSTILE})
    account.start()
    account.script()
    account("GET", f"/v4/{HOSTILE}/{SOURCE}", params={"a": HOSTILE})
    account(
        "POST", "/_sandbox/faults", {"operation": "*", "kind": "status", "retry_after": HOSTILE}
    )
    found = page(account, f"?find={quote(HOSTILE)}")
    assert HOSTILE in found.one(id="sources").rows()[str(SOURCE)].text
    assert HOSTILE in found.one(id="armed").text
    assert [one.attributes for one in found.all("script")] == [
        {"src": "/_sandbox/page/board.js", "defer": ""}
    ]
    assert [one.attributes["src"] for one in found.all("img")] == ["/_sandbox/page/icon.svg"]
    for element in found.all():
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]


def test_a_name_of_any_length_leaves_the_board_as_it_was(account: Account) -> None:
    usual = len(page(account).text)
    account("PUT", f"/v4/sources/{SOURCE}", {"display_name": "long " * 100_000})
    account.start()
    found = page(account)
    assert found.one(id="sources").rows()[str(SOURCE)].text.startswith("long long ")
    assert len(found.text) < usual + 10_000


def test_what_opens_an_account_is_never_shown(account: Account) -> None:
    (added,) = account("POST", "/_sandbox/seed", {"accounts": 1}).json()
    made = account("POST", "/v4/sources/120652/tokens").json()["access_token"]
    secret = "an-unlikely-password"
    account("PUT", f"/v4/sources/{SOURCE}", {"properties": {"password": secret}})
    opens = [account.address.token, added["token"], made, IMPORT_TOKEN, secret]
    for token in opens:
        account("GET", f"/v4/{token}/{SOURCE}")
        account("GET", f"/v4/sources/{token}")
        account("GET", "/v4/sources", params={"token": token})
        account("GET", "/v2/import/status", headers={"Authorization": f"Bearer {token}"})
    shown = httpx.get(f"{account.address.url}/").text
    assert "GET /v4/…/120643" in shown
    assert not [token for token in opens[:4] if token in shown]


def test_nothing_is_loaded_from_elsewhere(account: Account) -> None:
    answer = httpx.get(account.address.url)
    policy = answer.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert not [one for one in policy if "unsafe" in one or "*" in one or "http" in one]
    for element in read(answer.text).all():
        for name in ("src", "href", "action"):
            assert element.attributes.get(name, "/")[0] in "/#"
    for name in ("board.css", "board.js", "icon.svg"):
        file = httpx.get(f"{account.address.url}/_sandbox/page/{name}")
        assert file.status_code == 200
        assert "url(" not in file.text
        assert "@import" not in file.text


def test_the_api_has_no_operation_at_the_root(account: Account) -> None:
    assert account("POST", "/").status_code == 404
    account("GET", "/")
    assert asked(account) == ["POST / 08:00:00 unknown · account 116078 404 Not Found"]
