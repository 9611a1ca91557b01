"""Partners open accounts for their users, or are let into theirs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Account
from .refusals import PARTNER

ADDRESS = "http://127.0.0.1:9/back?state=7"


def asked(account: Account, **query: str) -> httpx.Response:
    """Where the browser of a user is sent to."""
    given = {"client_id": PARTNER["partner_id"], "redirect_uri": ADDRESS, **query}
    return account.http.get("/oauth/authorization", params=given)


def exchanged(account: Account, code: str, **fields: str) -> httpx.Response:
    form = {
        "client_secret": PARTNER["partner_secret"],
        "code": code,
        "grant_type": "authorization_code",
        **fields,
    }
    return httpx.post(f"{account.address.url}/oauth/token", data=form)


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 302
    back = httpx.URL(answer.headers["location"])
    assert str(back).startswith(ADDRESS)
    return back.params["code"]


def test_a_new_account_is_open_to_its_token_alone(account: Account) -> None:
    made = account("POST", "/v3/accounts", {**PARTNER, "region": "eu-central-1"}).json()
    with account.holding(made["access_token"]) as http:
        assert http.get("/v4/sources").json() == http.get("/v4/destinations").json() == []
        assert http.get(f"/v4/{made['stitch_account_id']}/loads").json()["total"] == 0
        assert http.get("/v4/116078/loads").status_code == 401
    shown = account("GET", "/_sandbox/accounts").json()
    assert [one["region"] for one in shown] == ["us-east-1", "eu-central-1"]
    again = account("POST", "/v3/accounts", PARTNER)
    assert again.json()["code"] == "ExistingUser"


@pytest.mark.parametrize("change", [{"email": "nobody"}, {"region": "mars"}, {"company": ""}])
def test_a_form_that_is_not_filled_in_is_refused(account: Account, change: Any) -> None:
    answer = account("POST", "/v3/accounts", {**PARTNER, **change})
    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid form data.")
    assert len(account("GET", "/_sandbox/accounts").json()) == 1


def test_a_code_opens_the_account_once(account: Account) -> None:
    code = code_of(asked(account))
    answer = exchanged(account, code).json()
    assert (answer["token_type"], answer["stitch_account_id"]) == ("bearer", 116078)
    with account.holding(answer["access_token"]) as http:
        assert http.get("/v4/sources").json() == account("GET", "/v4/sources").json()
    assert exchanged(account, code).status_code == 400
    assert code_of(asked(account)) != code


def test_a_code_dies_after_five_minutes(account: Account) -> None:
    early, late = code_of(asked(account)), code_of(asked(account))
    account.advance(299)
    assert exchanged(account, early).status_code == 200
    account.advance(1)
    assert exchanged(account, late).status_code == 400


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"client_secret": "wrong"}, 401), ({"grant_type": "password"}, 401), ({"code": "no"}, 400)],
)
def test_what_does_not_fit_gets_no_token(
    account: Account, fields: dict[str, str], status: int
) -> None:
    code = code_of(asked(account))
    assert exchanged(account, **{"code": code, **fields}).status_code == status
    assert exchanged(account, code).status_code == 200, "the code is not used up by that"


def test_a_user_may_say_no(account: Account) -> None:
    other = account("POST", "/_sandbox/accounts", {"consent": False}).json()
    email = f"owner@{other['client_id']}.example"
    back = httpx.URL(asked(account, email=email).headers["location"])
    assert dict(back.params) == {"state": "7", "error": "access_denied"}


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "oc_else"},
        *({"redirect_uri": text} for text in ("javascript:x", "http://[", "http://x:y/", "http:")),
    ],
)
def test_only_a_partner_asks_and_only_for_an_address(account: Account, query: Any) -> None:
    assert asked(account, **query).status_code == 400
