"""Whose token is it? Static tokens by their hash, tokens of an issuer by its keys."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from mcp.server.auth.provider import AccessToken, TokenVerifier

from ..access import LEVELS, SCOPES
from .principals import Principals

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")  # none of them a shared secret
LEEWAY = 30.0  # seconds that clocks may differ
REQUIRED = ("exp", "iss", "aud", "sub")
MOST = 8192  # characters of a token


def scopes_up_to(level: str) -> list[str]:
    """Return the scopes that a level amounts to."""
    return [scope for scope, one in SCOPES.items() if LEVELS.index(one) <= LEVELS.index(level)]


class StaticTokens:
    """Verifies tokens whose hashes are in the file of principals.

    Arguments:
        principals: The file.
        resource: The address of this server, which static tokens are for.
    """

    def __init__(self, principals: Principals, resource: str) -> None:
        self._principals, self._resource = principals, resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return who holds the token."""
        found = self._principals.holder(token[:MOST])
        if found is None:
            return None
        return AccessToken(
            token="",
            client_id=found.name,
            scopes=scopes_up_to(found.access or LEVELS[-1]),
            resource=self._resource,
            subject=found.name,
            claims={"principal": found.name},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues tokens for this server.

    Arguments:
        issuer: Its address, exactly as its tokens say it.
        resource: The address of this server, exactly as its tokens name their audience.
        key_of: Returns the key that signed a token; may ask the issuer.
    """

    issuer: str
    resource: str
    key_of: Callable[[str], Any]


class IssuedTokens:
    """Verifies tokens of an issuer: signature, times, issuer and audience.

    Arguments:
        issuer: Who issues them.
        principals: Who of its subjects may call; all of them, by its scopes, when None.
    """

    def __init__(self, issuer: Issuer, principals: Principals | None) -> None:
        self._issuer, self._principals = issuer, principals

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose token it is; None where anything about it is wrong."""
        if len(token) > MOST:
            return None
        claims = await to_thread.run_sync(self._claims, token)
        return None if claims is None else self._token(claims)

    def _claims(self, token: str) -> dict[str, Any] | None:
        import jwt

        try:
            found: dict[str, Any] = jwt.decode(
                token,
                self._issuer.key_of(token),
                algorithms=list(ALGORITHMS),
                audience=self._issuer.resource,
                issuer=self._issuer.issuer,
                leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OSError):
            return None  # a type error: the key is of another algorithm than the token says
        return found

    def _token(self, claims: dict[str, Any]) -> AccessToken | None:
        subject = str(claims["sub"])
        known = self._principals.subject(subject) if self._principals else None
        if self._principals is not None and known is None:
            return None
        return AccessToken(
            token="",
            client_id=str(claims.get("client_id") or claims.get("azp") or subject),
            scopes=str(claims.get("scope") or "").split(),
            expires_at=int(claims["exp"]),
            resource=self._issuer.resource,
            subject=subject,
            claims={"iss": str(claims["iss"]), "principal": known.name if known else None},
        )


class FirstOf:
    """Verifies with the first of several that knows a token."""

    def __init__(self, verifiers: Iterable[TokenVerifier]) -> None:
        self._verifiers = tuple(verifiers)

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose token it is."""
        for verifier in self._verifiers:
            found = await verifier.verify_token(token)
            if found is not None:
                return found
        return None


def keys_at(address: str) -> Callable[[str], Any]:
    """Return what finds the key of a token at an address of keys (JWKS), keeping what it found."""
    import jwt

    client = jwt.PyJWKClient(address, cache_keys=True, lifespan=300, timeout=5)
    return lambda token: client.get_signing_key_from_jwt(token).key
