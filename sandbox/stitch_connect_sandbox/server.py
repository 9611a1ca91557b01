"""Serving: both origins on loopback, in a thread for tests and in the foreground for people."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from .app import Sandbox
from .origins import api, log_store
from .page.events import Watchers
from .seed_data import CLIENT_ID
from .wire import Wire


@dataclass(frozen=True, slots=True)
class Address:
    """Where a sandbox answers, and what opens it."""

    url: str
    token: str
    logs_url: str
    client_id: int = CLIENT_ID


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay (40 ms an answer) off only where the protocol is named
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Servers:
    """The API and the log store of one sandbox, on two ports."""

    def __init__(self, sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> None:
        self.sandbox = sandbox
        self._listeners = [_listen(host, port), _listen(host, 0)]
        self.url, self.logs_url = map(_url, self._listeners)
        sandbox.logs_url = self.logs_url
        wire = Wire()
        self._watchers = Watchers(wire)
        apps = (api(sandbox, wire, self._watchers), log_store(sandbox, wire))
        self._servers = [uvicorn.Server(_config(app, wire)) for app in apps]

    async def serve(self) -> None:
        """Serve until `stop` is called."""
        pairs = zip(self._servers, self._listeners, strict=True)
        try:
            await asyncio.gather(*(one._serve([listener]) for one, listener in pairs))
        finally:
            for listener in self._listeners:
                listener.close()
            self.sandbox.store.close()

    def stop(self) -> None:
        """Ask both to end; open connections are closed."""
        self._watchers.close()
        for server in self._servers:
            server.should_exit = True

    @property
    def started(self) -> bool:
        return all(server.started for server in self._servers)


def _config(app: object, wire: Wire) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=wire.protocol(),
        log_level="critical",
        lifespan="off",
        timeout_graceful_shutdown=1,
        access_log=False,
        date_header=False,  # the sandbox has a clock of its own
    )


@contextmanager
def running(
    *,
    token: str = "sandbox-token",
    seed: int = 7,
    time_scale: float = 60.0,
    db: str | None = None,
    start_at: str | float | None = None,
) -> Iterator[Address]:
    """A sandbox on free loopback ports for as long as the block lasts.

    Args:
        token: the Connect token of the first account.
        seed: decides everything that is left to chance.
        time_scale: simulated seconds for each real one; 0 moves time by advances alone.
        db: a SQLite file that keeps the state.
        start_at: the first reading of the clock, as ISO 8601 or in seconds since 1970; the
            real time when absent.
    """
    sandbox = Sandbox(token=token, seed=seed, time_scale=time_scale, db=db, start_at=start_at)
    servers = Servers(sandbox)
    thread = threading.Thread(target=lambda: asyncio.run(servers.serve()), daemon=True)
    thread.start()
    try:
        yield Address(servers.url, token, servers.logs_url)
    finally:
        while thread.is_alive() and not servers.started:
            thread.join(0.01)
        servers.stop()
        thread.join(10)
