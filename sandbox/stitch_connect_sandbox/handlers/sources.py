"""Sources and their Import API tokens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .. import catalog, errors, views
from ..call import Call, handles
from ..catalog import ConnectionType
from ..clock import parse_iso
from ..records import Source
from ..schedule import BadCron, cron

NAME = re.compile(r"[a-z_][a-z0-9_$]{0,48}")
CREATE_KEYS = {"type", "display_name", "properties", "destination_id"}
UPDATE_KEYS = {"display_name", "paused_at", "destination_id", "properties"}
CRON_PLANS = {"trial", "advanced", "premium"}
MAX_TOKENS = 2


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
    if not kind.details.get("access", True):
        raise errors.type_access_denied(body["type"])
    name = _derived(call, body["display_name"])
    _check_schedule(call, properties)
    record = _new(call, kind, body, name)
    _refuse_bad(kind, properties, record)
    return views.source(_store(call, record, properties), call.now)


def _texts(body: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(body.get(name), str) and body[name].strip() for name in names)


def _derived(call: Call, display_name: str) -> str:
    """The name that a display name derives to, unique in the account."""
    name = re.sub(r"[^a-z0-9_$]+", "_", display_name.lower()).strip("_")
    if not name:
        raise errors.underivable_name(display_name)
    if not NAME.fullmatch(name):
        raise errors.invalid_name()
    if call.store.sources_named.of((call.client.id, name)):
        same = name == display_name
        raise errors.name_in_use(name) if same else errors.derived_name_in_use(display_name, name)
    return name


def _new(call: Call, kind: ConnectionType, body: Mapping[str, Any], name: str) -> Source:
    return Source(
        id=call.store.next("source", 120700),
        client_id=call.client.id,
        type=kind.name,
        name=name,
        display_name=body["display_name"],
        properties={} if kind.kind == "import" else dict(kind.defaults),
        secrets={},
        step=kind.first_step(),
        created_at=call.now,
        updated_at=call.now,
        destination_id=body.get("destination_id"),
    )


def _check_schedule(call: Call, properties: Mapping[str, Any]) -> None:
    expression = properties.get("cron_expression")
    if not expression:
        return
    if call.client.plan not in CRON_PLANS:
        raise errors.cron_access_denied()
    try:
        cron(str(expression))
    except BadCron as reason:
        raise errors.invalid_cron(str(expression), str(reason)) from None


def _refuse_bad(kind: ConnectionType, given: Mapping[str, Any], record: Source) -> None:
    bad = kind.bad_properties(given, record.properties)
    if bad:
        raise errors.invalid_properties(bad, views.card(record))


def _store(call: Call, record: Source, given: Mapping[str, Any]) -> Source:
    """Keep what was given, move on in the configuration, and have the connection checked."""
    kind = catalog.load().sources[record.type]
    hidden = kind.credentials()
    plain = {k: v for k, v in given.items() if k not in hidden and v is not None}
    dropped = {k for k, v in given.items() if v is None}
    kept = {k: v for k, v in record.properties.items() if k not in dropped}
    secrets = {k: True for k, v in given.items() if k in hidden and v is not None}
    record = call.store.sources.put(record)
    record = call.store.sources.change(
        record,
        properties={**kept, **plain},
        secrets={**record.secrets, **secrets},
        updated_at=call.now,
    )
    for step, event in (("form", "provided"), ("oauth", "authorized")):
        if record.step == step and kind.is_complete(step, views.provided(record)):
            record = call.engine.advance_step(record, event)
    if kind.kind == "import" or record.step in ("form", "oauth"):
        return record
    check = call.engine.begin_check(record, "source")
    return call.store.sources.change(record, check_name=check.id)


@handles("sources.update", "sources.pause", "sources.unpause")
def update_source(call: Call) -> Any:
    record = call.source()
    body = call.body if isinstance(call.body, dict) else {"": None}
    properties = body.get("properties", {})
    if set(body) - UPDATE_KEYS or not isinstance(properties, dict):
        raise errors.source_body_put()
    if "display_name" in body and not _texts(body, "display_name"):
        raise errors.invalid_display_name(body["display_name"])
    record = _paused(call, record, body)
    _check_schedule(call, properties)
    _refuse_bad(catalog.load().sources[record.type], properties, record)
    display_name = body.get("display_name", record.display_name)
    record = call.store.sources.change(record, display_name=display_name, updated_at=call.now)
    return views.source(_store(call, record, properties) if properties else record, call.now)


def _paused(call: Call, record: Source, body: Mapping[str, Any]) -> Source:
    """Any timestamp pauses at once, null unpauses."""
    if "paused_at" not in body:
        return record
    if body["paused_at"] is not None and parse_iso(body["paused_at"]) is None:
        raise errors.source_body_put()
    paused = None if body["paused_at"] is None else parse_iso(body["paused_at"])
    return call.store.sources.change(record, paused_at=paused)


@handles("sources.delete")
def delete_source(call: Call) -> Any:
    record = call.source()
    if record.deleted_at is None:
        record = call.store.sources.change(record, deleted_at=call.now, updated_at=call.now)
    return views.source(record, call.now)


@handles("import_api_tokens.list")
def list_tokens(call: Call) -> Any:
    source = call.source()
    return [token.id for token in call.store.tokens_of.of(source.id)]


@handles("import_api_tokens.generate")
def generate_token(call: Call) -> Any:
    from ..records import ImportToken

    source = call.source()
    if len(call.store.tokens_of.of(source.id)) >= MAX_TOKENS:
        message = "a source can have at most two active access tokens"
        data = {"message": message}
        raise errors.ApiError(400, {"error": "AccessDenied", "data": data})
    number = call.store.next("import-token", 90417722)
    token = ImportToken(
        id=number,
        client_id=source.client_id,
        source_id=source.id,
        value=call.engine.chance.token("at_", "import", number),
        created_at=call.now,
    )
    call.store.import_tokens.put(token)
    return {"id": token.id, "access_token": token.value}


@handles("import_api_tokens.revoke")
def revoke_token(call: Call) -> Any:
    source = call.source()
    token = call.store.import_tokens.get(call.number("token_id") or 0)
    if token is None or token.source_id != source.id:
        raise errors.source_not_found(call.params["token_id"])
    call.store.import_tokens.drop(token.id)
    changed = call.store.sources.change(source, updated_at=call.now)
    return views.source(changed, call.now)
