"""Which destination a source feeds: an account may have several, a source has one or none.

Without a destination a source does not replicate.
"""

from __future__ import annotations

from collections.abc import Iterable

from .records import Destination
from .store import Store

LOAD_SECONDS = 60.0


def usual(destinations: Iterable[Destination]) -> int | None:
    """The destination of a source that names none: the first that takes unmapped ones."""
    return next((one.id for one in destinations if not one.ignore_unmapped_sources), None)


def adopt(store: Store, destination: Destination, now: float) -> None:
    """A new destination takes every unmapped source, unless it was told to ignore them.

    What their jobs have extracted meanwhile is loaded next.
    """
    if destination.ignore_unmapped_sources:
        return
    adopted = set()
    for source in store.sources_of.of(destination.client_id):
        if source.destination_id is None:
            store.sources.change(source, destination_id=destination.id, updated_at=now)
            adopted.add(source.id)
    for batch in [one for one in store.batches if one.source_id in adopted]:
        store.batches.change(batch, due=min(batch.due, now + LOAD_SECONDS))


def release(store: Store, destination: Destination) -> None:
    """The sources of a destination that goes feed none, until another one comes."""
    for source in store.sources_of.of(destination.client_id):
        if source.destination_id == destination.id:
            store.sources.change(source, destination_id=None)
