"""A simulated account, a clock that moves it, and clients of both kinds that live by that clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from stitch_connect import AsyncStitch, Stitch
from stitch_connect.jobs import JobStatus
from stitch_connect.jobs.board import Board, board_of
from stitch_connect_sandbox.server import Address, running

from .virtual_clock import VirtualClock

START = 1_750_000_000.0
SOURCE, NAME = 120643, "heroku"
STREAMS = ("customer_view", "customers", "order_items", "orders")
Use = Callable[[Any], Any]


@dataclass
class World:
    """The account as a test moves it."""

    address: Address
    http: httpx.Client
    clock: VirtualClock

    def control(self, name: str, given: Any = None) -> Any:
        """Call the control plane."""
        verb = "GET" if given is None else "POST"
        answer = self.http.request(verb, f"/_sandbox/{name}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def script(self, source: int = SOURCE, outcome: str = "success", **fate: Any) -> None:
        """Decide how the next job of a source goes."""
        self.control("fates", {"source_id": source, "outcome": outcome, **fate})

    def fault(self, operation: str, kind: str = "status", **fault: Any) -> None:
        """Decide what goes wrong with the next calls of an operation."""
        self.control("faults", {"operation": operation, "kind": kind, **fault})

    def start(self, source: int = SOURCE) -> str:
        """Start a job behind the client's back."""
        return str(self.call("POST", f"/v4/sources/{source}/sync")["job_name"])

    def stop(self, source: int = SOURCE) -> None:
        self.call("DELETE", f"/v4/sources/{source}/sync")

    def call(self, verb: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(verb, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def requests(self) -> dict[str, int]:
        """The requests of the jobs group so far, by operation."""
        made: dict[str, int] = self.control("requests")["operations"]
        return {name: made.get(name, 0) for name in ("extractions.list", "loads.list")} | {
            "logs": made.get("extractions.logs", 0)
        }

    def most_in_window(self) -> int:
        """The most requests of the jobs group in any ten minutes of the account's clock."""
        return int(self.control("requests")["max_in_window"].get(str(self.address.client_id), 0))

    def options(self, **options: Any) -> dict[str, Any]:
        return {
            "token": self.address.token,
            "base_url": self.address.url,
            "clock": self.clock,
            "strict": True,
            **options,
        }

    def stitch(self, **options: Any) -> Stitch:
        return Stitch(**self.options(**options))

    def async_stitch(self, **options: Any) -> AsyncStitch:
        return AsyncStitch(**self.options(**options))

    def ask(self, asynchronous: bool, use: Use, **options: Any) -> Any:
        """Make one call with the client of one kind."""
        if not asynchronous:
            with self.stitch(**options) as stitch:
                return use(stitch)

        async def call() -> Any:
            async with self.async_stitch(**options) as stitch:
                return await use(stitch)

        return asyncio.run(call())

    def wait(self, job: str, asynchronous: bool = False, **options: Any) -> JobStatus:
        """Wait for a job with a client of its own."""
        found: JobStatus = self.ask(asynchronous, lambda s: s.jobs.wait(job, **options))
        return found

    def status(self, job: str, asynchronous: bool = False) -> JobStatus:
        found: JobStatus = self.ask(asynchronous, lambda s: s.jobs.status(job))
        return found

    def restart(self) -> None:
        """Have the next client know nothing, as in a process that has just begun."""
        self.clock = VirtualClock(self.clock.now(), self.clock.move)

    def renew(self) -> None:
        """Begin again with a fresh account."""
        self.control("reset", {})
        self.clock = VirtualClock(START, self._move)

    def _move(self, seconds: float) -> None:
        self.control("advance", {"seconds": seconds})

    def board(self) -> Board:
        """What the clients of this process share."""
        with self.stitch() as stitch:
            return board_of(stitch, self.address.client_id)


@contextmanager
def world() -> Iterator[World]:
    """A fresh account, its time on a virtual clock."""
    with running(time_scale=0, start_at=START) as address:
        headers = {"Authorization": f"Bearer {address.token}"}
        with httpx.Client(base_url=address.url, headers=headers, timeout=60) as http:
            found = World(address, http, VirtualClock(START))
            found.renew()
            yield found
