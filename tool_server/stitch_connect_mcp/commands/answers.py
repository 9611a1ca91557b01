"""`approve`, `deny` and `pending`: a person answers where no assistant can."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..confirmations.store import Store

HELPS = {
    "approve": "approve, at this terminal, a call that waits for a person",
    "deny": "deny a call that waits for a person",
    "pending": "list the calls that wait for a person",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the one thing that an answer takes."""
    parser.add_argument("id", help="the id that the assistant was told")


def approve(given: argparse.Namespace) -> int:
    """Ask at the terminal."""
    from ..confirmations.terminal import approve

    return _told(lambda store: approve(store, given.id, os.environ))


def deny(given: argparse.Namespace) -> int:
    """Deny without asking."""
    from ..confirmations.terminal import deny

    return _told(lambda store: deny(store, given.id))


def pending(given: argparse.Namespace) -> int:
    """List what waits."""
    from ..confirmations.terminal import pending

    return _told(pending)


def _told(answer: Callable[[Store], str]) -> int:
    """Print an answer; it names the state file where that is not the default one."""
    from ..confirmations.store import SqliteStore
    from ..confirmations.terminal import NotAnswered
    from ..state_file import database, place

    where = place(os.environ)
    try:
        told = answer(SqliteStore(database(where)))
    except NotAnswered as error:
        raise NotAnswered(f"{error}{where.named}") from None
    print(f"{told}{where.named}")
    return 0
