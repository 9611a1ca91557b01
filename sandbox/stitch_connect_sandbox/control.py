"""The control plane, under `/_sandbox/`: for tests and for people, never part of the API."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .clock import iso
from .lifecycle import OUTCOMES
from .records import Fate
from .seed_data import CLIENT_ID, IMPORT_TOKEN

if TYPE_CHECKING:
    from .app import Sandbox

Action = Callable[["Sandbox", dict[str, Any]], Any]


def health(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return {
        "status": "ok",
        "client_id": CLIENT_ID,
        "now": iso(sandbox.clock.now()),
        "import_token": IMPORT_TOKEN,
    }


def reset(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.reset()
    return health(sandbox, given)


def advance(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.clock.advance(float(given["seconds"]))
    sandbox.engine.settle()
    sandbox.store.commit()
    return health(sandbox, given)


def requests(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return {
        "operations": dict(sandbox.requests),
        "jobs_group": sandbox.job_requests,
        "leaked_tokens": sandbox.leaked_tokens,
    }


def faults(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return sandbox.faults.listed()


def arm(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    return asdict(sandbox.faults.arm(given))


def disarm(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    sandbox.faults.clear()
    return []


def fate(sandbox: Sandbox, given: dict[str, Any]) -> Any:
    """Script how the next job (or check) of a source ends."""
    if given.get("outcome") not in OUTCOMES:
        raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
    number = sandbox.store.next("fate")
    record = sandbox.store.fates.put(Fate(id=number, **given))
    sandbox.store.commit()
    return asdict(record)


ACTIONS: tuple[tuple[str, str, Action], ...] = (
    ("GET", "health", health),
    ("POST", "reset", reset),
    ("POST", "advance", advance),
    ("GET", "requests", requests),
    ("GET", "faults", faults),
    ("POST", "faults", arm),
    ("DELETE", "faults", disarm),
    ("POST", "fates", fate),
)


def control_routes(sandbox: Sandbox) -> list[Route]:
    """One route for each action."""
    return [
        Route(f"/_sandbox/{name}", _endpoint(sandbox, action), methods=[method])
        for method, name, action in ACTIONS
    ]


def _endpoint(sandbox: Sandbox, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            given = await request.json() if await request.body() else {}
            return JSONResponse(action(sandbox, given))
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint
