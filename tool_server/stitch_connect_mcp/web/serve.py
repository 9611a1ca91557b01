"""Serving over HTTP in the foreground, until a signal."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from mcp.server.auth.provider import TokenVerifier

from ..homes import Home, Homes, Maker
from ..logs import tell
from ..options import SettingsError
from ..server import StitchServer
from ..settings import Settings
from .app import Front, application
from .guard import App
from .identity import Identities
from .plan import PATH, Plan, is_loopback
from .principals import Principal, Principals, hash_of, new_token
from .verifiers import FirstOf, IssuedTokens, Issuer, StaticTokens, keys_at

TOKEN_FILE = "http-token"  # noqa: S105  (its name)
GRACE = 5  # seconds for calls under way when the server is asked to end

ServerOf = Callable[..., StitchServer]


@contextmanager
def listening(plan: Plan) -> Iterator[socket.socket]:
    """Listen where a plan says.

    Raises:
        SettingsError: Nobody can listen there.
    """
    family = socket.AF_INET6 if ":" in plan.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((plan.host, plan.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise SettingsError(f"--http {plan.host}:{plan.port}: {error.strerror}") from None
    with listener:
        yield listener


def mint(folder: Path) -> tuple[Path, Principals]:
    """Make the token of this run; return the file it is in, and who holds it."""
    token, file = new_token(), folder / TOKEN_FILE
    file.unlink(missing_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(opened, "w") as written:
        written.write(f"{token}\n")
    return file, Principals((Principal(name="local", sha256=hash_of(token)),))


def homes_of(
    plan: Plan, settings: Settings, make: Callable[[str | None], Maker]
) -> Mapping[str | None, Home]:
    """Return the account of each name that a principal has, and that of the server."""
    accounts = [None, *(plan.principals.accounts if plan.principals else ())]
    return {name: Home(make(name), settings.of_account(name)) for name in accounts}


def front_of(plan: Plan, bound: tuple[str, int], identities: Identities) -> Front:
    """Return what stands before the server, once it is known where it listens."""
    hosts = _hosts(bound, plan)
    url = plan.url or f"http://{hosts[0]}{PATH}"
    return Front(
        hosts=hosts,
        origins=[*(f"http://{host}" for host in hosts), *plan.origins],
        url=url,
        verifier=None if plan.is_open else FirstOf(_verifiers(plan, url, identities.principals)),
        issuer=plan.issuer[0] if plan.issuer else None,
        identities=identities,
    )


def _verifiers(plan: Plan, url: str, principals: Principals | None) -> Iterator[TokenVerifier]:
    if principals is not None:
        yield StaticTokens(principals, url)
    if plan.issuer is not None:
        issuer = Issuer(issuer=plan.issuer[0], resource=url, key_of=keys_at(plan.issuer[1]))
        yield IssuedTokens(issuer, plan.principals)


def _hosts(bound: tuple[str, int], plan: Plan) -> list[str]:
    host, port = bound
    shown = f"[{host}]" if ":" in host else host
    own = [f"{shown}:{port}", *([f"localhost:{port}"] if is_loopback(host) else [])]
    return [*own, *sorted(plan.names)]


def run(
    plan: Plan,
    settings: Settings,
    folder: Path,
    make: Callable[[str | None], Maker],
    server_of: ServerOf,
) -> int:
    """Serve until a signal.

    Arguments:
        plan: Where, and for whom.
        settings: What the operator decided.
        folder: The state directory, for the token that is made.
        make: Returns what makes the client of an account, by its name.
        server_of: Makes the server of accounts, callers and what they may do.
    """
    principals = plan.principals
    with listening(plan) as listener:
        if plan.needs_minting:
            file, principals = mint(folder)
            tell(f"the token is in {file}")
        homes = homes_of(plan, settings, make)
        identities = Identities(
            access=settings.access, principals=principals, homes=homes, open=plan.is_open
        )
        server = server_of(
            Homes(homes.values(), identities.home), identities.caller, identities.may
        )
        front = front_of(plan, listener.getsockname()[:2], identities)
        tell(f"serving on {front.url}")
        asyncio.run(_served(application(server, front), listener))
    return 0


async def _served(app: App, listener: socket.socket) -> None:
    await uvicorn_of(app).serve([listener])


def uvicorn_of(app: App) -> uvicorn.Server:
    """Return what serves an application, and ends calls under way in time when it is stopped."""
    config = uvicorn.Config(
        app,
        log_config=None,  # to the one handler of the server
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return uvicorn.Server(config)
