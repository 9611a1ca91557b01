"""`audit`: is the journal as it was written?"""

from __future__ import annotations

import argparse
import os
import time

HELP = "hold the audit journal against what was written: verify, or renew after damage"
ACTIONS = ("verify", "renew")


class JournalDamaged(Exception):
    """The journal is not as it was written."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("action", choices=ACTIONS, help="what to do: %(choices)s")


def run(given: argparse.Namespace) -> int:
    """Verify the journal, or set it aside and begin anew."""
    from ..audit.chain import Broken
    from ..audit.journal import FILE, Journal
    from ..state_file import database, place

    where = place(os.environ)
    journal = Journal(where.folder, database(where))
    if given.action == "renew":
        print(f"set aside in {journal.renew(time.strftime('%Y%m%dT%H%M%SZ', time.gmtime()))}")
        return 0
    try:
        end = journal.verify()
    except Broken as error:
        raise JournalDamaged(
            f"{where.folder / FILE}: {error}; `audit renew` sets it aside and begins anew"
        ) from None
    print(f"{where.folder / FILE}: {end.count} lines, as they were written")
    return 0
