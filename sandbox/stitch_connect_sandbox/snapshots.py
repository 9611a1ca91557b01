"""A whole account as one JSON value: taken, checked, and read back.

It holds every record with the time and the seed among them, so that what happens after a restore
is what would have happened after the snapshot. Armed faults and counts of requests belong to a
process, not to an account, and are left out.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from . import clock, views
from .engine import Engine
from .lifecycle import IllegalMove
from .store import Store

Json = Any
KIND = "stitch-connect-sandbox"
MISFITS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, IllegalMove)
FORMAT = 1
"""A change of records that old snapshots do not fit is a new format."""


def take(store: Store, now: float) -> dict[str, Json]:
    """Everything in the store at a moment, in seconds since 1970."""
    records = {name: rows for name, rows in store.rows().items() if rows}
    found = {"snapshot_of": KIND, "format": FORMAT, "now": now, "records": records}
    return {**found, "digest": _digest(found)}


def put_back(store: Store, snapshot: Json) -> float:
    """Let a snapshot be all there is; return its moment.

    Raises:
        ValueError: it is not a snapshot of a sandbox, of another version, or damaged. Nothing
            has been changed.
    """
    _check(snapshot)
    try:
        now, found = float(snapshot["now"]), _records(store, snapshot["records"])
        _try(found, now)
    except MISFITS as error:
        raise ValueError(f"the snapshot does not fit this version: {error!r}") from None
    store.replace(found)
    return now


def _records(store: Store, given: Json) -> dict[str, list[Any]]:
    return {name: [store.tables[name].kind(**row) for row in rows] for name, rows in given.items()}


def _try(found: dict[str, list[Any]], now: float) -> None:
    """Hold and show it all somewhere else first: what fails there has changed nothing here."""
    trial = Store()
    trial.replace(found)
    clock.moment(now)
    if not len(trial.accounts):
        raise ValueError("it has no account")
    Engine(trial, clock.Clock(now, 0.0)).settle()
    for source in trial.sources:
        views.source(source, now)


def _check(snapshot: Json) -> None:
    if not isinstance(snapshot, dict) or snapshot.get("snapshot_of") != KIND:
        raise ValueError("this is no snapshot of a sandbox; GET /_sandbox/snapshot takes one")
    if snapshot.get("format") != FORMAT:
        raise ValueError(
            f"the snapshot is of format {snapshot.get('format')!r}, this version reads {FORMAT};"
            " take it again"
        )
    rest = {name: value for name, value in snapshot.items() if name != "digest"}
    if snapshot.get("digest") != _digest(rest):
        raise ValueError(
            "the snapshot is damaged: it does not agree with its digest; take it again"
        )


def _digest(value: Json) -> str:
    """The same for the same value, however its numbers, keys and spaces are written."""
    plain = json.loads(json.dumps(value), parse_float=_number)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _number(text: str) -> float:
    found = float(text)
    return int(found) if found.is_integer() else found
