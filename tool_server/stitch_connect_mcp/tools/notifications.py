"""Notifications: who is mailed, and which address is called after a load."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from ..calls import Call
from ..paging import Asked, Cursor, Limit, page_of
from ..registry import tool
from ..results import Answer, Outcome, Row
from ..target import Target, numbered
from .shared import account_of

Kind = Literal["email", "hook"]
Id = Annotated[int, Field(ge=1)]
Address = Annotated[str, Field(min_length=3, max_length=500, description="Email, or https URL.")]
HOOK = re.compile(r"https://[\w.-]+(?::\d{1,5})?(?:[/?#][!-\[\]-~]*)?", re.ASCII)
"""A web address whose host every reader finds in the same place: no user, no backslash."""


class NotificationRow(Row):
    """A notification: an address that is mailed or called."""

    kind: Kind
    id: int
    to: str
    enabled: bool


class NotificationList(Answer):
    """The notifications of the account."""

    notifications: list[NotificationRow]
    next: str | None = None
    note: str | None = None


@tool("hooks.list", toolset="notifications")
async def list_notifications(
    call: Call,
    kind: Kind | None = None,
    enabled: bool | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> NotificationList:
    """Lists who gets mail and which hosts are called after a load; of a hook only its host."""
    page = await page_of(
        Asked("list_notifications", limit, cursor, {"kind": kind, "enabled": enabled}),
        await all_notifications(call),
        show=lambda one: _row(call, one),
        keep=lambda one: kind in (None, kind_of(one)) and enabled in (None, is_enabled(one)),
        key=lambda one: (kind_of(one), one.id),
    )
    return NotificationList(notifications=page.rows, next=page.next, note=page.note)


async def all_notifications(call: Call) -> list[Any]:
    """Return every custom email and hook of the account."""
    emails = await call.stitch.custom_emails.list()
    return [*emails, *(await call.stitch.hooks.list()).post_load]


def kind_of(found: Any) -> Kind:
    """Return whether a notification is mailed or called."""
    return "email" if hasattr(found, "email_address") else "hook"


def is_enabled(found: Any) -> bool:
    """Return whether a notification is sent."""
    return found.disabled_at is None


def address_of(found: Any) -> str:
    """Return where a notification goes."""
    return str(found.email_address if kind_of(found) == "email" else found.config.url)


def shown_address(address: str) -> str:
    """Return an address as it may be shown: what follows the host of a hook is often a secret."""
    host = host_of(address)
    return f"{address.partition('://')[0]}://{host}/…" if host else address


def host_of(address: str) -> str:
    """Return the host of a web address; nothing where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _row(call: Call, found: Any) -> NotificationRow:
    to = call.words.line(shown_address(address_of(found)))
    return NotificationRow(kind=kind_of(found), id=found.id, to=to, enabled=is_enabled(found))


async def read_new(call: Call, to: Address, destination: Id | None = None) -> Target:
    """What adding a notification would touch."""
    known = await all_notifications(call)
    client_id = await call.stitch.find_client_id()
    kind = "hook" if "://" in to else "email"
    again = next((one for one in known if address_of(one).casefold() == to.casefold()), None)
    return Target(
        id=client_id,
        name=host_of(to) if kind == "hook" else to,
        account=client_id,
        wording=_question(call, kind, client_id, to, destination),
        facts={"kind": kind, "exists": again is not None},
        blocked=_why_not(kind, to, destination, again) or _unseen(call, to),
        operation=f"{'hooks' if kind == 'hook' else 'custom_emails'}.create",
        change={"kind": kind, "to": to, "destination": destination},
    )


def _question(call: Call, kind: str, client_id: int, to: str, destination: int | None) -> str:
    where = account_of(call, client_id)
    shown = call.words.quote(shown_address(to))
    if kind == "email":
        return f"Send the notifications of {where} to a new address too: {shown}."
    return (
        f"Call a new web address after each load of destination {destination} in {where}: {shown}."
    )


def _why_not(kind: str, to: str, destination: int | None, again: Any) -> str | None:
    if again is not None:
        return f"This address is notification {again.id} already; set_notification turns it on."
    if kind == "hook" and not HOOK.fullmatch(to):
        return "A hook needs a plain https address, without a user and in ASCII."
    if (kind == "hook") is (destination is None):
        return "A hook needs a destination, and an email takes none."
    return None


def _unseen(call: Call, to: str) -> str | None:
    """Why nobody could confirm an address: they would not see all of what they agree to."""
    if to.isascii() and call.words.shows(shown_address(to)):
        return None
    return "A person could not read this address whole: give one of ASCII, up to 60 characters."


@tool("hooks.create", toolset="notifications", target=read_new, asks=True)
async def create_notification(call: Call, target: Target) -> Outcome:
    """Adds an address that gets mail, or is called after loads, once a person has confirmed it."""
    to, destination = target.change["to"], target.change["destination"]
    if target.change["kind"] == "email":
        made: Any = await call.stitch.custom_emails.create(email_address=to)
    else:
        made = await call.stitch.hooks.create(
            type="post_load", destination_id=destination, config={"url": to}
        )
    numbered(made.id)
    return Outcome(status="done", what=f"Notification {made.id} ({kind_of(made)}) was added.")


@tool("hooks.enable", toolset="notifications")
async def set_notification(call: Call, kind: Kind, notification: Id, enabled: bool) -> Outcome:
    """Turns a notification that exists on or off."""
    group: Any = call.stitch.custom_emails if kind == "email" else call.stitch.hooks
    await (group.enable(notification) if enabled else group.disable(notification))
    what = f"Notification {notification} ({kind}) is {'on' if enabled else 'off'}."
    return Outcome(status="done", what=what)


async def read_notification(call: Call, kind: Kind, notification: Id) -> Target:
    """What deleting a notification would touch."""
    client_id, known = await call.stitch.find_client_id(), await all_notifications(call)
    found = next((one for one in known if (kind_of(one), one.id) == (kind, notification)), None)
    to = shown_address(address_of(found)) if found else ""
    return Target(
        id=notification,
        name="",
        account=client_id,
        wording=(
            f"Delete notification {notification} ({kind}) in {account_of(call, client_id)}. It can "
            f"only be created anew. It goes to {call.words.quote(to)}."
        ),
        facts={"kind": kind, "to": address_of(found) if found else None},
        blocked=None if found else f"No {kind} notification has this id.",
        operation=f"{'hooks' if kind == 'hook' else 'custom_emails'}.delete",
        change={"kind": kind},
    )


@tool("hooks.delete", toolset="notifications", target=read_notification)
async def delete_notification(call: Call, target: Target) -> Outcome:
    """Deletes a notification for good, after a person has confirmed it."""
    group: Any = (
        call.stitch.custom_emails if target.change["kind"] == "email" else call.stitch.hooks
    )
    await group.delete(target.id)
    return Outcome(status="done", what=f"Notification {target.id} is deleted.")
