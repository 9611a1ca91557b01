"""A tool server over HTTP in a thread of its own, over the sandbox, and raw requests to it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from stitch_connect import AsyncStitch
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import OVER_HTTP
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.database import memory
from stitch_connect_mcp.homes import Homes
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.web.app import application
from stitch_connect_mcp.web.identity import Identities
from stitch_connect_mcp.web.plan import Plan
from stitch_connect_mcp.web.serve import front_of, homes_of, listening, mint, uvicorn_of

ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@dataclass(frozen=True)
class Web:
    """Where it serves."""

    url: str
    folder: Path

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://").partition("/")[0]

    @property
    def root(self) -> str:
        return f"http://{self.host}"

    @property
    def token(self) -> str:
        return (self.folder / "http-token").read_text().strip()

    def post(self, token: str | None, body: Any = LIST, **headers: str) -> httpx.Response:
        given = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.post(self.url, json=body, headers={**ACCEPT, **given, **headers}, timeout=30)

    def raw(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """Send bytes as they are, with a pause between; return what is answered."""
        host, port = self.host.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=30) as wire:
            for number, part in enumerate(parts):
                if number:
                    threading.Event().wait(pause)
                wire.sendall(part)
            answered = b""
            while chunk := wire.recv(65536):
                answered += chunk
                if b"\r\n\r\n" in answered and b"connection: close" in answered.lower():
                    break
            return answered


@asynccontextmanager
async def connected(web: Web, token: str, era: Any = "auto") -> AsyncIterator[Client]:
    """The official client, with a token."""
    http = httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=120)
    async with http, Client(streamable_http_client(web.url, http_client=http), mode=era) as client:
        yield client


@contextmanager
def serving(
    plan: Plan,
    folder: Path,
    address: Any,
    settings: Settings,
    tokens: dict[str | None, str],
    build: Callable[..., StitchServer] = build_server,
    **transport: Any,
) -> Iterator[Web]:
    """Serve by a plan.

    Arguments:
        tokens: The Connect tokens of the accounts by their names.
        build: Makes the server.
        transport: What the protocol's transport takes besides.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    principals = plan.principals
    if plan.needs_minting:
        _, principals = mint(folder)

    def make(name: str | None) -> Any:
        return lambda: AsyncStitch(tokens[name], base_url=address.url)

    homes = homes_of(plan, settings, make)
    who = Identities(access=settings.access, principals=principals, homes=homes, open=plan.is_open)
    gate = Gate(SqliteStore(memory()), OVER_HTTP[settings.confirm])
    server = build(
        settings, Homes(homes.values(), who.home), gate=gate, caller=who.caller, access=who.may
    )
    with listening(plan) as listener:
        front = front_of(plan, listener.getsockname()[:2], who)
        running = uvicorn_of(application(server, front, **transport))
        thread = threading.Thread(target=lambda: asyncio.run(running.serve([listener])))
        thread.start()
        try:
            while not running.started and thread.is_alive():
                thread.join(0.01)
            host, port = listener.getsockname()[:2]
            yield Web(f"http://{host}:{port}/mcp", folder)
        finally:
            running.should_exit = True
            thread.join(20)
            assert not thread.is_alive()
