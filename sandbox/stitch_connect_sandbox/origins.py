"""The two origins over HTTP: the API with the control plane, and the store of logs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from . import import_errors, logs
from .app import Sandbox
from .clock import http_date
from .consent import consent_route
from .control import control_routes, no_action
from .faults import KINDS, LOG_TEXT, Answer, Case, strike
from .guard import Guard
from .page.events import Watchers
from .page.routes import noting, page_routes
from .records import Job
from .wire import Wire

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
"""All that is asked with: a wrong one is answered as the API does."""

NOTHING: Answer = (404, {}, b"")


def api(sandbox: Sandbox, wire: Wire, watchers: Watchers) -> Starlette:
    """The application that answers as the API does."""

    async def endpoint(request: Request) -> Response:
        path = request.scope["raw_path"].decode("ascii", "replace")  # an encoded slash is no slash
        match, others = sandbox.routes.match(request.method, path)
        raw = await request.body()
        if match is None and any("405" in one.responses for one in others):
            return _response(sandbox, _not_allowed())
        if match is None or match.operation.absent:
            return _response(sandbox, NOTHING)

        def work(shift: int) -> Answer:
            return sandbox.answer(match, request, raw, shift)

        request.state.match = match
        request.state.called = name = sandbox.count(match, raw)
        client_id = sandbox.asking(request) if sandbox.faults else None
        fault = sandbox.faults.take(name, match.operation.id, client_id=client_id)
        if fault is None:
            return _response(sandbox, work(0))
        case = Case(fault, path, work, partial(sandbox.shapes.of, match.operation.responses))
        return await _struck(sandbox, wire, request, case)

    anything = Route("/{path:path}", noting(sandbox, endpoint), methods=METHODS)
    nothing = Route("/_sandbox/{name:path}", no_action, methods=METHODS)
    own = [*page_routes(sandbox, watchers), *control_routes(sandbox), consent_route(sandbox)]
    return Starlette(routes=[*own, nothing, anything], middleware=[Middleware(Guard)])


def _not_allowed() -> Answer:
    refusal = import_errors.push_method()
    headers = {"content-type": "application/json"}
    return refusal.status, headers, json.dumps(refusal.body).encode()


def log_store(sandbox: Sandbox, wire: Wire) -> Starlette:
    """The other host, which holds logs and must never see a Connect token."""

    def answer(request: Request, job: Job | None) -> Answer:
        if "authorization" in request.headers:
            sandbox.leaked_tokens += 1
            return 400, {}, b""
        given = request.query_params.get("x-amz-security-token")
        if job is None or given != sandbox.engine.chance.token("", "log", job.id):
            return 403, {}, b""
        return 200, {"content-type": "text/plain; charset=utf-8"}, logs.text_of(job).encode()

    async def log(request: Request) -> Response:
        job = sandbox.store.jobs.get(request.path_params["job"])
        fault = sandbox.faults.take(LOG_TEXT, client_id=None if job is None else job.client_id)
        if fault is None:
            return _response(sandbox, answer(request, job))
        free = partial(sandbox.shapes.of, {})
        case = Case(fault, request.url.path, lambda _: answer(request, job), free)
        return await _struck(sandbox, wire, request, case)

    return Starlette(routes=[Route("/{job}", log)])


async def _struck(sandbox: Sandbox, wire: Wire, request: Request, case: Case) -> Response:
    """What a call gets that a fault has struck."""
    request.state.fault = case.fault
    found = await strike(case)
    if found is None:
        request.state.cut = True
        await wire.reset(request.client)
        return Response()
    drips = KINDS[case.fault.kind].drips
    return _response(sandbox, found, case.fault.seconds if drips else None)


def _response(sandbox: Sandbox, answer: Answer, pause: float | None = None) -> Response:
    """An answer dated by the clock of the sandbox; with a pause, it drips."""
    status, headers, body = answer
    dated = {**headers, "date": http_date(sandbox.clock.now())}
    if pause is None:
        return Response(body, status, dated)
    sized = {**dated, "content-length": str(len(body))}
    return StreamingResponse(_drip(body, pause), status, sized)


async def _drip(body: bytes, pause: float) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 16):
        yield body[at : at + 16]
        await asyncio.sleep(pause)
