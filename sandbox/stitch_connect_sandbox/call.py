"""What a handler is given, and the registry that finds it by the operation's id."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import errors
from .engine import Engine
from .records import Account, Destination, Source
from .store import Store

Json = Any
INTEGER = re.compile(r"-?[0-9]{1,4000}")


@dataclass(frozen=True, slots=True)
class Redirect:
    """An answer that points elsewhere."""

    location: str


@dataclass(frozen=True, slots=True)
class Status:
    """A body with a status other than 200."""

    status: int
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, already matched, authorized and held against the contract."""

    operation: str
    account: Account | None
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Json
    engine: Engine
    logs_url: str = ""
    bearer: str | None = None
    problems: tuple[str, ...] = ()  # what the body has against the contract
    raw: bytes = b""
    media_type: str = ""
    host: str = ""
    shift: int = 0  # rows that came before this page since the one before it

    @property
    def store(self) -> Store:
        return self.engine.store

    @property
    def now(self) -> float:
        return self.engine.clock.now()

    @property
    def client(self) -> Account:
        assert self.account is not None
        return self.account

    def number(self, name: str) -> int | None:
        """A parameter of the path as the integer that it is, of any size that int() reads."""
        text = self.params[name]
        return int(text) if INTEGER.fullmatch(text) else None

    def source(self) -> Source:
        """The source that the path names.

        Raises:
            ApiError: what the operation says of one it does not know.
        """
        found = self.store.sources.get(self.number("source_id") or 0)
        if found is None or found.client_id != self.client.id:
            shown = self.params["source_id"]
            if self.operation.startswith("replication_jobs."):
                raise errors.job_source_unknown(shown, self.client.id)
            raise errors.source_not_found(shown)
        return found

    def destinations(self) -> list[Destination]:
        mine = self.store.destinations_of.of(self.client.id)
        return [one for one in mine if one.deleted_at is None]


Handler = Callable[[Call], Json]
HANDLERS: dict[str, Handler] = {}


def handles(*operations: str) -> Callable[[Handler], Handler]:
    """Register a handler for operations of the contract."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(operations, handler))
        return handler

    return register
