"""The account people meet: a dozen sources, one in every state a source can be in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import catalog
from .discovery import discover
from .engine import Engine
from .handlers.accounts import OAUTH_CODE
from .records import Account, Destination, Email, Fate, Hook, ImportToken, OAuthCode, Source

CLIENT_ID = 116078
IMPORT_TOKEN = "at_sandbox-import-token"
DAY = 86400.0
FULL = "fully_configured"


@dataclass(frozen=True, slots=True)
class Sketch:
    """A source in one line."""

    id: int
    type: str
    display_name: str
    nature: str = "success"
    step: str = FULL
    last: str | None = "success"  # how its last job ended; None when it never ran
    paused: str = ""  # by `user` or by `system`
    deleted: bool = False


SOURCES = (
    Sketch(120643, "platform.heroku_pg", "Heroku"),
    Sketch(120644, "platform.shopify", "Shopify EU"),
    Sketch(120645, "platform.hubspot", "HubSpot", nature="tap_failed", last="tap_failed"),
    Sketch(
        120646, "platform.hp-mysql", "Billing MySQL", "discovery_failed", last="discovery_failed"
    ),
    Sketch(120647, "platform.stripe", "Stripe", nature="target_failed", last="target_failed"),
    Sketch(120648, "platform.zendesk", "Zendesk", paused="user"),
    Sketch(120649, "platform.recurly", "Recurly", nature="load_failed", last="load_failed"),
    Sketch(120650, "platform.toggl", "Toggl", last="terminated", paused="system"),
    Sketch(120651, "platform.google-analytics", "Google Analytics", step="oauth", last=None),
    Sketch(120652, "import_api", "Import API", last=None),
    Sketch(120653, "platform.facebook", "Facebook Ads", deleted=True),
    Sketch(120654, "platform.hp-postgres", "Orders Postgres", last=None),
    Sketch(120655, "platform.github", "GitHub", step="field_selection", last=None),
)


def plant(engine: Engine, token: str) -> None:
    """Fill an empty store with the account."""
    now, store = engine.clock.now(), engine.store
    store.accounts.put(
        Account(
            id=CLIENT_ID,
            company="Sandbox",
            email="owner@sandbox.example",
            region="us-east-1",
            plan="premium",
            tokens=[token],
        )
    )
    store.oauth_codes.put(OAuthCode(id=OAUTH_CODE, client_id=CLIENT_ID, expires_at=None))
    warehouse = put_destination(engine, CLIENT_ID)
    for number, sketch in enumerate(SOURCES):
        _source(engine, sketch, warehouse.id, now - (60 - number) * DAY)
    _notifications(engine, now)
    token_number = store.next("import-token", 90417722)
    store.import_tokens.put(
        ImportToken(
            id=token_number,
            client_id=CLIENT_ID,
            source_id=120652,
            value=IMPORT_TOKEN,
            created_at=now - 9 * DAY,
        )
    )


def put_destination(engine: Engine, client_id: int) -> Destination:
    """A warehouse that has been checked."""
    now = engine.clock.now()
    properties = {
        "host": "warehouse.example.com",
        "port": "5432",
        "database": "analytics",
        "username": "stitch",
        "ssl": "true",
    }
    number = engine.store.next("destination", 155582, 3)
    record = engine.store.destinations.put(
        Destination(
            id=number,
            client_id=client_id,
            type="postgres",
            name="Default Warehouse",
            description=None,
            properties=properties,
            secrets={"password": True},
            step=FULL,
            created_at=now - 90 * DAY,
            updated_at=now - 90 * DAY,
        )
    )
    check = engine.begin_check(record, "destination")
    engine.store.checks.change(check, started_at=now - DAY, due=now - DAY + 20, completed_at=None)
    return engine.store.destinations.change(record, check_name=check.id)


def _source(engine: Engine, sketch: Sketch, destination_id: int, created: float) -> None:
    kind, now = catalog.load().sources[sketch.type], engine.clock.now()
    steps = list(kind.steps)
    record = Source(
        id=sketch.id,
        client_id=CLIENT_ID,
        type=sketch.type,
        name=sketch.display_name.lower().replace(" ", "_"),
        display_name=sketch.display_name,
        properties={} if kind.kind == "import" else dict(kind.defaults),
        secrets=dict.fromkeys(sorted(kind.credentials()), True) if sketch.step == FULL else {},
        step=sketch.step if sketch.step in steps else steps[-1],
        created_at=created,
        updated_at=created + 3600,
        fired_at=now,
        destination_id=destination_id,
        paused_at=now - 5 * DAY if sketch.paused == "user" else None,
        system_paused_at=now - 3 * DAY if sketch.paused == "system" else None,
        deleted_at=now - 20 * DAY if sketch.deleted else None,
        nature=sketch.nature,
    )
    engine.store.sources.put(record)
    if kind.kind == "import" or sketch.step in ("form", "oauth"):
        return
    discover(engine.store, record, kind)
    if sketch.step == FULL:
        select(engine, record, 4)
    give_check(engine, record)
    if sketch.last is not None:
        give_job(engine, record, sketch.last, now - (25 * DAY if sketch.deleted else 7200))


def select(engine: Engine, source: Source, count: int) -> None:
    """Select the first streams of a source with all fields that can be."""
    for stream in engine.store.streams_of.of(source.id)[:count]:
        method = stream.metadata.get("forced-replication-method", "FULL_TABLE")
        chosen: dict[str, Any] = {"selected": True, "replication-method": method}
        if stream.metadata.get("is-view"):
            chosen["view-key-properties"] = ["id"]
        fields = {
            name: {**one, "metadata": {**one["metadata"], "selected": True}}
            if one["metadata"]["inclusion"] == "available"
            else one
            for name, one in stream.fields.items()
        }
        engine.store.streams.change(stream, metadata={**stream.metadata, **chosen}, fields=fields)


def give_check(engine: Engine, source: Source) -> None:
    """A connection check of yesterday."""
    now, check = engine.clock.now(), engine.begin_check(source, "source")
    engine.store.checks.change(check, started_at=now - DAY, due=now - DAY + 20)
    engine.store.sources.change(source, check_name=check.id)


def give_job(engine: Engine, source: Source, outcome: str, started: float) -> None:
    """A job of the past; how it went shows once what was due is carried out."""
    engine.put_job(source, Fate(id=0, source_id=source.id, outcome=outcome), started, "schedule")


def _notifications(engine: Engine, now: float) -> None:
    for address, disabled in (("data@sandbox.example", None), ("old@sandbox.example", "x")):
        engine.store.emails.put(
            Email(
                id=engine.store.next("email", 41),
                client_id=CLIENT_ID,
                email_address=address,
                created_at=now - 30 * DAY,
                disabled_at="2026-01-05T09:00:00Z" if disabled else None,
            )
        )
    engine.store.hooks.put(
        Hook(
            id=engine.store.next("hook", 8),
            client_id=CLIENT_ID,
            destination_id=155582,
            config={"url": "https://hooks.example.com/stitch"},
            created_at=now - 12 * DAY,
            modified_at=now - 12 * DAY,
        )
    )
