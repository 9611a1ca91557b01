"""Who calls, in a request over HTTP: what they may do, and on which account."""

from collections.abc import Mapping
from dataclasses import dataclass

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken

from ..access import Access, is_above, level_of
from ..homes import Home
from .principals import Principal, Principals

NOTHING = Access(toolsets=frozenset())


class Nobody(Exception):
    """A request that nobody is known to have made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """What is known of the caller of the present request.

    Arguments:
        access: What the operator allows at most.
        principals: Who may call.
        homes: The account of each name of accounts.toml; that of the server by None.
        open: Whether a caller without a token is the user of this machine.
    """

    access: Access
    principals: Principals | None
    homes: Mapping[str | None, Home]
    open: bool = False

    def caller(self) -> str:
        """Return who calls: issuer, client and subject."""
        token = get_access_token()
        if token is None:
            return "http:local"
        issuer = (token.claims or {}).get("iss") or "static"
        return f"{issuer}|{token.client_id}|{token.subject}"

    def may(self) -> Access:
        """Return the lowest of what operator, scopes and principal allow."""
        token = get_access_token()
        if token is None:
            return self.access if self.open else NOTHING
        granted = level_of(token.scopes)
        return NOTHING if granted is None else self._most(token).lowered([granted])

    def lacks(self, level: str) -> bool:
        """Whether a call at a level is for want of a scope alone, which an issuer could grant."""
        token = get_access_token()
        if token is None or not (token.claims or {}).get("iss"):
            return False
        granted = level_of(token.scopes)
        short = granted is None or is_above(level, granted)
        return short and not is_above(level, self._most(token).level)

    def home(self) -> Home:
        """Return the account that the request is about.

        Raises:
            Nobody: It is not known whose.
        """
        token = get_access_token()
        if token is None and not self.open:
            raise Nobody
        known = self._principal(token) if token else None
        return self.homes[known.account if known else None]

    def _most(self, token: AccessToken) -> Access:
        """The lower of what operator and principal allow."""
        known = self._principal(token)
        return self.access.lowered([known.access] if known and known.access else [])

    def _principal(self, token: AccessToken) -> Principal | None:
        name = (token.claims or {}).get("principal")
        known = self.principals.known if self.principals else ()
        return next((one for one in known if one.name == name), None)
