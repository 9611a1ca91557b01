"""Which assistants were here last, in the state file: for `doctor`, when one misbehaves."""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mcp.server.mcpserver import Context
from mcp.types import ClientCapabilities

from .database import Database
from .text import Words

logger = logging.getLogger(__name__)
KEPT = 20  # clients, the latest
MOST = 200  # told apart by one process; later ones are not noted
CAP = 60  # characters of a name

SCHEMA = """
CREATE TABLE IF NOT EXISTS clients (
  name TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  protocol TEXT NOT NULL,
  can TEXT NOT NULL,
  seen REAL NOT NULL
) STRICT;
"""
KEEP = "INSERT OR REPLACE INTO clients VALUES (:name, :version, :protocol, :can, :seen)"
FORGET = (
    "DELETE FROM clients WHERE name NOT IN (SELECT name FROM clients ORDER BY seen DESC LIMIT ?)"
)


class Seen(NamedTuple):
    """A client, as it introduced itself.

    Arguments:
        name, version: What it calls itself; written by others.
        protocol: The version of the protocol that it speaks.
        can: Its capabilities, such as `elicitation.form`.
    """

    name: str
    version: str
    protocol: str
    can: tuple[str, ...]


def identity(ctx: Context[Any, Any]) -> int:
    """Return what tells a client from others in this process, at little cost for each call."""
    known, can = ctx.session.client_params, ctx.client_capabilities
    info = known.client_info if known else None
    named = (info.name, info.version) if info else ()
    return hash((named, ctx.protocol_version, can.model_dump_json() if can else ""))


def introduced(ctx: Context[Any, Any]) -> Seen:
    """Return who is calling."""
    line = Words().line
    known = ctx.session.client_params
    info = known.client_info if known else None
    return Seen(
        line(info.name, CAP) if info else "unnamed",
        line(info.version, CAP) if info else "",
        line(ctx.protocol_version or "", CAP),
        tuple(_can(ctx.client_capabilities)),
    )


def _can(capabilities: ClientCapabilities | None) -> Iterator[str]:
    found = capabilities.model_dump(exclude_none=True) if capabilities else {}
    for name in ("elicitation", "sampling", "roots"):
        kinds = [f"{name}.{kind}" for kind in ("form", "url") if kind in found.get(name, {})]
        yield from kinds or ([name] if name in found else [])


class Clients:
    """The clients of all of this user's servers.

    Arguments:
        database: Where they are kept.
        now: Seconds since 1970.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database, self._now = database, now
        self._noted: set[int] = set()
        database.create(SCHEMA)

    def is_new(self, client: int) -> bool:
        """Whether this process has not noted a client yet; then it is held for noted."""
        if client in self._noted or len(self._noted) >= MOST:
            return False
        self._noted.add(client)
        return True

    def note(self, seen: Seen) -> None:
        """Keep a client. What cannot be kept is told in the log, and no more."""
        row = {**seen._asdict(), "can": json.dumps(seen.can), "seen": self._now()}
        try:
            with self._database.writing():
                self._database.change(KEEP, row)
                self._database.change(FORGET, [KEPT])
        except sqlite3.Error as error:
            logger.warning("a client was not noted: %s", error)

    def latest(self) -> list[tuple[Seen, float]]:
        """Return the clients and when they were seen, the latest first."""
        rows = self._database.rows("SELECT * FROM clients ORDER BY seen DESC")
        return [(self._of(row), row["seen"]) for row in rows]

    def _of(self, row: dict[str, Any]) -> Seen:
        return Seen(row["name"], row["version"], row["protocol"], tuple(json.loads(row["can"])))
