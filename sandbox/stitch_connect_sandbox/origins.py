"""The two origins over HTTP: the API with the control plane, and the store of logs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from . import errors, logs
from .app import Sandbox
from .clock import http_date
from .control import control_routes
from .faults import Answer, strike
from .page.events import Watchers
from .page.routes import noting, page_routes
from .wire import Wire

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
NOTHING: Answer = (404, {}, b"")


def api(sandbox: Sandbox, wire: Wire, watchers: Watchers) -> Starlette:
    """The application that answers as the API does."""

    async def endpoint(request: Request) -> Response:
        path = request.url.path
        match, others = sandbox.routes.match(request.method, path)
        raw = await request.body()
        if match is None and any("405" in one.responses for one in others):
            return _response(sandbox, _not_allowed())
        if match is None or match.operation.absent:
            return _response(sandbox, NOTHING)

        def answer(shift: int = 0) -> Answer:
            return sandbox.answer(match, request, raw, shift)

        request.state.match = match
        request.state.called = name = sandbox.count(match, raw)
        request.state.fault = fault = sandbox.faults.take(name, match.operation.id)
        if fault is None:
            return _response(sandbox, answer())
        found = await strike(fault, path, answer)
        if found is None:
            request.state.cut = True
            await wire.reset(request.client)
            return Response()
        return _response(sandbox, found, fault.seconds if fault.kind == "drip" else None)

    anything = Route("/{path:path}", noting(sandbox, endpoint), methods=METHODS)
    return Starlette(routes=[*page_routes(sandbox, watchers), *control_routes(sandbox), anything])


def _not_allowed() -> Answer:
    refusal = errors.push_method()
    headers = {"content-type": "application/json"}
    return refusal.status, headers, json.dumps(refusal.body).encode()


def log_store(sandbox: Sandbox) -> Starlette:
    """The other host, which holds logs and must never see a Connect token."""

    def answer(request: Request) -> Answer:
        if "authorization" in request.headers:
            sandbox.leaked_tokens += 1
            return 400, {}, b""
        job = sandbox.store.jobs.get(request.path_params["job"])
        given = request.query_params.get("x-amz-security-token")
        if job is None or given != sandbox.engine.chance.token("", "log", job.id):
            return 403, {}, b""
        return 200, {"content-type": "text/plain; charset=utf-8"}, logs.text_of(job).encode()

    async def log(request: Request) -> Response:
        return _response(sandbox, answer(request))

    return Starlette(routes=[Route("/{job}", log)])


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
