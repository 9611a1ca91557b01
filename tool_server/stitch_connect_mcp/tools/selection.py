"""Selecting streams and fields: a plan that is shown, and then carried out and read back.

A person is asked before anything stops replicating, and before a stream that has a replication
method, a key or the keys of a view gets another: then it may be loaded anew, or no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

import stitch_connect as sdk
from pydantic import BaseModel, ConfigDict, Field

from ..calls import Call
from ..registry import tool
from ..results import Outcome
from ..target import Target
from .shared import SourceArgument, account_of, counted

SHOWN = 12  # changes that a question spells out
SELECTED = "selected"


class Wish(BaseModel):
    """What a stream is to be."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    selected: bool | None = None
    fields: dict[str, bool] | None = None
    replication_method: Literal["FULL_TABLE", "INCREMENTAL", "LOG_BASED"] | None = None
    replication_key: str | None = None
    view_key_properties: list[str] | None = None


Changes = Annotated[
    dict[str, bool | Wish],
    Field(min_length=1, max_length=100, description="By stream: selected or not, or more."),
]


async def read_selection(call: Call, source: SourceArgument, changes: Changes) -> Target:
    """What changing a selection would touch."""
    found = await call.find_source(source)
    plan = await call.stitch.selection.plan(found, _wishes(changes))
    settings = [(stream, one) for stream in plan.streams for one in stream.settings]
    return Target(
        id=found.id,
        name=found.name,
        account=found.stitch_client_id,
        wording=_wording(call, found, plan, settings),
        facts={"rest": [one.rest for one in plan.streams], "update": plan.update()},
        blocked=None if plan else "All of this is as it is asked for already.",
        needs_gate=any(is_risky(one) for _, one in settings),
        change={"plan": plan},
        requests=len(plan.batches()),
    )


def _wishes(changes: Mapping[str, bool | Wish]) -> dict[int | str, Any]:
    return {
        stream: wish if isinstance(wish, bool) else wish.model_dump(exclude_none=True)
        for stream, wish in changes.items()
    }


def is_risky(setting: Any) -> bool:
    """Return whether somebody is asked before a setting is changed."""
    if setting.name == SELECTED:
        return bool(setting.before and not setting.after)
    return bool(setting.before) and setting.before != setting.after


def _wording(
    call: Call, source: Any, plan: sdk.SelectionPlan, settings: list[tuple[Any, Any]]
) -> str:
    quote, changed = call.words.quote, [one for _, one in settings if one.before != one.after]
    told = [_told(call, stream, one) for stream, one in settings if one.before != one.after]
    more = f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
    return (
        f"Change the selection of source {source.id} in "
        f"{account_of(call, source.stitch_client_id)}: {', '.join(_counts(changed)) or 'nothing'}. "
        f"Name {quote(source.name)}; {'; '.join(told[:SHOWN]) or 'nothing changes'}{more}."
    )


def _counts(settings: Iterable[Any]) -> Iterator[str]:
    """How many streams and fields stop and begin to replicate, and how many settings change."""
    for (noun, what), number in Counter(map(_kind, settings)).items():
        yield f"{counted(number, noun)} {what}"


def _kind(setting: Any) -> tuple[str, str]:
    if setting.name != SELECTED:
        return setting.name.replace("-", " ").removesuffix("s"), "changed"
    return "stream" if setting.field is None else "field", "added" if setting.after else "dropped"


def _told(call: Call, stream: Any, setting: Any) -> str:
    quote = call.words.quote
    where = quote(stream.label) + (f" {quote(setting.field)}" if setting.field else "")
    return f"{where} {setting.name} {_value(call, setting.before)} → {_value(call, setting.after)}"


def _value(call: Call, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    return call.words.quote(", ".join(value) if isinstance(value, tuple) else value)


@tool("streams.update_metadata", toolset="streams", target=read_selection)
async def select_streams(call: Call, target: Target) -> Outcome:
    """Selects or deselects streams and fields, or sets how they replicate; verified after."""
    plan = target.change["plan"]
    await call.stitch.selection.apply(plan)
    done = f"{counted(plan.count, 'change')} in {counted(len(plan.streams), 'stream')}"
    what = f"Source {target.id}: {done} made, and read back."
    return Outcome(status="done", what=what)
