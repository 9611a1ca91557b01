"""What a client is told: arguments first, then `STITCH_CONNECT_*` from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .errors import ConfigurationError
from .secret import Secret

REGIONS = {
    "us-east-1": "https://api.stitchdata.com",
    "eu-central-1": "https://api.eu-central-1.stitchdata.com",
}
CLIENT_CREDENTIAL = "ConnectToken"  # the security scheme that the client's own token is for
TIMEOUT = 30.0  # seconds for one step of a request: connect, write, each read
MAX_RETRIES = 2
MAX_BODY = 256 * 1024 * 1024  # bytes of one answer
DEADLINE_FACTOR = 4  # a whole answer may take this many timeouts
STREAM_FACTOR = 20  # a whole download may be waited for this many timeouts
TOKEN_MISSING = (
    "there is no Connect API token; set STITCH_CONNECT_TOKEN, pass token=, "
    "or run `stitch-connect-sandbox` and use its token and STITCH_CONNECT_BASE_URL"
)


class Settings(NamedTuple):
    """The settled values of a client."""

    token: Secret | None
    base_url: str
    client_id: int | None
    timeout: float
    max_retries: int
    budget_wait: float | None
    strict: bool


def resolve_base_url(base_url: str | None, region: str | None) -> str:
    """The address to talk to.

    Raises:
        ConfigurationError: an unknown region, or an address that is not https (or loopback http).
    """
    explicit = base_url or (None if region else os.environ.get("STITCH_CONNECT_BASE_URL"))
    if not isinstance(explicit or "", str) or not isinstance(region or "", str):
        raise ConfigurationError("base_url and region are texts")
    if explicit:
        return check_url(explicit.strip().rstrip("/"))
    name = region or os.environ.get("STITCH_CONNECT_REGION") or "us-east-1"
    if name not in REGIONS:
        from difflib import get_close_matches

        near = get_close_matches(name, REGIONS, 1, 0.3) or list(REGIONS)
        raise ConfigurationError(f"unknown region {name!r}; did you mean {near[0]!r}?")
    return REGIONS[name]


def check_url(url: str) -> str:
    """The URL itself, if a token may be sent there."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError("base_url is not a URL") from None
    if not _is_visible(url):
        raise ConfigurationError("base_url has characters that no URL holds")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigurationError("base_url holds more than scheme, host, port and path")
    if parts.scheme == "https" and host:
        return url
    if parts.scheme == "http" and is_loopback(host):
        return url
    raise ConfigurationError(
        "base_url must begin with https:// (plain http is for loopback addresses only)"
    )


def _is_visible(text: str) -> bool:
    """Whether a text is of visible ASCII characters alone, and there are some."""
    return text.isascii() and text.isprintable() and " " not in text and text != ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def resolve_token(token: str | Secret | None) -> Secret | None:
    """The Connect token, if there is one.

    Raises:
        ConfigurationError: a token that no header can carry.
    """
    found = Secret.wrap(token if token is not None else os.environ.get("STITCH_CONNECT_TOKEN"))
    if found is None or not found.reveal().strip():
        return None
    return header_safe(Secret(found.reveal().strip()))


def header_safe(secret: Secret) -> Secret:
    """The token itself, if a header can carry it."""
    if not _is_visible(secret.reveal()):
        raise ConfigurationError("the token has characters that no HTTP header can carry")
    return secret


def resolve_client_id(client_id: int | None) -> int | None:
    """The account's numeric id, if it was given."""
    found = client_id if client_id is not None else os.environ.get("STITCH_CONNECT_CLIENT_ID")
    if found is None or found == "":
        return None
    if isinstance(found, bool) or not str(found).strip().isdecimal():
        raise ConfigurationError("the client id (STITCH_CONNECT_CLIENT_ID) is a number, as 116078")
    return int(found)


def check_number(name: str, value: float, *, least: float) -> float:
    """A finite number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < 1e9:
        raise ConfigurationError(f"{name} must be a number of at least {least:g}")
    return value


def check_wait(budget_wait: float | None) -> float | None:
    """Seconds to wait for room in the budget, if any were given."""
    return None if budget_wait is None else check_number("budget_wait", budget_wait, least=0)


def settle(options: Mapping[str, Any]) -> Settings:
    """The settled values of what a client was given.

    Raises:
        ConfigurationError: one of them cannot be used.
    """
    return Settings(
        token=resolve_token(options["token"]),
        base_url=resolve_base_url(options["base_url"], options["region"]),
        client_id=resolve_client_id(options["client_id"]),
        timeout=check_number("timeout", options["timeout"], least=0.001),
        max_retries=int(check_number("max_retries", options["max_retries"], least=0)),
        budget_wait=check_wait(options["budget_wait"]),
        strict=bool(options["strict"]),
    )
