"""Changing a source: its label, its schedule, those of its settings that are no credentials.

Stitch sends the stored password to wherever a source is told to connect, so a person is asked
before anything but the label, the schedule and what is listed here as harmless is changed: a
setting that nobody has looked at is not harmless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import stitch_connect as sdk
from pydantic import Field

from ..calls import Call
from ..registry import tool
from ..results import Outcome
from ..target import Target
from .shared import SourceArgument, account_of, credentials

Label = Annotated[str | None, Field(min_length=1, max_length=80)]
Settings = Annotated[dict[str, str] | None, Field(max_length=20)]
Minutes = Annotated[int | None, Field(description="Frequency.")]
Moment = Annotated[str | None, Field(max_length=40, description="Anchor of the frequency.")]
Expression = Annotated[str | None, Field(max_length=120, description="Quartz, UTC.")]

HARMLESS = re.compile(
    r"start_date|end_date|(?:include|exclude)_(?!\w*destination)\w+|with_deleted|omit_empty"
    r"|\w*_window(?:_\w+)?"
    r"|\w+_window_(?:size|days)|window_\w+|\w+_days|quota_\w+|max_\w+|\w+_(?:page|chunk|batch)_size"
    r"|(?:page|chunk|batch)_size|\w+_limit|request_timeout|logical_poll_total_seconds|debug_lsn"
)
"""How much is read, and how far back: nothing of where, as whom, or by which method."""


async def read_update(
    call: Call,
    source: SourceArgument,
    display_name: Label = None,
    every_minutes: Minutes = None,
    anchor: Moment = None,
    cron: Expression = None,
    properties: Settings = None,
) -> Target:
    """What changing a source would touch."""
    found = await call.find_source(source)
    given = {**(properties or {}), **_schedule(every_minutes, anchor, cron)}
    _refuse_credentials(found, properties or {})
    change = _change(display_name, given)
    return Target(
        id=found.id,
        name=found.name,
        account=found.stitch_client_id,
        wording=_wording(call, found, display_name, given),
        facts=_facts(found, display_name, given),
        blocked=_why_not(found, change),
        needs_gate=any(is_risky(name) for name in properties or ()),
        change=change,
    )


def is_risky(name: str) -> bool:
    """Return whether somebody is asked before a setting is changed."""
    return HARMLESS.fullmatch(name) is None


def _schedule(minutes: int | None, anchor: str | None, cron: str | None) -> Mapping[str, Any]:
    if cron is not None and minutes is None and anchor is None:
        return sdk.Schedule.cron(cron).properties()
    if minutes is not None and cron is None:
        return sdk.Schedule.every(minutes=minutes, anchor=anchor).properties()
    if (cron, minutes, anchor) != (None, None, None):
        raise sdk.errors.InvalidArgument(
            "a schedule is every_minutes, with an anchor or without, or cron"
        )
    return {}


def _refuse_credentials(source: sdk.models.Source, properties: Mapping[str, str]) -> None:
    secret = sorted(credentials(source.report_card) & properties.keys())
    if secret:
        raise sdk.errors.InvalidArgument(
            "credentials are entered in Stitch itself, not through here: leave out "
            + ", ".join(secret)
        )
    scheduled = sorted(
        properties.keys() & {"frequency_in_minutes", "anchor_time", "cron_expression"}
    )
    if scheduled:
        raise sdk.errors.InvalidArgument("a schedule is given as every_minutes, anchor or cron")


def _change(display_name: str | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    label = {} if display_name is None else {"display_name": display_name}
    return label | ({"properties": dict(properties)} if properties else {})


def _why_not(source: sdk.models.Source, change: Mapping[str, Any]) -> str | None:
    if source.deleted_at:
        return "The source is deleted."
    return None if change else "There is nothing to change: give a label, a schedule or properties."


def _facts(
    source: sdk.models.Source, label: str | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The state that the change rests on: the source, and the fields that are written."""
    stored = source.properties if isinstance(source.properties, Mapping) else {}
    written = {name: stored.get(name) for name in sorted(given)}
    return {
        "type": source.type,
        "deleted_at": str(source.deleted_at),
        "display_name": source.display_name if label is not None else None,
        "properties": written,
    }


def _wording(
    call: Call, source: sdk.models.Source, label: str | None, given: Mapping[str, Any]
) -> str:
    quote, stored = call.words.quote, source.properties
    told = [] if label is None else [f"label {quote(source.display_name)} → {quote(label)}"]
    for name, value in given.items():
        before = "none" if stored.get(name) is None else quote(stored.get(name))
        told.append(f"{quote(name)} {before} → {_whole(call, str(value))}")
    where = account_of(call, source.stitch_client_id)
    risk = (
        "Stitch will send the stored credentials to where this points. "
        if any(is_risky(name) and name not in _SCHEDULED for name in given)
        else ""
    )
    return (
        f"Update source {source.id} in {where}. {risk}Name {quote(source.name)}; "
        f"{'; '.join(told) or 'nothing'}."
    )


def _whole(call: Call, value: str) -> str:
    """A new value in quotes; where they do not show all of it, its end too, which tells a host."""
    if value.isascii() and call.words.shows(value):
        return call.words.quote(value)
    shown = call.words.quote(value, 40)
    end = f" … {call.words.quote(value[-20:])}" if len(value) > 40 else ""
    return f"{shown}{end} ({len(value)} characters, not all of them shown or plain)"


_SCHEDULED = frozenset({"frequency_in_minutes", "anchor_time", "cron_expression"})


@tool("sources.update", toolset="sources", target=read_update)
async def update_source(call: Call, target: Target) -> Outcome:
    """Changes label, schedule or settings of a source; a person confirms where it connects."""
    await call.stitch.sources.update(target.id, **target.change)
    checks = "properties" in target.change
    more = " A check may be running; check_connection tells." if checks else ""
    return Outcome(status="done", what=f"Source {target.id} is updated.{more}")
