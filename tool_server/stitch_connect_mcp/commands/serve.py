"""`serve`: the tool server on standard input and output."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ..options import OPTIONS
from .given import given_options, knowing, maker
from .parsing import scale

if TYPE_CHECKING:
    from ..confirmations.rows import Channel
    from ..database import Database
    from ..homes import Maker
    from ..request_budget import SharedBudget
    from ..server import StitchServer
    from ..settings import Settings
    from ..state_file import Place
    from ..web.plan import Plan

    Makers = Callable[[str | None], Maker]

SANDBOX_PACE = 60.0
HELP = "serve on standard input and output, or over HTTP"
DESCRIPTION = (
    "Serve on standard input and output, or over HTTP with --http. The account is the one of "
    "STITCH_CONNECT_TOKEN, one of accounts.toml, or a simulated one. Each option can also be an "
    "environment variable, such as STITCH_CONNECT_ACCESS, or a line of the TOML file that "
    "--config names."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--sandbox", action="store_true", help="start a simulated account, use it")
    parser.add_argument(
        "--time-scale",
        type=scale,
        metavar="N",
        help="seconds of a simulated account for each real one (60 with --sandbox)",
    )
    given_options(parser, OPTIONS)
    parser.add_argument(
        "--no-auth", dest="auth", action="store_const", const="none", help="the same as --auth none"
    )


def run(given: argparse.Namespace) -> int:
    """Serve until standard input ends, or over HTTP until a signal."""
    from stitch_connect import ScaledClock

    from ..logs import log_to_stderr
    from ..options import gathered
    from ..request_budget import SharedBudget
    from ..settings import Settings
    from ..state_file import database, place
    from ..telemetry import trace
    from ..web.plan import plan

    options = gathered(vars(given), os.environ)
    simulated = {"where": "sandbox", "home": secrets.token_hex(8)} if given.sandbox else {}
    served = plan(options)
    names = served.principals.accounts if served and served.principals else ()
    settings = knowing(Settings.of(options, os.environ, **simulated), names)
    log_to_stderr(settings.secrets, options)
    trace(os.environ, settings.secrets)
    where = place(os.environ)
    state = database(where)
    serve = partial(_serve, served, settings, where, state)
    budget = SharedBudget(state, simulated.get("home", ""))
    if given.sandbox:
        return _simulated(serve, given.time_scale or SANDBOX_PACE, budget)
    keeping_step = ScaledClock(given.time_scale) if given.time_scale else None
    return serve(partial(maker, settings, budget, clock=keeping_step))


def _simulated(serve: Callable[[Makers], int], pace: float, budget: SharedBudget) -> int:
    """Serve a simulated account, which ends with the server."""
    from stitch_connect import AsyncStitch, ScaledClock

    from ..sandbox_child import TOKEN, sandbox

    with sandbox(pace) as url:
        clock = ScaledClock(pace)
        made = partial(AsyncStitch, TOKEN, base_url=url, clock=clock, budget=budget)
        return serve(lambda name: made)


def _serve(
    plan: Plan | None, settings: Settings, where: Place, state: Database, make: Makers
) -> int:
    from ..confirmations.modes import MODES, OVER_HTTP

    channels = (MODES if plan is None else OVER_HTTP)[settings.confirm]
    built = _factory(settings, where, state, channels)
    if plan is None:
        built(make(None)).run("stdio")
        return 0
    from ..web import serve

    return serve.run(
        plan,
        settings,
        where.folder,
        make,
        lambda homes, caller, access: built(homes, caller=caller, access=access),
    )


def _factory(
    settings: Settings, where: Place, state: Database, channels: Sequence[Channel]
) -> Callable[..., StitchServer]:
    """What makes the server of an account, with all that is kept in the state directory."""
    from ..audit.journal import Journal
    from ..audit.record import Audit
    from ..clients import Clients
    from ..confirmations.gate import Gate
    from ..confirmations.seal import sealing_key
    from ..confirmations.store import SqliteStore
    from ..server import build_server

    audit = Audit(Journal(where.folder, state), settings.home)
    return partial(
        build_server,
        settings,
        gate=Gate(SqliteStore(state), channels, place=where.named, audit=audit),
        seal=sealing_key(state),
        audit=audit,
        clients=Clients(state),
    )
