"""Who may use the board and the control plane, which ask for no token: whoever is on this machine.

Pages of strangers in a browser on this machine are not. One that posts here says where it is from
(Origin), and one whose name suddenly points here still asks for that name (Host).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OURS = "/_sandbox/"
STRANGE = (
    "The board and the control plane answer only to names of this machine, such as 127.0.0.1, and"
    " not to pages from elsewhere.\n"
)


class Guard:
    """Keeps pages of strangers out of what asks for no token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_ours = scope["path"] == "/" or scope["path"].startswith(OURS)
        if is_ours and not _is_welcome(Headers(scope=scope), scope):
            return await PlainTextResponse(STRANGE, 403)(scope, receive, send)
        return await self._app(scope, receive, send)


def _is_welcome(headers: Headers, scope: Scope) -> bool:
    host, origin = headers.get("host", ""), headers.get("origin")
    is_own_page = origin is None or urlsplit(origin).netloc == host
    return is_own_page and (_is_near(host) or not _is_loopback(scope["server"][0]))


def _is_near(host: str) -> bool:
    """Whether a Host is an address, or a name that no stranger can let point here."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return "." not in name or name.endswith(".localhost") or _address(name) is not None


def _is_loopback(text: str) -> bool:
    found = _address(text)
    return found is not None and found.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
