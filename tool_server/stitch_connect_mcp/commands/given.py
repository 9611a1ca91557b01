"""What several commands take: options of the table, and the account that they mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from ..options import BY_NAME, FILE, Option

if TYPE_CHECKING:
    from ..homes import Maker
    from ..request_budget import SharedBudget
    from ..settings import Settings

ACCESS = tuple(BY_NAME[name] for name in ("confirm", "access", "toolsets", "tools", "deny"))
"""The options that decide what an assistant is shown."""


def given_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Add options of the table, and the file that may hold them."""
    for option in options:
        parser.add_argument(
            option.flag, dest=option.name, metavar=option.metavar, help=option.meaning
        )
    parser.add_argument(f"--{FILE}", metavar="FILE", help="a TOML file with these options")


def maker(settings: Settings, budget: SharedBudget, name: str | None) -> Maker:
    """What makes the client, tried where it can be: a region or an address may not be meant.

    Arguments:
        settings: What the operator decided.
        budget: Counts the requests.
        name: An account of accounts.toml; that of the operator when None.
    """
    from stitch_connect import AsyncStitch

    named = name or settings.account or ""
    made: Maker = partial(AsyncStitch, budget=budget)
    if named.isdecimal():
        made = partial(AsyncStitch, client_id=int(named), budget=budget)
    elif named:
        made = partial(AsyncStitch.from_profile, named, budget=budget)
    if settings.secrets or named:
        made()
    return made
