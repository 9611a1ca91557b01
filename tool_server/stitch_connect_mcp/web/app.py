"""The application over HTTP, from the outside in: guard, routes, who calls, what they may do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, BearerAuthBackend
from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ..access import SCOPES
from ..server import StitchServer
from .farewell import Farewell, ignore_farewells
from .guard import App, Guard, Receive, Scope, Send, answer
from .identity import Identities
from .plan import PATH
from .scopes import ScopeCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What stands between the network and the server.

    Arguments:
        hosts: The values that the Host header may have.
        origins: The values that the Origin header may have.
        url: The address of this server, for those who call.
        verifier: Verifies tokens; nobody needs one when None.
        issuer: Who issues them, if somebody does.
        identities: What is known of callers.
    """

    hosts: Collection[str]
    origins: Collection[str]
    url: str
    verifier: TokenVerifier | None
    issuer: str | None
    identities: Identities

    @property
    def metadata(self) -> str | None:
        """Where the metadata of this resource are."""
        return str(build_resource_metadata_url(AnyHttpUrl(self.url))) if self.issuer else None


class RequireToken:
    """An ASGI application in front of another: no token, no answer."""

    def __init__(self, app: App, metadata: str | None) -> None:
        self._app, self._metadata = app, metadata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if isinstance(scope.get("user"), AuthenticatedUser):
            await self._app(scope, receive, send)
            return
        at = f', resource_metadata="{self._metadata}"' if self._metadata else ""
        told = f'Bearer error="invalid_token", scope="stitch:read"{at}'
        why = "a valid bearer token is needed"
        await answer(send, 401, why, [(b"www-authenticate", told.encode())])


def application(server: StitchServer, front: Front, **transport: Any) -> App:
    """Return the whole application.

    Arguments:
        server: What is served.
        front: What stands before it.
        transport: What the protocol's transport takes besides.
    """
    security = TransportSecuritySettings(
        allowed_hosts=list(front.hosts), allowed_origins=list(front.origins)
    )
    inner = server.streamable_http_app(
        streamable_http_path=PATH, transport_security=security, **transport
    )
    ignore_farewells()
    checked = ScopeCheck(Farewell(inner), server.specs, front.identities.lacks, front.metadata)
    routes = [
        Route("/health", _health),
        *_metadata(front),
        Mount("/", app=_secured(checked, front)),
    ]
    outer = Starlette(routes=routes, lifespan=inner.router.lifespan_context)
    return Guard(outer, front.hosts, front.origins)


def _secured(checked: App, front: Front) -> Any:
    if front.verifier is None:
        return checked
    required: Any = RequireToken(checked, front.metadata)
    backend = BearerAuthBackend(front.verifier, resource_server_url=AnyHttpUrl(front.url))
    return AuthenticationMiddleware(AuthContextMiddleware(required), backend=backend)


def _metadata(front: Front) -> list[Route]:
    if front.issuer is None:
        return []
    return create_protected_resource_routes(
        resource_url=AnyHttpUrl(front.url),
        authorization_servers=[AnyHttpUrl(front.issuer)],
        scopes_supported=list(SCOPES),
    )


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})
