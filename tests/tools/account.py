"""A simulated account whose records a test can reach, and tool servers over it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mcp import Client
from stitch_connect import AsyncStitch, ScaledClock
from stitch_connect_mcp.access import TOOLSETS, Access
from stitch_connect_mcp.audit.record import Audit
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.database import memory
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_sandbox.app import Sandbox
from stitch_connect_sandbox.server import Servers

EVERYTHING = Access(toolsets=frozenset(TOOLSETS))
TOKEN = "sandbox-token-4f1c"


class AheadClock(ScaledClock):
    """Real time, until somebody sleeps: that takes none."""

    def __init__(self) -> None:
        super().__init__(1)
        self._ahead = 0.0

    def now(self) -> float:
        return super().now() + self._ahead

    def sleep(self, seconds: float) -> None:
        self._ahead += seconds

    async def asleep(self, seconds: float) -> None:
        self._ahead += seconds


class Account:
    """The account, past the tool server.

    Arguments:
        sandbox: What holds its records.
        url: Where its API answers.
    """

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self.sandbox, self.url = sandbox, url
        self.clock = AheadClock()  # its own, and so its own count of the budget

    @property
    def store(self) -> Any:
        return self.sandbox.store

    def calls(self, operation: str) -> int:
        """How often an operation was asked for."""
        return int(self.sandbox.counts.shown()["operations"].get(operation, 0))

    def stitch(self, **options: Any) -> AsyncStitch:
        return AsyncStitch(TOKEN, base_url=self.url, clock=self.clock, **options)

    def server(
        self, confirm: str = "auto", audit: Audit | None = None, **settings: Any
    ) -> StitchServer:
        gate = Gate(SqliteStore(memory()), MODES[confirm], audit=audit)
        known: dict[str, Any] = {"where": "sandbox", "access": EVERYTHING, "secrets": (TOKEN,)}
        decided = Settings(confirm=confirm, **(known | settings))
        return build_server(decided, self.stitch, gate=gate, audit=audit)


@contextmanager
def opened(start_at: str | None = None, time_scale: float = 0) -> Iterator[Account]:
    """An account at the real time unless another is given, which stands still unless it runs."""
    sandbox = Sandbox(token=TOKEN, seed=7, time_scale=time_scale, start_at=start_at)
    servers = Servers(sandbox)
    thread = threading.Thread(target=lambda: asyncio.run(servers.serve()), daemon=True)
    thread.start()
    try:
        yield Account(sandbox, servers.url)
    finally:
        while thread.is_alive() and not servers.started:
            thread.join(0.01)
        servers.stop()
        thread.join(10)


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    """Call a tool that must not fail."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text(result)
    return result


def text(result: Any) -> str:
    """The text of a result."""
    return "\n".join(part.text for part in result.content)
