"""The simulated API: route, authorize, hold against the contract, handle, hold the answer too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from . import contract, errors, handlers, logs
from .call import HANDLERS, Call, Redirect, Status
from .chance import Chance
from .clock import Clock
from .control import control_routes
from .counts import Counts
from .engine import Engine
from .errors import NO_BODY, ApiError
from .faults import Answer, Faults, strike
from .records import Account
from .routing import Match, Routes
from .seed_data import CLIENT_ID, plant
from .store import Store
from .validation import Validation

METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]
assert handlers.__all__


class Sandbox:
    """One simulated service: its state, and what it counts.

    Args:
        token: the Connect token of the first account.
        seed: decides everything that is left to chance.
        time_scale: simulated seconds for each real one.
        db: a SQLite file that keeps the state.
        start_at: the first reading of the clock, in seconds since 1970.
    """

    def __init__(
        self,
        *,
        token: str = "sandbox-token",
        seed: int = 7,
        time_scale: float = 60.0,
        db: str | None = None,
        start_at: float | None = None,
    ) -> None:
        self.token = token
        self.document = contract.document()
        self.routes, self.validation = Routes(self.document), Validation(self.document)
        self.store = Store(db)
        self.clock = Clock(start_at, time_scale)
        self.engine = Engine(self.store, self.clock, Chance(seed))
        self.faults = Faults()
        self.counts = Counts()
        self.leaked_tokens = 0
        self.logs_url = ""
        if not len(self.store.accounts):
            self.plant()

    def plant(self) -> None:
        """Begin with the account that everybody begins with."""
        plant(self.engine, self.token)
        self.engine.settle()
        self.store.commit()

    def reset(self) -> None:
        """Forget everything, and begin again."""
        self.store.clear()
        self.faults.clear()
        self.counts.clear()
        self.plant()

    # Answering -----------------------------------------------------------------------------------

    def answer(self, match: Match, request: Request, raw: bytes) -> Answer:
        """Status, headers and body of a call."""
        operation = match.operation
        body, problems = self._body(match, request, raw)
        name = operation.called(body)
        self.engine.settle()
        try:
            call = self._call(name, match, request, raw, body, problems)
            found = HANDLERS[operation.id](call)
        except ApiError as error:
            return self._checked(match, error.status, error.body)
        finally:
            self.store.commit()
        if isinstance(found, Redirect):
            return 302, {"location": found.location}, b""
        status, body = (found.status, found.body) if isinstance(found, Status) else (200, found)
        return self._checked(match, status, body)

    def count(self, match: Match, raw: bytes) -> None:
        """Note a request that has arrived."""
        body = _json(raw) if match.operation.variants else None
        client_id = match.params.get("stitch_client_id", "")
        self.counts.note(
            match.operation.called(body),
            match.operation.budget,
            int(client_id) if client_id.isascii() and client_id.isdecimal() else None,
            self.clock.now(),
        )

    def _body(self, match: Match, request: Request, raw: bytes) -> tuple[Any, list[str]]:
        operation = match.operation
        if operation.body is None or "application/json" not in operation.body:
            return None, []
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            return None, ["the body is not JSON"]
        return body, self.validation.request(operation, body)

    def _call(
        self,
        name: str,
        match: Match,
        request: Request,
        raw: bytes,
        body: Any,
        problems: list[str],
    ) -> Call:
        bearer = _bearer(request)
        return Call(
            operation=name,
            account=self._account(match, bearer),
            params=match.params,
            query=dict(request.query_params),
            body=body,
            engine=self.engine,
            logs_url=self.logs_url,
            bearer=bearer,
            problems=tuple(problems),
            raw=raw,
            media_type=request.headers.get("content-type", "").partition(";")[0].strip(),
        )

    def _account(self, match: Match, bearer: str | None) -> Account | None:
        """The account of a Connect token, which must be the one that the path names."""
        if match.operation.security != "ConnectToken":
            return None
        found = next((one for one in self.store.accounts if bearer in one.tokens), None)
        wanted = match.params.get("stitch_client_id")
        if found is None or wanted not in (None, str(found.id)):
            raise errors.unauthorized()
        return found

    def _checked(self, match: Match, status: int, body: Any) -> Answer:
        """The answer, unless it violates the contract: that is told as loudly as can be."""
        problems = self.validation.answer(match.operation, status, body)
        if problems:
            told = {"sandbox": "the answer violates the contract", "problems": problems}
            headers = {"x-sandbox-violation": problems[0].encode("ascii", "replace").decode()}
            return 500, headers, json.dumps(told).encode()
        if body is NO_BODY:
            return status, {}, b""
        return status, {"content-type": "application/json"}, json.dumps(body).encode()


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "bearer:") else None


def api(sandbox: Sandbox) -> Starlette:
    """The application that answers as the API does."""

    async def endpoint(request: Request) -> Response:
        match, others = sandbox.routes.match(request.method, request.url.path)
        raw = await request.body()
        if match is None and any(one.path.startswith("/v2/import/") for one in others):
            return _response((405, {"content-type": "application/json"}, b'"Method not allowed."'))
        if match is None or match.operation.absent:
            return Response(status_code=404)

        def answer() -> Answer:
            return sandbox.answer(match, request, raw)

        sandbox.count(match, raw)
        fault = sandbox.faults.take(match.operation.id)
        return _response(answer() if fault is None else await strike(fault, answer))

    routes = [*control_routes(sandbox), Route("/{path:path}", endpoint, methods=METHODS)]
    return Starlette(routes=routes)


def _response(answer: Answer) -> Response:
    status, headers, body = answer
    return Response(body, status, headers)


def log_store(sandbox: Sandbox) -> Starlette:
    """The other host, which holds logs and must never see a Connect token."""

    async def log(request: Request) -> Response:
        if "authorization" in request.headers:
            sandbox.leaked_tokens += 1
            return Response(status_code=400)
        job = sandbox.store.jobs.get(request.path_params["job"])
        given = request.query_params.get("x-amz-security-token")
        if job is None or given != sandbox.engine.chance.token("", "log", job.id):
            return Response(status_code=403)
        return PlainTextResponse(logs.text_of(job))

    return Starlette(routes=[Route("/{job}", log)])


Factory = Callable[..., Sandbox]
__all__ = ["CLIENT_ID", "Sandbox", "api", "log_store"]
