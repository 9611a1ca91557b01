"""The simulated API: route, authorize, hold against the contract, handle, hold the answer too."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from . import contract, errors, handlers, json_text, snapshots
from .call import HANDLERS, Call, Redirect, Status
from .clock import Clock, moment
from .counts import Counts
from .disk import DiskError
from .engine import Engine
from .errors import NO_BODY, ApiError
from .faults import Answer, Faults, Shapes
from .page.recent import Recent
from .records import Account
from .routing import Match, Routes
from .seed_data import plant
from .store import Store
from .validation import Validation

assert handlers.__all__
CLIENT_ID = re.compile(r"[0-9]{1,15}")


class Sandbox:
    """One simulated service: its state, and what it counts.

    Args:
        token: the Connect token of the first account.
        seed: decides everything that is left to chance; a file goes on with its own.
        time_scale: simulated seconds for each real one.
        db: a SQLite file that keeps the state.
        start_at: the first reading of the clock, as ISO 8601 or in seconds since 1970; the
            real time when absent.

    Raises:
        DiskError: the file cannot be used.
    """

    def __init__(
        self,
        *,
        token: str = "sandbox-token",
        seed: int = 7,
        time_scale: float = 60.0,
        db: str | None = None,
        start_at: str | float | None = None,
    ) -> None:
        self.token, self.seed = token, seed
        self.document = contract.document()
        self.routes, self.validation = _law()
        self.store = Store(db)
        self.clock = Clock(moment(start_at), time_scale)
        self.engine = Engine(self.store, self.clock)
        self.faults = Faults(self.routes.names(), lambda: self.engine.chance)
        self.shapes = Shapes(self.document)
        self.counts = Counts()
        self.recent = Recent(self.document)
        self.leaked_tokens = 0
        self.logs_url = ""
        self.clock.at_least(self.store.moment or 0.0)
        with self.change():
            if not len(self.store.accounts):
                self._plant()
            self._open()

    # The state -----------------------------------------------------------------------------------

    @contextmanager
    def change(self) -> Iterator[None]:
        """Do what a block does, and what is due by then, and keep it: all of it or nothing.

        Raises:
            DiskError: it could not be kept.
        """
        self._keep()  # what was due before is no part of it
        try:
            with self.clock.unless(Exception):
                yield
                self._keep()
        except BaseException:
            self.store.undo()
            raise

    def _keep(self) -> None:
        self.engine.settle()
        self.store.commit(self.clock.now())
        self.engine.deliveries.send()

    def catch_up(self) -> None:
        """Do what is due, for somebody who only looks; without news nothing is written.

        Raises:
            DiskError: it could not be kept, and has been undone.
        """
        before = self.store.version
        self.engine.settle()
        if self.store.version != before:
            self.store.commit(self.clock.now())
            self.engine.deliveries.send()

    def _plant(self) -> None:
        """Fill the empty store with the account that everybody begins with."""
        self.store.seed = self.seed
        plant(self.engine, self.token)

    def _open(self) -> None:
        """Let the token this sandbox was started with open its first account, if it opens none."""
        if self.store.account_of(self.token) is None:
            first = next(iter(self.store.accounts))
            self.store.accounts.change(first, tokens=[*first.tokens, self.token])

    def reset(self) -> None:
        """Forget everything, and begin again at the first reading of the clock."""
        with self.change():
            self.clock.restart()
            self.store.clear()
            self._plant()
        self._forget()

    def restore(self, snapshot: Any) -> None:
        """Go back (or over) to a snapshot, and forget what was counted and armed.

        Raises:
            ValueError: it is none, or damaged; nothing has changed.
        """
        with self.change():
            self.clock.set(snapshots.put_back(self.store, snapshot))
            self._open()
        self._forget()

    def _forget(self) -> None:
        self.faults.clear()
        self.counts.clear()
        self.recent.clear()
        self.leaked_tokens = 0
        self.engine.deliveries.forget()

    # Answering -----------------------------------------------------------------------------------

    def answer(self, match: Match, request: Request, raw: bytes, shift: int = 0) -> Answer:
        """Status, headers and body of a call, the rows of a page shifted by a number."""
        try:
            return self._answer(match, request, raw, shift)
        except Violation as violation:
            return _violation(violation)
        except DiskError as error:
            return _not_kept(error)

    def _answer(self, match: Match, request: Request, raw: bytes, shift: int) -> Answer:
        """The same; what is done for an answer that violates the contract is undone."""
        body, problems = self._body(match, raw)
        name = match.operation.called(body)
        try:
            with self.change():
                call = self._call(name, match, request, raw, body, problems)
                found = HANDLERS[match.operation.id](replace(call, shift=shift))
                return self._told(match, found)
        except ApiError as error:
            return self._checked(match, error.status, error.body)

    def _told(self, match: Match, found: Any) -> Answer:
        """What a handler returns, as an answer."""
        if isinstance(found, Redirect):
            return 302, {"location": found.location}, b""
        status, body = (found.status, found.body) if isinstance(found, Status) else (200, found)
        return self._checked(match, status, body)

    def count(self, match: Match, raw: bytes) -> str:
        """Note a request that has arrived; return what its operation (or variant) is called."""
        name = match.operation.called(_json(raw) if match.operation.variants else None)
        client_id = match.params.get("stitch_client_id", "")
        self.counts.note(
            name,
            match.operation.budget,
            int(client_id) if CLIENT_ID.fullmatch(client_id) else None,
            self.clock.now(),
        )
        return name

    def _body(self, match: Match, raw: bytes) -> tuple[Any, list[str]]:
        operation = match.operation
        if operation.body is None or "application/json" not in operation.body:
            return None, []
        try:
            body = json_text.read(raw) if raw else None
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
            media_type=request.headers.get("content-type", "").partition(";")[0].strip().lower(),
            host=request.headers.get("host", "").partition(":")[0].lower(),
        )

    def _account(self, match: Match, bearer: str | None) -> Account | None:
        """The account of a Connect token, which must be the one that the path names."""
        if match.operation.security != "ConnectToken":
            return None
        found = self.store.account_of(bearer)
        wanted = match.params.get("stitch_client_id")
        if found is not None and wanted is not None and not wanted.isdecimal():
            raise errors.missing()
        if found is None or wanted not in (None, str(found.id)):
            raise errors.unauthorized()
        return found

    def asking(self, request: Request) -> int | None:
        """The client id of whoever makes a request; None where its token is not known."""
        bearer = _bearer(request)
        holder = self.store.account_of(bearer) or self._pushing(bearer)
        return None if holder is None else holder.id

    def _pushing(self, bearer: str | None) -> Account | None:
        """The account of an Import API token."""
        token = None if bearer is None else self.store.tokens_by_value.first(bearer)
        return None if token is None else self.store.accounts.get(token.client_id)

    def opens(self, text: str) -> bool:
        """Whether a text is a token of any account."""
        return (self.store.account_of(text) or self._pushing(text)) is not None

    def _checked(self, match: Match, status: int, body: Any) -> Answer:
        """The answer.

        Raises:
            Violation: it violates the contract.
        """
        problems = self.validation.answer(match.operation, status, body)
        if problems:
            raise Violation(problems)
        if body is NO_BODY:
            return status, {}, b""
        return status, {"content-type": "application/json"}, json.dumps(body).encode()


class Violation(Exception):
    """What an answer has against the contract."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(*problems)
        self.problems = problems


def _violation(found: Violation) -> Answer:
    """A defect of the sandbox, told as loudly as can be."""
    told = {"sandbox": "the answer violates the contract", "problems": found.problems}
    headers = {"x-sandbox-violation": json.dumps(found.problems[0])[1:-1]}
    return 500, headers, json.dumps(told).encode()


@functools.cache
def _law() -> tuple[Routes, Validation]:
    """The contract as it is applied: the same for every sandbox of the process."""
    return Routes(contract.document()), Validation(contract.document())


def _not_kept(error: DiskError) -> Answer:
    """The one answer that no contract knows: the disk did not take what was to be answered."""
    headers = {"content-type": "application/json", "x-sandbox-failure": "disk"}
    return 507, headers, json.dumps({"error": str(error)}).encode()


def _json(raw: bytes) -> Any:
    try:
        return json_text.read(raw)
    except ValueError:
        return None


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() in ("bearer", "bearer:") else None
