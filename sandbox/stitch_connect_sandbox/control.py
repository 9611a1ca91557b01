"""The control plane, under `/_sandbox/`: for tests and for people, never part of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import bulk, json_text
from .arguments import (
    FLAG,
    ID,
    NAMES,
    Field,
    Fields,
    held,
    integer,
    is_seconds,
    one_of,
    seconds,
    unknown,
)
from .clock import http_date
from .coverage import shown
from .disk import DiskError
from .lifecycle import OUTCOMES
from .planting import plant_streams
from .records import Fate
from .script import named_streams, unknown_streams
from .seed_data import CLIENT_ID
from .state_actions import STATE_ACTIONS, health

if TYPE_CHECKING:
    from .app import Sandbox

NOT_KEPT = 507
CHECKED = ("success", "discovery_failed")
MOST_STREAMS = 200_000
DEEPEST = 3 * json_text.DEEPEST  # a snapshot holds what was given, some levels down
Action = Callable[["Sandbox", dict[str, Any]], Any]


def _is_delay(value: Any) -> bool:
    each = value.values() if isinstance(value, dict) else [value]
    return all(map(is_seconds, each))


ADVANCE: Fields = {"seconds": seconds(required=True)}
FATE: Fields = {
    "source_id": ID,
    "outcome": one_of(OUTCOMES),
    "of": one_of(("job", "check")),
    "duration": seconds(),
    "silent": NAMES,
    "failing": NAMES,
    "load_delay": Field("a number of seconds, or one for each stream by name", _is_delay),
    "log": FLAG,
}
SEED: Fields = {
    "accounts": integer(1, 10_000),
    "sources": integer(1, 10_000),
    "client_id": integer(1, 10**15),
    "streams": integer(1, 10_000),
}


def advance(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.clock.advance(held(given, ADVANCE)["seconds"])
    return health(sandbox, given)


def requests(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return {**sandbox.counts.shown(), "leaked_tokens": sandbox.leaked_tokens}


def faults(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return sandbox.faults.listed()


def arm(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return asdict(sandbox.faults.arm(given))


def disarm(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.faults.clear()
    return []


def fate(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """Script how the next job (or check) of a source goes."""
    source = sandbox.store.sources.get(held(given, FATE)["source_id"])
    if source is None:
        raise ValueError(f"no source has the id {given['source_id']}")
    if given.get("of") == "check" and given.get("outcome", "success") not in CHECKED:
        raise ValueError(f"the outcome of a check is one of {', '.join(CHECKED)}")
    record = Fate(id=sandbox.store.next("fate"), **given)
    streams = sandbox.store.streams_of.of(source.id)
    for name in unknown_streams(streams, named_streams(record)):
        raise ValueError(unknown("stream", name, [one.name for one in streams]))
    sandbox.store.fates.put(record)
    return asdict(record)


def seed(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """Add many accounts (with sources, if asked for), or many sources to one account."""
    if not held(given, SEED).keys() & {"accounts", "sources"}:
        raise ValueError("say how many accounts or sources")
    if {"accounts", "client_id"} <= given.keys():
        raise ValueError("client_id does not go with accounts")
    count, streams = given.get("sources", 0), given.get("streams", 4)
    if given.get("accounts", 1) * count * streams > MOST_STREAMS:
        raise ValueError(f"that is more than {MOST_STREAMS:,} streams; ask for less at a time")
    engine = sandbox.engine
    if "accounts" in given:
        return bulk.add_accounts(engine, given["accounts"], count, streams)
    client_id = given.get("client_id", CLIENT_ID)
    if client_id not in sandbox.store.accounts:
        raise ValueError(f"no account has the client id {client_id}")
    return bulk.add_sources(engine, client_id, count, streams)


def coverage(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """What is simulated, approximated and absent."""
    return shown()


ACTIONS: tuple[tuple[str, str, Action], ...] = (
    *STATE_ACTIONS,
    ("POST", "advance", advance),
    ("GET", "requests", requests),
    ("GET", "faults", faults),
    ("POST", "faults", arm),
    ("DELETE", "faults", disarm),
    ("POST", "fates", fate),
    ("POST", "seed", seed),
    ("GET", "coverage", coverage),
    ("POST", "streams", plant_streams),
)


def control_routes(sandbox: Sandbox) -> list[Route]:
    """One route for each action."""
    return [
        Route(f"/_sandbox/{name}", _endpoint(sandbox, action), methods=[method])
        for method, name, action in ACTIONS
    ]


def no_action(request: Request) -> Response:
    """Say what there is, to a request that means nothing here."""
    name = request.path_params["name"]
    verbs = [verb for verb, action, _ in ACTIONS if action == name]
    if verbs:
        told = f"{name} takes {' or '.join(verbs)}, not {request.method}"
        return JSONResponse({"error": told}, 405, {"allow": ", ".join(verbs)})
    told = unknown("action", name[:80], sorted({action for _, action, _ in ACTIONS}))
    return JSONResponse({"error": told}, 404)


def _endpoint(sandbox: Sandbox, action: Action) -> Callable[[Request], Awaitable[Response]]:
    def answer(given: Any) -> tuple[Any, int]:
        try:
            with sandbox.change():
                return action(sandbox, given), 200
        except ValueError as error:
            return {"error": str(error)}, 400
        except DiskError as error:
            return {"error": str(error)}, NOT_KEPT

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        try:
            given = json_text.read(raw, DEEPEST) if raw else {}
        except ValueError as error:
            body, status = {"error": f"the body is not JSON: {error}"}, 400
        else:
            body, status = answer(given)
        return JSONResponse(body, status, {"date": http_date(sandbox.clock.now())})

    return endpoint
