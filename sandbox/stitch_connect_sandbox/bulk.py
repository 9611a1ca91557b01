"""Many accounts and many sources, for tests of what has to hold at size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import catalog
from .collecting import no_search
from .discovery import put_streams, saas_streams
from .engine import Engine
from .records import Account, Source
from .seed_data import CLIENT_ID, DAY, FULL, give_check, give_job, put_destination, select

TYPE = "platform.hubspot"
FIELDS = "id:integer! name status amount:number updated_at:date-time!"
LAST_JOB = 7200.0


def add_account(
    engine: Engine,
    plan: str = "premium",
    region: str = "us-east-1",
    tokens: Sequence[str] = (),
) -> Account:
    """A further account with a warehouse; without tokens, it gets one of its own."""
    number = engine.store.next("account", CLIENT_ID + 1)
    account = engine.store.accounts.put(
        Account(
            id=number,
            company=f"Sandbox {number}",
            email=f"owner@{number}.example",
            region=region,
            plan=plan,
            tokens=list(tokens) or [engine.chance.token("at_", "account", number)],
        )
    )
    put_destination(engine, number)
    return account


def add_accounts(engine: Engine, count: int, sources: int, streams: int) -> list[dict[str, Any]]:
    """Further accounts, each with a token, a warehouse, and sources if asked for."""
    found = []
    for _ in range(count):
        account = add_account(engine)
        shown = {"client_id": account.id, "token": account.tokens[0]}
        ids = add_sources(engine, account.id, sources, streams)
        found.append(shown | ({"sources": ids} if sources else {}))
    return found


def add_sources(engine: Engine, client_id: int, count: int, streams: int) -> list[int]:
    """Healthy sources whose last job, two hours ago, loaded every stream."""
    template = {f"stream_{number:04}": FIELDS for number in range(1, streams + 1)}
    found = list(saas_streams(template))
    with no_search():
        return [_source(engine, client_id, found).id for _ in range(count)]


def _source(engine: Engine, client_id: int, streams: list[dict[str, Any]]) -> Source:
    now, kind = engine.clock.now(), catalog.load().sources[TYPE]
    number = engine.store.next("source", 120700)
    source = engine.store.sources.put(
        Source(
            id=number,
            client_id=client_id,
            type=TYPE,
            name=f"bulk_{number}",
            display_name=f"Bulk {number}",
            properties=dict(kind.defaults) | {"frequency_in_minutes": "1440"},
            secrets=dict.fromkeys(sorted(kind.credentials()), True),
            step=FULL,
            created_at=now - 30 * DAY,
            updated_at=now - 30 * DAY,
            fired_at=now,
            destination_id=_destination_of(engine, client_id),
        )
    )
    put_streams(engine.store, source, streams)
    select(engine, source, len(streams))
    give_check(engine, source)
    give_job(engine, source, "success", now - LAST_JOB)
    return engine.store.sources[number]


def _destination_of(engine: Engine, client_id: int) -> int:
    known = [one for one in engine.store.destinations_of.of(client_id) if one.deleted_at is None]
    return (known[0] if known else put_destination(engine, client_id)).id
