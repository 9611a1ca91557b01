"""`serve`: the tool server on standard input and output."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ..options import FILE, OPTIONS
from .parsing import scale

if TYPE_CHECKING:
    from stitch_connect import AsyncStitch

    from ..database import Database
    from ..request_budget import SharedBudget
    from ..settings import Settings
    from ..state_file import Place

HELP = "serve on standard input and output"
DESCRIPTION = (
    "Serve on standard input and output. The account is the one of STITCH_CONNECT_TOKEN, one of "
    "accounts.toml, or a simulated one. Each option can also be an environment variable, such as "
    "STITCH_CONNECT_ACCESS, or a line of the TOML file that --config names."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--sandbox", action="store_true", help="start a simulated account, use it")
    parser.add_argument(
        "--time-scale",
        type=scale,
        default=60.0,
        metavar="N",
        help="seconds of the simulated account for each real one (%(default)g)",
    )
    for option in OPTIONS:
        parser.add_argument(option.flag, metavar=option.metavar, help=option.meaning)
    parser.add_argument(f"--{FILE}", metavar="FILE", help="a TOML file with these options")


def run(given: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    from stitch_connect import AsyncStitch, ScaledClock

    from ..request_budget import SharedBudget
    from ..sandbox_child import TOKEN, sandbox
    from ..settings import Settings
    from ..state_file import database, place

    simulated = {"where": "sandbox", "home": secrets.token_hex(8)} if given.sandbox else {}
    settings = Settings.read(vars(given), os.environ, **simulated)
    where = place(os.environ)
    state = database(where)
    budget = SharedBudget(state, settings.home)
    if not given.sandbox:
        return _serve(settings, where, state, _account(settings, budget))
    with sandbox(given.time_scale) as url:
        clock = ScaledClock(given.time_scale)
        made = partial(AsyncStitch, TOKEN, base_url=url, clock=clock, budget=budget)
        return _serve(settings, where, state, made)


def _account(settings: Settings, budget: SharedBudget) -> Callable[[], AsyncStitch]:
    """What makes the client, tried where it can be: a region or an address may not be meant."""
    from stitch_connect import AsyncStitch

    named = settings.account or ""
    made: Callable[[], AsyncStitch] = partial(AsyncStitch, budget=budget)
    if named.isdecimal():
        made = partial(AsyncStitch, client_id=int(named), budget=budget)
    elif named:
        made = partial(AsyncStitch.from_profile, named, budget=budget)
    if settings.secrets or named:
        made()
    return made


def _serve(
    settings: Settings, where: Place, state: Database, stitch: Callable[[], AsyncStitch]
) -> int:
    from ..audit.journal import Journal
    from ..audit.record import Audit
    from ..confirmations.gate import Gate
    from ..confirmations.modes import MODES
    from ..confirmations.seal import sealing_key
    from ..confirmations.store import SqliteStore
    from ..logs import log_to_stderr
    from ..server import build_server

    log_to_stderr(settings.secrets)
    audit = Audit(Journal(where.folder, state), settings.home)
    gate = Gate(SqliteStore(state), MODES[settings.confirm], place=where.named, audit=audit)
    server = build_server(settings, stitch, gate=gate, seal=sealing_key(state), audit=audit)
    server.run("stdio")
    return 0
