"""For partners: open an account for a user. Tokens are kept; the model gets a reference."""

from __future__ import annotations

import os
from typing import Annotated, Literal

import stitch_connect as sdk
from pydantic import Field

from ..calls import Call
from ..registry import tool
from ..results import Outcome
from ..target import Target
from ..vault import folder_of, keep, prepare

Text = Annotated[str, Field(min_length=1, max_length=80)]
UNSEEN = "A person could not read this mail address whole: give one of ASCII, up to 60 characters."
NO_PARTNER = "set STITCH_CONNECT_PARTNER_ID and STITCH_CONNECT_PARTNER_SECRET for this server"


async def read_account(
    call: Call,
    email: Text,
    first_name: Text,
    last_name: Text,
    company: Text,
    region: Literal["us-east-1", "eu-central-1"] = "us-east-1",
) -> Target:
    """What opening an account would do."""
    quote, person = call.words.quote, (first_name, last_name)
    if not (call.settings.partner_id and call.settings.partner_secret):
        raise sdk.errors.ConfigurationError(NO_PARTNER)
    prepare(folder_of(os.environ))
    return Target(
        id=0,
        name=email,
        account=0,
        wording=(
            f"Open a Stitch account in {region}. Stitch mails the person; it cannot be undone from "
            f"here. {quote(' '.join(person))}, company {quote(company)}, mail {quote(email)}."
        ),
        facts={},
        blocked=None if email.isascii() and call.words.shows(email) else UNSEEN,
        change={
            "email": email,
            "first_name": first_name,
            "last_name": last_name,
            "company": company,
            "region": region,
        },
    )


@tool("accounts.create", toolset="partner", target=read_account, asks=True)
async def create_account(call: Call, target: Target) -> Outcome:
    """Opens a Stitch account for a user, once a person has confirmed it; its token is kept."""
    partner = {
        "partner_id": call.settings.partner_id,
        "partner_secret": call.settings.partner_secret,
    }
    made = await call.stitch.accounts.create(**partner, **target.change)
    number = made.stitch_account_id if isinstance(made.stitch_account_id, int) else 0
    kept = keep(folder_of(os.environ), f"account-{number}", made.access_token)
    what = f"Account {number} is open; its token is in {kept}"
    return Outcome(status="done", what=what)


@tool("sessions.create", toolset="partner")
async def create_session(call: Call) -> Outcome:
    """Creates a token that opens a browser session for an hour, and keeps it in a file."""
    prepare(folder_of(os.environ))
    made = await call.stitch.sessions.create()
    kept = keep(folder_of(os.environ), "session", made.ephemeral_token)
    return Outcome(status="done", what=f"The session token, good for an hour, is in {kept}")
