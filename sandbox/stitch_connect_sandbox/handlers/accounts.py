"""Accounts, sessions and the partner OAuth exchange."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from .. import errors
from ..call import Call, handles
from ..records import Account

PARTNER_ID = "oc_sandbox-partner"
PARTNER_SECRET = "oc_sandbox-secret"
OAUTH_CODE = "sandbox-code"
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
REQUIRED = ("first_name", "last_name", "company", "email")


@handles("accounts.create")
def create_account(call: Call) -> Any:
    body = call.body if isinstance(call.body, dict) else {}
    partner = {"partner_id": PARTNER_ID, "partner_secret": PARTNER_SECRET}
    wrong = [name for name, value in partner.items() if body.get(name) != value]
    if wrong:
        raise errors.invalid_form(wrong[0])
    if call.problems or not all(body.get(name) for name in REQUIRED):
        raise errors.invalid_form()
    if not EMAIL.fullmatch(body["email"]):
        raise errors.invalid_form()
    if call.store.accounts_by_email.of(body["email"]):
        raise errors.existing_user()
    account = _account(call, body)
    return {"access_token": account.tokens[0], "stitch_account_id": account.id}


def _account(call: Call, body: dict[str, Any]) -> Account:
    number = call.store.next("account", 116079)
    token = call.engine.chance.token("at_", "account", number)
    return call.store.accounts.put(
        Account(
            id=number,
            company=body["company"],
            email=body["email"],
            region=body.get("region", "us-east-1"),
            plan="advanced",
            tokens=[token],
        )
    )


@handles("sessions.create")
def create_session(call: Call) -> Any:
    number = call.store.next("session")
    return {"ephemeral_token": call.engine.chance.token("", "session", number)}


@handles("oauth.token")
def exchange_code(call: Call) -> Any:
    form = {
        name: values[0] for name, values in parse_qs(call.raw.decode("utf-8", "replace")).items()
    }
    granted = form.get("grant_type") == "authorization_code"
    if not granted or form.get("client_secret") != PARTNER_SECRET:
        raise errors.unauthorized()
    code = call.store.oauth_codes.get(form.get("code", ""))
    if code is None or (code.expires_at is not None and code.expires_at <= call.now):
        raise errors.ApiError(400)
    call.store.oauth_codes.drop(code.id)
    account = call.store.accounts[code.client_id]
    token = call.engine.chance.token("at_", "oauth", call.store.next("oauth-token"))
    call.store.accounts.change(account, tokens=[*account.tokens, token])
    return {"token_type": "bearer", "access_token": token, "stitch_account_id": account.id}
