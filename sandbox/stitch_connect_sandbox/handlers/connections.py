"""Types, destinations in both versions, and connection checks."""

from __future__ import annotations

from typing import Any

from .. import binding, catalog, errors, views
from ..call import Call, handles
from ..catalog import ConnectionType
from ..lifecycle import next_step
from ..plans import destination_limit, is_newer, may_connect
from ..records import Check, Destination


def _bare(call: Call, kind: ConnectionType) -> dict[str, Any]:
    """The generic report card of a type, with the access that the account has to it."""
    card = kind.card(bare=True)
    return card | {"details": card["details"] | {"access": may_connect(call.client, kind)}}


@handles("destination_types.list")
def list_destination_types(call: Call) -> Any:
    return [_bare(call, kind) for kind in catalog.load().destinations.values()]


@handles("source_types.list")
def list_source_types(call: Call) -> Any:
    return [_bare(call, kind) for kind in catalog.load().sources.values()]


@handles("destination_types.get")
def get_destination_type(call: Call) -> Any:
    kind = catalog.load().destinations.get(call.params["destination_type"])
    if kind is None:
        raise errors.missing()
    return _bare(call, kind)


@handles("source_types.get")
def get_source_type(call: Call) -> Any:
    kind = catalog.load().sources.get(call.params["source_type"])
    if kind is None:
        raise errors.missing()
    return _bare(call, kind)


@handles("destinations.list")
def list_destinations(call: Call) -> Any:
    is_number = all(value.isascii() and value.isdecimal() for value in call.query.values())
    if set(call.query) - {"source_id", "destination_id"} or not is_number:
        raise errors.destination_params()
    fed = _fed_by(call, call.query["source_id"]) if "source_id" in call.query else None
    wanted = {call.query.get("destination_id"), fed} - {None}
    return [views.destination(one) for one in call.destinations() if wanted <= {str(one.id)}]


def _fed_by(call: Call, source_id: str) -> str:
    """The destination of a source, in digits."""
    mine = call.store.sources_of.of(call.client.id)
    found = next((one.destination_id for one in mine if str(one.id) == source_id), None)
    return str(found)


@handles("destinations.create")
def create_destination(call: Call) -> Any:
    if call.problems:
        raise errors.destination_body(newer=is_newer(call.client))
    return views.destination(_created(call, call.body, call.body["properties"]), announce=True)


@handles("destinations.update")
def update_destination(call: Call) -> Any:
    if isinstance(call.body, dict) and "type" in call.body:
        raise errors.destination_type_change()
    record = _of_path(call)
    if call.problems:
        raise errors.destination_body(newer=is_newer(call.client))
    return views.destination(_changed(call, record, call.body["properties"]), announce=True)


@handles("destinations.delete")
def delete_destination(call: Call) -> Any:
    if call.number("destination_id") is None:
        raise errors.missing() if is_newer(call.client) else errors.bad_gateway()
    found = [one for one in call.destinations() if one.id == call.number("destination_id")]
    if not found:
        raise errors.destination_to_delete(call.params["destination_id"], call.client.id)
    gone = call.store.destinations.change(found[0], deleted_at=call.now, updated_at=call.now)
    binding.release(call.store, gone)
    return {}


@handles("destinations_v3.list")
def list_destinations_v3(call: Call) -> Any:
    return [views.destination_v3(one, _last_check(call, one)) for one in call.destinations()[:1]]


@handles("destinations_v3.create")
def create_destination_v3(call: Call) -> Any:
    if call.problems:
        raise errors.destination_body_v3()
    record = _created(call, call.body, call.body["connection"])
    return views.destination_v3(record, _last_check(call, record))


@handles("destinations_v3.update")
def update_destination_v3(call: Call) -> Any:
    record = _of_path(call)
    if call.problems:
        raise errors.destination_body_v3()
    if call.body["type"] != record.type:
        raise errors.destination_type_change()
    changed = _changed(call, record, call.body["connection"])
    return views.destination_v3(changed, _last_check(call, changed))


@handles("connection_checks.source")
def last_source_check(call: Call) -> Any:
    return _shown(call, call.source().check_name)


@handles("connection_checks.destination")
def last_destination_check(call: Call) -> Any:
    found = [one for one in call.destinations() if one.id == call.number("destination_id")]
    if not found:
        raise errors.missing()
    return _shown(call, found[0].check_name)


def _shown(call: Call, name: str | None) -> Any:
    if name is None:
        raise errors.missing()
    return views.check(call.store.checks[name])


def _last_check(call: Call, record: Destination) -> Check | None:
    return call.store.checks.get(record.check_name) if record.check_name else None


def _of_path(call: Call) -> Destination:
    for one in call.destinations():
        if one.id == call.number("destination_id"):
            return one
    raise errors.invalid_connection_id()


def _created(call: Call, body: dict[str, Any], properties: dict[str, Any]) -> Destination:
    limit = destination_limit(call.client)
    if len(call.destinations()) >= limit:
        raise errors.destination_limit(limit, newer=is_newer(call.client))
    plain, secrets = _split(body["type"], properties)
    record = Destination(
        id=call.store.next("destination", 155582, 3),
        client_id=call.client.id,
        type=body["type"],
        name=body.get("name") or "Default Warehouse",
        description=body.get("description"),
        properties=_usual(body["type"]) | plain,
        secrets=secrets,
        step="form",
        created_at=call.now,
        updated_at=call.now,
        ignore_unmapped_sources=bool(body.get("ignore_unmapped_sources")),
    )
    found = _checked(call, record)
    binding.adopt(call.store, found, call.now)
    return found


def _usual(kind: str) -> dict[str, Any]:
    """What a destination has before anybody says otherwise, as the documented answer shows."""
    named = catalog.load().destinations[kind].named()
    return {"encryption_type": "none"} if "encryption_type" in named else {}


def _changed(call: Call, record: Destination, properties: dict[str, Any]) -> Destination:
    plain, secrets = _split(record.type, properties)
    changed = call.store.destinations.change(
        record,
        properties={**record.properties, **plain},
        secrets={**record.secrets, **secrets},
        updated_at=call.now,
    )
    return _checked(call, changed)


def _checked(call: Call, record: Destination) -> Destination:
    """Move on once the form is complete, and have the connection checked from then on."""
    kind = catalog.load().destinations[record.type]
    if not kind.is_complete("form", views.provided(record)):
        return call.store.destinations.put(record)
    bad = kind.bad_properties(record.properties, {})
    refusal = f"these properties do not match their schema: {', '.join(bad)}" if bad else None
    check = call.engine.begin_check(record, "destination", refusal)
    step = next_step(record.step, "provided", list(kind.steps))
    return call.store.destinations.change(record, step=step, check_name=check.id)


def _split(kind: str, properties: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What comes back, and what never does."""
    hidden = catalog.load().destinations[kind].credentials()
    given = {key: value for key, value in properties.items() if value is not None}
    secrets = {key: True for key in given if key in hidden}
    return {key: value for key, value in given.items() if key not in hidden}, secrets
