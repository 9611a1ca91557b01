"""Telling those who watch, by server-sent events.

Each watcher is told at its own pace what has changed since it was told last, so that nothing
queues up for one that reads slowly, and nothing is done while nobody watches. One that does not
read at all is cut off, and so is everybody when the sandbox stops.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from time import perf_counter

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from ..wire import Wire

Sections = Callable[[], Mapping[str, str]]

PACE = 0.25
"""Real seconds between two looks, at least."""
SHARE = 20
"""A look is taken only after so many times the time that the last one took."""
RARELY = 2.0
"""Real seconds between two looks, at most."""
QUIET = 15.0
"""Real seconds without news after which a sign of life is sent."""
PATIENCE = 10.0
"""Real seconds that a watcher has to take what it is sent."""
MOST = 32
"""How many may watch at a time."""

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Watchers:
    """Everybody who has the page open.

    Args:
        wire: the connections, to cut one off.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._watching = 0
        self.closing = False

    def close(self) -> None:
        """Let everybody go within a moment; may be called from any thread."""
        self.closing = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send, look: Sections) -> None:
        """Answer a request with the sections that `look` returns, whenever they change."""
        if self._watching >= MOST:
            full = PlainTextResponse("Too many watch already.", 503, {"retry-after": "5"})
            return await full(scope, receive, send)
        self._watching += 1
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await self._tell(send, look, gone)
        except TimeoutError:
            await self._wire.reset(scope["client"])
        finally:
            self._watching -= 1
            gone.cancel()

    async def _tell(self, send: Send, look: Sections, gone: asyncio.Future[None]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        told: Mapping[str, str] = {}
        quiet_since = perf_counter()
        while not (gone.done() or self.closing):
            began = perf_counter()
            found = look()
            took = perf_counter() - began
            news = {name: text for name, text in found.items() if told.get(name) != text}
            if news or began - quiet_since > QUIET:
                told, quiet_since = found, began
                await _write(send, f"data: {json.dumps(news)}\n\n" if news else ":\n\n")
            await asyncio.wait({gone}, timeout=min(max(PACE, took * SHARE), RARELY))
        await send({"type": "http.response.body"})


async def _write(send: Send, text: str) -> None:
    async with asyncio.timeout(PATIENCE):
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
