"""Destinations: where the account loads into."""

from __future__ import annotations

from typing import Any

import stitch_connect as sdk

from ..calls import Call
from ..paging import Asked, Cursor, Detail, Limit, Search, page_of
from ..redaction import HIDDEN
from ..registry import tool
from ..results import Answer, Outcome, Row
from ..target import Target
from .shared import account_of, credentials, has, said_or_none, settings_of, state_of, when

SETTINGS_CAP = 1500  # characters


class DestinationRow(Row):
    """A destination in a list."""

    id: int
    name: str
    type: str
    state: str
    created: str | None = None
    description: str | None = None
    settings: str | None = None


class DestinationList(Answer):
    """The destinations of the account."""

    destinations: list[DestinationRow]
    next: str | None = None
    note: str | None = None


@tool("destinations.list", toolset="destinations")
async def list_destinations(
    call: Call,
    search: Search = None,
    detail: Detail = "concise",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> DestinationList:
    """Lists the destinations of the account with their state; in full with their settings."""
    page = await page_of(
        Asked("list_destinations", limit, cursor, {"search": search}),
        await call.stitch.destinations.list(),
        show=lambda d: _row(call, d, detail),
        keep=lambda d: has(search, d.name, d.type),
    )
    return DestinationList(destinations=page.rows, next=page.next, note=page.note)


def _row(call: Call, found: sdk.models.Destination, detail: Detail) -> DestinationRow:
    line = call.words.line
    row = DestinationRow(
        id=found.id, name=line(found.name), type=line(found.type), state=state_of(found)
    )
    if detail == "full":
        row.created = when(found.created_at)
        row.description = said_or_none(call.words, found.description)
        row.settings = _settings(call, found)
    return row


def _settings(call: Call, found: sdk.models.Destination) -> str | None:
    """All settings in one fence, names too: in a row there is no line for each."""
    hidden = credentials(found.report_card)
    told = [
        f"{name}: {HIDDEN if name in hidden else value}"
        for name, value in sorted(settings_of(found).items())
    ]
    return call.words.said("; ".join(told), SETTINGS_CAP) if told else None


async def find_destination(call: Call, number: int) -> sdk.models.Destination:
    """Return a destination, for which the API has no operation of its own.

    Raises:
        InvalidArgument: None has this id.
    """
    for found in await call.stitch.destinations.list():
        if found.id == number:
            return found
    raise sdk.errors.InvalidArgument(
        f"no destination has the id {number}; list_destinations names them"
    )


async def read_destination(call: Call, destination: int) -> Target:
    """What deleting a destination would touch."""
    found: Any = await find_destination(call, destination)
    quote = call.words.quote
    return Target(
        id=found.id,
        name=found.name or "",
        account=found.stitch_client_id,
        wording=(
            f"Delete destination {found.id} in {account_of(call, found.stitch_client_id)}. Its "
            "settings are lost and the account replicates nothing until another is connected; "
            f"loaded data stays. Its type is {quote(found.type)}, its name {quote(found.name)}."
        ),
        facts={"name": found.name, "type": found.type, "deleted_at": str(found.deleted_at)},
        blocked="The destination is deleted already." if found.deleted_at else None,
    )


@tool("destinations.delete", toolset="destinations", target=read_destination)
async def delete_destination(call: Call, target: Target) -> Outcome:
    """Deletes a destination for good, after a person has confirmed it. Replication stops."""
    await call.stitch.destinations.delete(target.id)
    return Outcome(status="done", what=f"Destination {target.id} is deleted.")
