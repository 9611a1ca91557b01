"""A day of two servers on standard input and output and one over HTTP, and of their clients."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpx
import httpx2
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from stitch_connect_mcp.audit.journal import Journal
from stitch_connect_mcp.state_file import Place, database
from stitch_connect_sandbox.seed_data import CLIENT_ID

from ..account import TOKEN, Account
from .held import Held, Scale
from .moves import MOVES, SLOW, Seat
from .person import Person

SERVER = [sys.executable, "-m", "tests.tools.soak.server"]
ROOT = Path(__file__).resolve().parents[3]
ERAS = ("auto", "legacy")
SEATS = 3  # at each server on standard input and output, and at each client over HTTP
ASKING = 4  # questions at a time: five that are open are the most that a caller may have
EMAILS = "/notifications/public/v1/api/custom-emails"
CLIENTS = 4  # over HTTP, which come anew in every round
FAULTS: tuple[dict[str, Any], ...] = (
    {"operation": SLOW, "kind": "latency", "seconds": 2.0, "probability": 0.3},
    {"operation": "sources.list", "kind": "status", "status": 503, "probability": 0.01},
    {"operation": "sources.get", "kind": "reset_before", "probability": 0.02},
    {"operation": "streams.list", "kind": "truncated", "probability": 0.02},
    {"operation": "streams.schema", "kind": "not_json", "probability": 0.02},
    {"operation": "destinations.list", "kind": "reset_after", "probability": 0.02},
    {"operation": "extractions.list", "kind": "link_loop", "probability": 0.1},
    {"operation": "loads.list", "kind": "invalid_json", "probability": 0.1},
    {"operation": "hooks.list", "kind": "latency", "seconds": 0.05, "probability": 0.1},
    {"operation": "custom_emails.list", "kind": "status", "status": 500, "probability": 0.01},
    {"operation": "sources.pause", "kind": "status", "status": 429, "probability": 0.02},
    {"operation": "sources.update", "kind": "reset_after", "probability": 0.02},
    {"operation": "replication_jobs.start", "kind": "reset_after", "probability": 0.02},
    {"operation": "source_types.list", "kind": "injection", "probability": 0.1},
    {"operation": "connection_checks.source", "kind": "new_enums", "probability": 0.1},
    {"operation": "custom_emails.delete", "kind": "latency", "seconds": 0.2, "probability": 0.1},
)
"""Trouble of most kinds. A deletion is only slow: how often it was sent is what is counted."""


class Day:
    """What happens at all the servers of one user.

    Arguments:
        account: What they work on.
        folder: For the state that they share, their logs and their reports.
        seed: Decides who does what.
        leak: Whether the servers are to leak.
    """

    def __init__(self, account: Account, folder: Path, seed: int = 7, leak: bool = False) -> None:
        self.account, self.seed = account, seed
        self.folder, self.state = folder, folder / "state"
        self.person = Person()
        self.asking = anyio.Semaphore(ASKING)
        self.deleted: set[int] = set()
        self.cleared = 0
        self._direct: httpx.AsyncClient
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "STITCH_CONNECT_TOKEN": TOKEN,
            "STITCH_CONNECT_BASE_URL": account.url,
            "STITCH_CONNECT_STATE": str(self.state),
            "STITCH_CONNECT_CONFIRM": "form",
            "STITCH_CONNECT_LOG": "json",
            **({"SOAK_LEAK": "1"} if leak else {}),
        }
        self._numbers = count()
        self._before = self._known()
        for fault in FAULTS:
            httpx.post(f"{account.url}/_sandbox/faults", json=fault).raise_for_status()

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(count for what, count in self.outcomes.items() if what != "refused")

    def answered(self, what: str) -> None:
        """Count a call that was answered, or given up."""
        self.outcomes[what] += 1

    # Targets -------------------------------------------------------------------------------------

    async def plant(self) -> int:
        """Add a notification that may be deleted, past the servers."""
        address = {"email_address": f"soak{next(self._numbers)}@sandbox.example"}
        made = await self._direct.post(EMAILS, json=address)
        return int(made.raise_for_status().json()["id"])

    def told(self, target: int, result: Any) -> None:
        """Note what a server said about a deletion."""
        if not result.is_error:
            assert target not in self.deleted, "it was done twice"
            self.deleted.add(target)

    async def clear(self, target: int) -> None:
        """Delete a target past the servers, unless one said that it is deleted."""
        if target not in self.deleted:
            gone = await self._direct.delete(f"{EMAILS}/{target}")
            assert gone.json() == [1], f"{target} was deleted, and nobody said so"
            self.cleared += 1

    def settle(self) -> None:
        """Hold what reached Stitch against what was said."""
        sent, due = self.account.calls("custom_emails.delete"), len(self.deleted) + self.cleared
        if sent != due:
            self.wrong.append(f"{sent} deletions were sent, and {due} confirmed")
        if self._known() != self._before:
            self.wrong.append("other notifications are there than those that nobody deleted")

    def _known(self) -> set[int]:
        return {one.id for one in self.account.store.emails_of.of(CLIENT_ID)}

    # Rounds --------------------------------------------------------------------------------------

    async def round(self, clients: Sequence[Client], calls: int) -> None:
        """Let all seats of some clients make so many calls together."""
        end, headers = self.calls + calls, {"Authorization": f"Bearer {TOKEN}"}
        opened = httpx.AsyncClient(base_url=self.account.url, headers=headers, timeout=60)
        async with opened as self._direct, anyio.create_task_group() as seats:
            for number in range(len(clients) * SEATS):
                chance = Random(f"{self.seed} {end} {number}")
                seat = Seat(self, clients[number % len(clients)], chance)
                seats.start_soon(self._sit, seat, end)
        self.settle()

    async def _sit(self, seat: Seat, end: int) -> None:
        weights = [move.weight for move in MOVES]
        while self.calls < end and not self.wrong:
            try:
                await seat.chance.choices(MOVES, weights)[0].make(seat)
            except (AssertionError, MCPError, TimeoutError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")

    # Servers -------------------------------------------------------------------------------------

    @asynccontextmanager
    async def window(self, era: Any) -> AsyncIterator[tuple[Client, Scale]]:
        """A server of its own on standard input and output."""
        report, log = self.folder / f"{era}.report", self.folder / f"{era}.log"
        command = StdioServerParameters(
            command=SERVER[0], args=[*SERVER[1:], str(report), "serve"], env=self.env
        )
        with log.open("w") as errors:
            async with self._client(stdio_client(command, errlog=errors), era) as client:
                yield client, Scale(report)

    @contextmanager
    def web(self) -> Iterator[tuple[str, Scale]]:
        """A server over HTTP."""
        report, log = self.folder / "http.report", self.folder / "http.log"
        command = [*SERVER, str(report), "serve", "--http", "127.0.0.1:0"]
        with log.open("w") as errors, subprocess.Popen(command, env=self.env, stderr=errors) as run:
            try:
                yield self._url(log), Scale(report)
            finally:
                run.terminate()
                run.wait(30)

    def _url(self, log: Path) -> str:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = re.search(r'serving on (http://[^\s"]+)"', log.read_text())
            if found:
                return found[1]
            time.sleep(0.05)
        raise AssertionError(log.read_text())

    @asynccontextmanager
    async def visitors(self, url: str) -> AsyncIterator[list[Client]]:
        """Clients over HTTP, in both eras."""
        token = (self.state / "http-token").read_text().strip()
        async with AsyncExitStack() as stack:
            clients = []
            for number in range(CLIENTS):
                headers = {"authorization": f"Bearer {token}"}
                http = httpx2.AsyncClient(headers=headers, timeout=120)
                await stack.enter_async_context(http)
                transport = streamable_http_client(url, http_client=http)
                opened = self._client(transport, ERAS[number % 2])
                clients.append(await stack.enter_async_context(opened))
            yield clients

    def _client(self, transport: Any, era: Any) -> Client:
        callback: Any = self.person
        return Client(transport, mode=era, elicitation_callback=callback)

    # The end -------------------------------------------------------------------------------------

    def logged(self) -> list[str]:
        """What the servers logged that somebody should look at."""
        logs = [log.read_text() for log in self.folder.glob("*.log")]
        wrong = re.compile(r'"level": "(error|critical)"|Traceback|never (awaited|retrieved)')
        return [line for log in logs for line in log.splitlines() if wrong.search(line)]

    def verify(self) -> int:
        """Follow the audit journal; return how many lines it has."""
        return Journal(self.state, database(Place(self.state, False))).verify().count


def shown(name: str, series: Sequence[Held]) -> str:
    """The first, middle and last weight of a server."""
    some = (series[0], series[len(series) // 2], series[-1])
    return "\n".join(f"{name:6} {held}" for held in some)
