"""Where a partner sends its users' browsers: the user agrees, and comes back with a code.

There is nobody to ask, so an account agrees at once, unless its settings say that it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from .disk import DiskError
from .handlers.accounts import PARTNER_ID
from .records import Account, OAuthCode
from .store import Store

if TYPE_CHECKING:
    from .app import Sandbox

PATH = "/oauth/authorization"
LIFETIME = 300.0


def consent_route(sandbox: Sandbox) -> Route:
    """The page that is no page: it answers with the way back."""

    async def endpoint(request: Request) -> Response:
        given = request.query_params
        way_back = given.get("redirect_uri", "")
        if given.get("client_id") != PARTNER_ID:
            return PlainTextResponse("client_id is not that of a partner", 400)
        if not _is_address(way_back):
            return PlainTextResponse("redirect_uri is not a registered address", 400)
        try:
            with sandbox.change():
                found = _answer(sandbox, given)
        except DiskError as error:
            return PlainTextResponse(str(error), 507)
        return RedirectResponse(_with(way_back, found), 302)

    return Route(PATH, endpoint, methods=["GET"])


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


def _answer(sandbox: Sandbox, given: Mapping[str, str]) -> dict[str, str]:
    account = _account(sandbox.store, given.get("email", ""))
    if account.settings.get("consent") is False:
        return {"error": "access_denied"}
    number = sandbox.store.next("oauth-code")
    code = OAuthCode(
        id=sandbox.engine.chance.token("", "oauth-code", number),
        client_id=account.id,
        expires_at=sandbox.clock.now() + LIFETIME,
    )
    sandbox.store.oauth_codes.put(code)
    return {"code": code.id}


def _account(store: Store, email: str) -> Account:
    """The account of an address, else the first."""
    return store.accounts_by_email.first(email) or next(iter(store.accounts))


def _with(url: str, answer: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(one for one in (parts.query, urlencode(answer)) if one)
    return urlunsplit(parts._replace(query=query))
