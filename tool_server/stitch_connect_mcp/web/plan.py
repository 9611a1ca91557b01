"""What the options say about HTTP, settled: where to listen, by which names, and whose tokens."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..options import SettingsError
from .principals import Principals, read_principals

PATH = "/mcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to serve over HTTP.

    Arguments:
        host: The address to listen on.
        port: The port; any free one when 0.
        names: The hosts, besides the own address, by which the server is called.
        origins: The origins, besides the own one, whose pages may call.
        url: The address of this server for those who call; its own unless given.
        principals: Who may call.
        issuer: Who issues tokens, and where its keys are.
        is_open: Whether calls need no token at all.
    """

    host: str
    port: int
    names: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    url: str | None = None
    principals: Principals | None = None
    issuer: tuple[str, str] | None = None
    is_open: bool = False

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine can reach it, by no name but this machine's."""
        return is_loopback(self.host) and all(is_loopback(_hostname(one)) for one in self.names)

    @property
    def needs_minting(self) -> bool:
        """Whether a token is made at the start, because there is no other."""
        return not (self.is_open or self.principals or self.issuer)


def plan(given: Mapping[str, Any]) -> Plan | None:
    """Return the plan of the options, or None where they do not ask for HTTP.

    Raises:
        SettingsError: They say what cannot be meant, or would let anybody in.
    """
    if "http" not in given:
        return None
    host, port = given["http"]
    if ("issuer" in given) != ("jwks" in given):
        raise SettingsError("--issuer and --jwks go together")
    principals = given.get("principals")
    found = Plan(
        host=host,
        port=port,
        names=given.get("allowed-hosts", frozenset()),
        origins=given.get("allowed-origins", frozenset()),
        url=given.get("url"),
        principals=read_principals(Path(principals)) if principals else None,
        issuer=(given["issuer"], given["jwks"]) if "issuer" in given else None,
        is_open=given.get("auth") == "none",
    )
    _refuse_open_doors(found)
    return found


def _refuse_open_doors(found: Plan) -> None:
    if found.is_open and (found.principals or found.issuer):
        raise SettingsError("--no-auth does not go with --principals or --issuer")
    if not found.is_local and (found.is_open or found.needs_minting):
        raise SettingsError(
            "a server that others can reach needs to know who calls: give --principals, or "
            "--issuer and --jwks"
        )
    if found.issuer and found.url is None:
        raise SettingsError("--issuer needs --url, the address its tokens are for")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _hostname(authority: str) -> str:
    return urlsplit(f"//{authority}").hostname or ""
