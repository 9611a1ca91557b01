"""`serve`: the tool server on standard input and output."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..options import FILE, OPTIONS
from .parsing import scale

if TYPE_CHECKING:
    from stitch_connect import AsyncStitch

    from ..settings import Settings

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
    from ..settings import Settings

    simulated = {"where": "sandbox", "home": secrets.token_hex(8)} if given.sandbox else {}
    settings = Settings.read(vars(given), os.environ, **simulated)
    if given.sandbox:
        return _serve_sandbox(settings, given.time_scale)
    return _serve(settings, _account(settings))


def _serve_sandbox(settings: Settings, time_scale: float) -> int:
    from stitch_connect import AsyncStitch, ScaledClock

    from ..sandbox_child import TOKEN, sandbox

    with sandbox(time_scale) as url:
        clock = ScaledClock(time_scale)
        return _serve(settings, lambda: AsyncStitch(TOKEN, base_url=url, clock=clock))


def _account(settings: Settings) -> Callable[[], AsyncStitch]:
    """What makes the client, tried where it can be: a region or an address may not be meant."""
    from stitch_connect import AsyncStitch

    if settings.account is None:
        made: Callable[[], AsyncStitch] = AsyncStitch
    elif settings.account.isdecimal():
        made = lambda: AsyncStitch(client_id=int(settings.account or 0))  # noqa: E731
    else:
        made = lambda: AsyncStitch.from_profile(settings.account or "")  # noqa: E731
    if settings.secrets or settings.account:
        made()
    return made


def _serve(settings: Settings, stitch: Callable[[], AsyncStitch]) -> int:
    from ..confirmations.gate import Gate
    from ..confirmations.modes import MODES
    from ..confirmations.seal import sealing_key
    from ..confirmations.store import SqliteStore
    from ..logs import log_to_stderr
    from ..server import build_server
    from ..state_file import database, place

    log_to_stderr(settings.secrets)
    where = place(os.environ)
    state = database(where)
    gate = Gate(SqliteStore(state), MODES[settings.confirm], place=where.named)
    build_server(settings, stitch, gate=gate, seal=sealing_key(state)).run("stdio")
    return 0
