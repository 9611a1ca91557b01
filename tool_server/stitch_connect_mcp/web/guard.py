"""The guard: what every request over HTTP passes, whatever its route.

A page in a browser of this machine can reach a loopback port, by a name that its own server points
here. So the Host must be one of ours, and an Origin one that is allowed. A body is read whole,
within its limits, before anything else sees the request.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 1024 * 1024  # bytes
PATIENCE = 10.0  # seconds for a body to arrive


class Refused(Exception):
    """A request that goes no further: its status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


class Guard:
    """An ASGI application in front of another.

    Arguments:
        app: The other one.
        hosts: The values that the Host header may have.
        origins: The values that the Origin header may have, where there is one.
    """

    def __init__(self, app: App, hosts: Collection[str], origins: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origin.lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
            body = await _whole(scope, receive)
        except Refused as refused:
            await answer(send, refused.status, refused.why)
            return
        await self._app({**scope, "stitch.body": body}, _replayed(body, receive), send)

    def _check(self, scope: Scope) -> None:
        hosts, origins = _values(scope, b"host"), _values(scope, b"origin")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise Refused(421, "this server does not answer by that Host")
        if any(origin.lower() not in self._origins for origin in origins):
            raise Refused(403, "that Origin is not allowed here")


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def _whole(scope: Scope, receive: Receive) -> bytes:
    declared = _values(scope, b"content-length")
    if declared and (not declared[0].isdecimal() or int(declared[0]) > MAX_BODY):
        raise Refused(413, f"a body has at most {MAX_BODY} bytes")
    try:
        async with asyncio.timeout(PATIENCE):
            return await _read(receive)
    except TimeoutError:
        raise Refused(408, f"a body arrives within {PATIENCE:g} s") from None


async def _read(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the body ended early")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise Refused(413, f"a body has at most {MAX_BODY} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Give the body once more, then what comes after it."""
    given = False

    async def replay() -> MutableMapping[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def answer(
    send: Send, status: int, why: str, headers: Collection[tuple[bytes, bytes]] = ()
) -> None:
    """Answer a refusal as a line of text."""
    text = f"{why}\n".encode()
    fields = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"connection", b"close"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": text})
