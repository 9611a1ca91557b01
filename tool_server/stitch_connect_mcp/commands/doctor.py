"""`doctor`: is everything as it must be for an assistant to work?"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ..options import BY_NAME
from .given import ACCESS, given_options, knowing, maker

if TYPE_CHECKING:
    from ..checks import Line
    from ..settings import Settings

HELP = "look at token, clock, budget, access, state, audit and clients, and say what to do"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    given_options(parser, (BY_NAME["account"], *ACCESS))


def run(given: argparse.Namespace) -> int:
    """Print a line for each check; return 1 if one failed."""
    from stitch_connect.errors import ConfigurationError

    from ..options import gathered
    from ..settings import Settings

    settings = Settings.of(gathered(vars(given), os.environ), os.environ)
    with suppress(ConfigurationError):  # a line of its own will tell
        settings = knowing(settings)
    return asyncio.run(_told(settings))


async def _told(settings: Settings) -> int:
    from ..checks import FAIL
    from ..text import redact

    failed = False
    async for line in _lines(settings):
        print(f"{line.state:<5}{line.what:<8}{redact(line.said, settings.secrets)}", flush=True)
        failed = failed or line.state == FAIL
    if failed:
        print("what failed keeps the server from its work", file=sys.stderr)
    return int(failed)


async def _lines(settings: Settings) -> AsyncIterator[Line]:
    from .. import checks
    from ..database import memory
    from ..request_budget import SharedBudget
    from ..state_file import place

    for line in checks.access_of(settings):
        yield line
    where = place(os.environ)
    line, state = checks.state_of(where)
    yield line
    if state is not None:
        yield checks.audit_of(where, state)
        for line in checks.clients_of(state):
            yield line
    budget = SharedBudget(state or memory())
    async for line in checks.account_of(lambda: maker(settings, budget, None)(), settings):
        yield line
