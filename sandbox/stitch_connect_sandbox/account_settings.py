"""The accounts of a sandbox as the control plane shows and changes them."""

from __future__ import annotations

from typing import Any

from . import catalog
from .arguments import FLAG, Field, Fields, integer, one_of
from .engine import Engine
from .plans import EDITIONS, FEATURES, PLANS, REGIONS, allows
from .records import Account


def _are_features(value: Any) -> bool:
    return isinstance(value, list) and all(one in FEATURES for one in value)


SETTINGS: Fields = {
    "features": Field(f"a list of {', '.join(FEATURES)}", _are_features),
    "destinations": integer(0, 1000),
    "edition": one_of(EDITIONS),
    "queue_imports": FLAG,
    "consent": FLAG,
}
CHANGES: Fields = {
    "client_id": integer(1, 10**15),
    "plan": one_of(PLANS),
    "region": one_of(REGIONS),
    **SETTINGS,
}


def shown(account: Account) -> dict[str, Any]:
    """An account as the control plane tells of it, tokens and all."""
    return {
        "client_id": account.id,
        "plan": account.plan,
        "region": account.region,
        "tokens": account.tokens,
        "features": [one for one in FEATURES if allows(account, one)],
        "settings": account.settings,
    }


def change_account(engine: Engine, client_id: int, given: dict[str, Any]) -> Account:
    """Change what is given of an account.

    Raises:
        ValueError: no account has the id.
    """
    account = engine.store.accounts.get(client_id)
    if account is None:
        raise ValueError(f"no account has the client id {client_id}")
    changed = engine.store.accounts.change(
        account,
        plan=given.get("plan", account.plan),
        region=given.get("region", account.region),
        tokens=given.get("tokens", account.tokens),
        settings=account.settings | {key: given[key] for key in SETTINGS if key in given},
    )
    if not allows(changed, "cron"):
        pause_cron(engine, changed)
    return changed


def pause_cron(engine: Engine, account: Account) -> None:
    """A plan without cron pauses the sources that fire by it, and resets their frequency."""
    for source in engine.store.sources_of.of(account.id):
        if not source.properties.get("cron_expression"):
            continue
        usual = catalog.load().sources[source.type].defaults["frequency_in_minutes"]
        kept = {k: v for k, v in source.properties.items() if k != "cron_expression"}
        engine.store.sources.change(
            source,
            properties=kept | {"frequency_in_minutes": usual},
            system_paused_at=engine.clock.now(),
        )
