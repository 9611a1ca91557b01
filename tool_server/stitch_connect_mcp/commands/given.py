"""What several commands take: options of the table, and the account that they mean."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..options import BY_NAME, FILE, Option
from ..settings import is_named

if TYPE_CHECKING:
    from stitch_connect import ScaledClock

    from ..homes import Maker
    from ..request_budget import SharedBudget
    from ..settings import Settings

ACCESS = tuple(BY_NAME[name] for name in ("confirm", "access", "toolsets", "tools", "deny"))
"""The options that decide what an assistant is shown."""
NOT_SIMULATED = (
    "--time-scale is for a simulated account: give --sandbox, or the address of a sandbox on this "
    "machine as STITCH_CONNECT_BASE_URL"
)


def given_options(parser: argparse.ArgumentParser, options: Iterable[Option]) -> None:
    """Add options of the table, and the file that may hold them."""
    for option in options:
        parser.add_argument(
            option.flag, dest=option.name, metavar=option.metavar, help=option.meaning
        )
    parser.add_argument(f"--{FILE}", metavar="FILE", help="a TOML file with these options")


def maker(
    settings: Settings, budget: SharedBudget, name: str | None, *, clock: ScaledClock | None = None
) -> Maker:
    """What makes the client, tried without its token: a region or an address may not be meant.

    A token that is missing is told by each call, and keeps no server from its start.

    Arguments:
        settings: What the operator decided.
        budget: Counts the requests.
        name: An account of accounts.toml; that of the operator when None.
        clock: The time of a simulated account; real time when None.

    Raises:
        ConfigurationError: The settings of the account cannot be meant; says what to do.
    """
    from stitch_connect import AsyncStitch

    account = name or settings.account
    common: dict[str, Any] = {"budget": budget, "clock": clock}
    made = partial(AsyncStitch, **common)
    if is_named(account):
        made = partial(AsyncStitch.from_profile, account, **common)
    elif account:
        made = partial(AsyncStitch, client_id=int(account), **common)
    tried = made(token="unused")  # noqa: S106  (nothing is sent)
    if clock is not None and not tried.base_url.startswith("http:"):  # which loopback alone may be
        from stitch_connect.errors import ConfigurationError

        raise ConfigurationError(NOT_SIMULATED)
    return made


def knowing(settings: Settings, names: Iterable[str | None] = ()) -> Settings:
    """Settings that know also the tokens of accounts.toml, to hide them wherever they stand.

    Arguments:
        settings: What the operator decided, the account among it.
        names: Further accounts.
    """
    accounts = {name for name in (settings.account, *names) if is_named(name)}
    if not accounts:
        return settings
    from stitch_connect.errors import ConfigurationError
    from stitch_connect.profiles import find_profiles

    tokens = list(settings.secrets)
    for profile in find_profiles(sorted(accounts)):
        with suppress(ConfigurationError):  # each call will tell
            tokens.append(profile.read_token().reveal())
    return replace(settings, secrets=tuple(tokens))
