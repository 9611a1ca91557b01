"""A tool server in this process over a sandbox on HTTP, and what reached the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from stitch_connect import AsyncStitch
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.database import memory
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings

from .account import Account, opened

SOURCE = 120643


class World:
    """The account as a test sees it, past the server."""

    def __init__(self, address: Any) -> None:
        self.address = address
        self.now = 1_000_000.0

    def clock(self) -> float:
        """The time of the gate: nobody in these tests answers within a second."""
        self.now += 1.5
        return self.now

    @property
    def deletions(self) -> int:
        found = httpx.get(f"{self.address.url}/_sandbox/requests").json()["operations"]
        return int(found.get("sources.delete", 0))

    def rename(self, name: str) -> None:
        self._put({"display_name": name})

    def _put(self, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {self.address.token}"}
        url = f"{self.address.url}/v4/sources/{SOURCE}"
        httpx.put(url, json=body, headers=headers).raise_for_status()

    def delete_elsewhere(self) -> None:
        headers = {"Authorization": f"Bearer {self.address.token}"}
        url = f"{self.address.url}/v4/sources/{SOURCE}"
        httpx.delete(url, headers=headers).raise_for_status()


@pytest.fixture
def world(sandbox: Any) -> World:
    return World(sandbox)


@pytest.fixture
def server_with(world: World) -> Callable[[str], StitchServer]:
    def build(confirm: str) -> StitchServer:
        def stitch() -> AsyncStitch:
            address = world.address
            return AsyncStitch(address.token, base_url=address.url)

        gate = Gate(SqliteStore(memory()), MODES[confirm], now=world.clock)
        settings = Settings(confirm=confirm, where="sandbox", secrets=(world.address.token,))
        return build_server(settings, stitch, gate=gate)

    return build


@pytest.fixture
def server(server_with: Callable[[str], StitchServer]) -> StitchServer:
    return server_with("auto")


@pytest.fixture
def account() -> Iterator[Account]:
    with opened() as found:
        yield found
