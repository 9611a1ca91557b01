"""Custom e-mails and post-load hooks."""

from __future__ import annotations

import re
from typing import Any

from .. import errors, views
from ..call import Call, handles
from ..clock import parse_iso
from ..courier import place
from ..plans import allows
from ..records import Email, Hook

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
"""Beyond what the contract asks of an address: a domain with a dot."""

LIMIT = 10


@handles("custom_emails.list")
def list_emails(call: Call) -> Any:
    return [views.email(one) for one in call.store.emails_of.of(call.client.id)]


@handles("custom_emails.create")
def create_email(call: Call) -> Any:
    body = call.body if isinstance(call.body, dict) else {}
    address = body.get("email_address")
    if call.problems or not isinstance(address, str) or not EMAIL.fullmatch(address):
        raise errors.invalid_email()
    if not allows(call.client, "emails"):
        raise errors.email_feature()
    if len(list_emails(call)) >= LIMIT:
        raise errors.email_limit()
    record = Email(
        id=call.store.next("email", 41),
        client_id=call.client.id,
        email_address=address,
        created_at=call.now,
    )
    return views.email(call.store.emails.put(record))


@handles("custom_emails.set_state", "custom_emails.enable", "custom_emails.disable")
def set_email_state(call: Call) -> Any:
    record = call.store.emails.get(call.number("id") or 0)
    if record is None or record.client_id != call.client.id:
        raise errors.email_not_found()
    body = call.body if isinstance(call.body, dict) else {}
    value = body.get("disabled_at")
    is_moment = value is None or parse_iso(value) is not None
    if call.problems or set(body) != {"disabled_at"} or not is_moment:
        raise errors.email_disabled_at(value)
    call.store.emails.change(record, disabled_at=value)
    return {"disabled_at": value}


@handles("custom_emails.delete")
def delete_email(call: Call) -> Any:
    number = call.number("id")
    if number is None:
        raise errors.missing()
    record = call.store.emails.get(number)
    if record is None or record.client_id != call.client.id:
        return [0]
    return [int(call.store.emails.drop(record.id))]


@handles("hooks.list")
def list_hooks(call: Call) -> Any:
    return {"post_load": [views.hook(one) for one in call.store.hooks_of.of(call.client.id)]}


def _is_told(call: Call, body: dict[str, Any]) -> bool:
    """Whether a hook asks for a destination of the account, at an address that can be called.

    The API wants https; the sandbox calls addresses on its own machine, for which http will do.
    """
    url = body["config"]["url"]
    is_address = url.startswith("https://") or place(url) is not None
    return is_address and body["destination_id"] in [one.id for one in call.destinations()]


@handles("hooks.create")
def create_hook(call: Call) -> Any:
    if call.problems or not _is_told(call, call.body):
        raise errors.hook_body_post()
    if not allows(call.client, "hooks"):
        raise errors.hook_feature()
    if len(list_hooks(call)["post_load"]) >= LIMIT:
        raise errors.hook_limit(LIMIT)
    record = Hook(
        id=call.store.next("hook", 8),
        client_id=call.client.id,
        destination_id=call.body["destination_id"],
        config=call.body["config"],
        created_at=call.now,
        modified_at=call.now,
    )
    return views.hook(call.store.hooks.put(record), created=True)


def _hook(call: Call) -> Hook:
    record = call.store.hooks.get(call.number("id") or 0)
    if record is None or record.client_id != call.client.id:
        raise errors.hook_not_found()
    return record


@handles("hooks.set_state", "hooks.enable", "hooks.disable")
def set_hook_state(call: Call) -> Any:
    record = _hook(call)
    if call.problems:
        raise errors.hook_body_put()
    disabled = None if call.body["enable"] else call.now
    return views.hook(call.store.hooks.change(record, disabled_at=disabled, modified_at=call.now))


@handles("hooks.delete")
def delete_hook(call: Call) -> Any:
    call.store.hooks.drop(_hook(call).id)
    return None
