"""Serving the page: its files, its first state, and whatever changes after that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .activity import armed, requests
from .board import Board, look, view_of
from .events import Watchers
from .markup import Html
from .recent import plain
from .sources import sources
from .survey import Surveyor
from .top import accounts, clock, headline
from .work import loads, running

if TYPE_CHECKING:
    from ..app import Sandbox

Endpoint = Callable[[Request], Awaitable[Response]]

SECTIONS: Mapping[str, Callable[[Board], Html]] = {
    "clock": clock,
    "accounts": accounts,
    "headline": headline,
    "running": running,
    "armed": armed,
    "requests": requests,
    "sources": sources,
    "loads": loads,
}
"""By the id of the element that each keeps up to date."""

FILES = {
    "board.css": "text/css; charset=utf-8",
    "board.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def _text_of(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _sections(board: Board) -> dict[str, str]:
    return {name: write(board) for name, write in SECTIONS.items()}


def page_routes(sandbox: Sandbox, watchers: Watchers) -> list[BaseRoute]:
    """The page, its files, and the stream of its changes."""
    surveyor = Surveyor(sandbox)
    shell = _text_of("board.html")

    async def page(request: Request) -> Response:
        board = look(sandbox, surveyor, view_of(request.query_params))
        text = shell
        for name, section in _sections(board).items():
            text = text.replace(f"<!-- {name} -->", section, 1)
        status = 404 if board.account is None else 200
        return Response(text, status, HEADERS, "text/html; charset=utf-8")

    async def events(request: Request) -> Callable[..., Awaitable[None]]:
        view = view_of(request.query_params)
        return partial(watchers, look=lambda: _sections(look(sandbox, surveyor, view)))

    files = [_file(name, media_type) for name, media_type in FILES.items()]
    return [
        Route("/", page, methods=["GET"]),
        Route("/_sandbox/events", events, methods=["GET"]),
        *files,
    ]


def _file(name: str, media_type: str) -> Route:
    body = _text_of(name)

    async def endpoint(request: Request) -> Response:
        return Response(body, 200, HEADERS, media_type)

    return Route(f"/_sandbox/page/{name}", endpoint, methods=["GET"])


def noting(sandbox: Sandbox, endpoint: Endpoint) -> Endpoint:
    """The endpoint of the API, each request of which is remembered once it has been answered.

    The endpoint says in the state of the request what its operation is called (`called`), what
    that matched (`match`), which fault struck it (`fault`), and whether it was `cut`.
    """

    async def noted(request: Request) -> Response:
        answer = await endpoint(request)
        said = request.state
        called, fault = getattr(said, "called", None), getattr(said, "fault", None)
        params = said.match.params if called else {}
        client_id = sandbox.asking(request)
        sandbox.recent.note(
            operation=called or f"{request.method} {plain(request.url.path, sandbox.opens)}",
            client_id=client_id,
            target=next((v for k, v in params.items() if k != "stitch_client_id"), ""),
            status=0 if getattr(said, "cut", False) else answer.status_code,
            fault=fault.kind if fault else "",
            at=sandbox.clock.now(),
        )
        return answer

    return noted
