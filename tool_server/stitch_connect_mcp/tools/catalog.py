"""The catalog: which types of source and destination there are, and what each asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import stitch_connect as sdk

from ..calls import Call
from ..paging import Asked, Cursor, Limit, Page, Search, page_of
from ..registry import tool
from ..results import Answer, Row
from .shared import has

MOST_STEPS = 20  # that are named
Kind = Literal["source", "destination"]


class TypeRow(Row):
    """A type of connection."""

    type: str
    available: bool
    tier: str | None = None
    stage: str | None = None


class TypeList(Answer):
    """Types of connection."""

    types: list[TypeRow]
    next: str | None = None
    note: str | None = None


class SettingRow(Row):
    """A setting that a type asks for."""

    name: str
    step: str
    required: bool
    credential: bool
    set_by: str
    accepts: str | None = None


class TypeDetail(Answer):
    """What a type asks for."""

    type: str
    steps: list[str]
    settings: list[SettingRow]
    next: str | None = None
    note: str | None = None


@tool("source_types.list", toolset="catalog")
async def list_connection_types(
    call: Call,
    kind: Kind = "source",
    search: Search = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> TypeList:
    """Lists the types of source or destination, and whether the account's plan allows them."""
    page = await page_of(
        Asked("list_connection_types", limit, cursor, {"kind": kind, "search": search}),
        await _types(call, kind).list(),
        show=lambda card: _type(call, card),
        keep=lambda card: has(search, card.type),
        key=lambda card: card.type,
    )
    return TypeList(types=page.rows, next=page.next, note=page.note)


def _types(call: Call, kind: Kind) -> Any:
    return call.stitch.source_types if kind == "source" else call.stitch.destination_types


def _type(call: Call, card: Any) -> TypeRow:
    details, line = card.details, call.words.line
    return TypeRow(
        type=line(card.type),
        available=bool(details and details.access),
        tier=line(details.pricing_tier) if details else None,
        stage=line(details.pipeline_state) if details else None,
    )


@tool("source_types.get", toolset="catalog")
async def get_connection_type(
    call: Call,
    name: str,
    kind: Kind = "source",
    search: Search = None,
    limit: Limit = 60,
    cursor: Cursor = None,
) -> TypeDetail:
    """Shows what a type of source or destination asks for: its steps and their settings."""
    card = await _types(call, kind).get(name)
    page = await page_of(
        Asked("get_connection_type", limit, cursor, {"kind": kind, "type": name, "search": search}),
        list(_settings(card)),
        show=lambda pair: _setting(call, *pair),
        keep=lambda pair: has(search, pair[1].name),
        key=lambda pair: (pair[0], pair[1].name),
    )
    return _detail(call, card, page)


def _detail(call: Call, card: Any, page: Page[SettingRow]) -> TypeDetail:
    return TypeDetail(
        type=call.words.line(card.type),
        steps=[call.words.line(step.type) for step in (card.steps or ())[:MOST_STEPS]],
        settings=page.rows,
        next=page.next,
        note=page.note,
    )


def _settings(card: Any) -> Iterator[tuple[str, sdk.models.Property]]:
    for step in card.steps or ():
        for one in step.properties:
            yield str(step.type), one


def _setting(call: Call, step: str, found: sdk.models.Property) -> SettingRow:
    line, schema = call.words.line, found.json_schema
    return SettingRow(
        name=line(found.name),
        step=line(step),
        required=found.is_required,
        credential=found.is_credential,
        set_by=line(found.property_type or ("Stitch" if found.system_provided else "user")),
        accepts=line(_accepts(schema)) if schema else None,
    )


def _accepts(schema: Any) -> str:
    """The part of a JSON schema that says what a value looks like."""
    if not isinstance(schema, dict):
        return str(schema)
    branches = schema.get("anyOf")
    if isinstance(branches, list):
        return " or ".join(map(_accepts, branches))
    told = (schema.get(name) for name in ("enum", "pattern", "format", "type"))
    return str(next((one for one in told if one), "any"))
