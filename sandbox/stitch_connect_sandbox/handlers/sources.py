"""Sources: from the first form to the soft delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import binding, catalog, errors, views
from ..call import Call, handles
from ..catalog import ConnectionType
from ..clock import parse_iso
from ..lifecycle import BY_HAND
from ..naming import new_name
from ..plans import allows, may_connect
from ..quartz import BadCron, cron
from ..records import Source

CREATE_KEYS = {"type", "display_name", "properties", "destination_id"}
UPDATE_KEYS = {"display_name", "paused_at", "destination_id", "properties"}


@handles("sources.list")
def list_sources(call: Call) -> Any:
    return [views.source(one, call.now) for one in call.store.sources_of.of(call.client.id)]


@handles("sources.get")
def get_source(call: Call) -> Any:
    return views.source(call.source(), call.now)


@handles("sources.create")
def create_source(call: Call) -> Any:
    body = call.body if isinstance(call.body, dict) else {}
    properties = body.get("properties", {})
    if set(body) - CREATE_KEYS or not _texts(body, "type", "display_name"):
        raise errors.source_body_post()
    if not isinstance(properties, dict):
        raise errors.source_body_post()
    kind = catalog.load().sources.get(body["type"])
    if kind is None or not kind.steps:
        raise errors.invalid_type(body["type"])
    if not may_connect(call.client, kind):
        raise errors.type_access_denied(body["type"])
    name = new_name(call.store, call.client.id, body["display_name"])
    _check_schedule(call, properties)
    record = _new(call, kind, body, name)
    _refuse_bad(kind, properties, record)
    return views.source(_provided(call, record, properties), call.now)


def _texts(body: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(body.get(name), str) and body[name].strip() for name in names)


def _new(call: Call, kind: ConnectionType, body: Mapping[str, Any], name: str) -> Source:
    return Source(
        id=call.store.next("source", 120700),
        client_id=call.client.id,
        type=kind.name,
        name=name,
        display_name=body["display_name"],
        properties=_usual(kind),
        secrets={},
        step=kind.first_step(),
        created_at=call.now,
        updated_at=call.now,
        destination_id=_destination(call, body, errors.source_body_post()),
    )


def _usual(kind: ConnectionType) -> dict[str, Any]:
    """What a source has before anybody says otherwise."""
    return {} if kind.kind == "import" else dict(kind.defaults)


def _destination(
    call: Call, body: Mapping[str, Any], refusal: errors.ApiError, kept: int | None = None
) -> int | None:
    """The destination that is asked for, else the one kept, else the usual one."""
    known = call.destinations()
    wanted = body.get("destination_id")
    if wanted is None:
        return kept if kept is not None else binding.usual(known)
    if isinstance(wanted, bool) or wanted not in [one.id for one in known]:
        raise refusal
    return int(wanted)


def _check_schedule(call: Call, properties: Mapping[str, Any]) -> None:
    expression = properties.get("cron_expression")
    if not expression:
        return
    if not allows(call.client, "cron"):
        raise errors.cron_access_denied()
    try:
        cron(str(expression))
    except BadCron as reason:
        raise errors.invalid_cron(str(expression), str(reason)) from None


def _refuse_bad(kind: ConnectionType, given: Mapping[str, Any], record: Source) -> None:
    bad = kind.bad_properties(given, record.properties)
    if bad:
        raise errors.invalid_properties(bad, views.card(record))


def _provided(call: Call, record: Source, given: Mapping[str, Any]) -> Source:
    """Keep what was given, move on in the configuration, and have the connection checked.

    A null takes a value away; where the type has a usual one, that is back.
    """
    kind = catalog.load().sources[record.type]
    hidden = kind.credentials()
    gone = {name for name, value in given.items() if value is None}
    values = record.properties | {k: v for k, v in given.items() if k not in hidden}
    secrets = record.secrets | {name: True for name in given if name in hidden}
    record = call.store.sources.put(record)
    record = call.store.sources.change(
        record,
        properties=_usual(kind) | {k: v for k, v in values.items() if k not in gone},
        secrets={k: v for k, v in secrets.items() if k not in gone},
        updated_at=call.now,
    )
    for step, event in BY_HAND.items():
        if record.step == step and kind.is_complete(step, views.provided(record)):
            record = call.engine.advance_step(record, event)
    return _checked(call, record, kind)


def _checked(call: Call, record: Source, kind: ConnectionType) -> Source:
    """Have a connection checked, once everything that it needs is there."""
    if kind.kind == "import" or record.step in BY_HAND:
        return record
    check = call.engine.begin_check(record, "source")
    return call.store.sources.change(record, check_name=check.id)


@handles("sources.update", "sources.pause", "sources.unpause")
def update_source(call: Call) -> Any:
    record = call.source()
    body = call.body if isinstance(call.body, dict) else {"": None}
    properties = body.get("properties", {})
    if set(body) - UPDATE_KEYS or not isinstance(properties, dict) or not _is_moment(body):
        raise errors.source_body_put()
    if "display_name" in body and not _texts(body, "display_name"):
        raise errors.invalid_display_name(body["display_name"])
    if record.deleted_at is not None:
        raise errors.source_not_found(record.id)
    destination = _destination(call, body, errors.source_body_put(), record.destination_id)
    _check_schedule(call, properties)
    _refuse_bad(catalog.load().sources[record.type], properties, record)
    record = call.store.sources.change(
        record,
        display_name=body.get("display_name", record.display_name),
        paused_at=parse_iso(body["paused_at"]) if "paused_at" in body else record.paused_at,
        destination_id=destination,
        updated_at=call.now,
    )
    return views.source(_provided(call, record, properties) if properties else record, call.now)


def _is_moment(body: Mapping[str, Any]) -> bool:
    """Any timestamp pauses at once, null unpauses."""
    given = body.get("paused_at")
    return given is None or parse_iso(given) is not None


@handles("sources.delete")
def delete_source(call: Call) -> Any:
    record = call.source()
    if record.deleted_at is None:
        call.engine.stop_running(record.id)
        record = call.source()  # as its stopped job has left it
        record = call.store.sources.change(record, deleted_at=call.now, updated_at=call.now)
    return views.source(record, call.now)
