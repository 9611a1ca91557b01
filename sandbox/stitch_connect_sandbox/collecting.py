"""The search for cycles among objects, which grows with the account and never finds any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search() -> Iterator[None]:
    """Leave the search out while many records are made: they hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def never_look_again() -> None:
    """Let everything there is by now be searched no more; for a process that is ours alone."""
    gc.freeze()
