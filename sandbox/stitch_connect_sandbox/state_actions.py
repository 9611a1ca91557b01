"""The control plane's actions on the whole of the state: accounts, snapshots, a fresh start."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import snapshots
from .account_settings import CHANGES, change_account, shown
from .arguments import Field, Fields, held
from .bulk import add_account
from .clock import iso
from .seed_data import CLIENT_ID, IMPORT_TOKEN

if TYPE_CHECKING:
    from .app import Sandbox


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value


def _are_tokens(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= 100
        and all(_is_text(one) and one for one in value)
        and len(set(value)) == len(value)
    )


ACCOUNT: Fields = {
    **CHANGES,
    "tokens": Field("a list of 1 to 100 different tokens, each a word", _are_tokens),
}


def health(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    now = sandbox.clock.now()
    return {
        "status": "ok",
        "client_id": CLIENT_ID,
        "now": iso(now),
        "seconds": now,
        "import_token": IMPORT_TOKEN,
    }


def reset(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.reset()
    return health(sandbox, given)


def list_accounts(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return [shown(account) for account in sandbox.store.accounts]


def create_account(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """Add an account with a warehouse, and with the tokens given or one of its own.

    With the id of one, change that account.
    """
    for token in held(given, ACCOUNT).get("tokens", ()):
        if sandbox.store.account_of(token) is not None:
            raise ValueError("one of the tokens opens another account already; choose others")
    client_id = given.get("client_id")
    if client_id is None:
        client_id = add_account(sandbox.engine, tokens=given.get("tokens", ())).id
    return shown(change_account(sandbox.engine, client_id, given))


def snapshot(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return snapshots.take(sandbox.store, sandbox.clock.now())


def restore(sandbox: Sandbox, given: Any) -> Any:
    sandbox.restore(given)
    return health(sandbox, {})


def list_deliveries(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """What hooks were told, the latest last."""
    return [asdict(one) | {"at": iso(one.at)} for one in sandbox.store.deliveries]


STATE_ACTIONS = (
    ("GET", "health", health),
    ("POST", "reset", reset),
    ("GET", "accounts", list_accounts),
    ("POST", "accounts", create_account),
    ("GET", "deliveries", list_deliveries),
    ("GET", "snapshot", snapshot),
    ("POST", "restore", restore),
)
