"""How an account is doing, from four lists.

They are the sources, the destinations, the last extraction of each source and the last load of
each stream: four requests, and one more for each further page.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .. import _sound
from .._flow import Flow, Rows
from ..jobs.board import board_of
from ..jobs.outcome import is_sound
from ..lookup import find_client_id
from .report import AccountHealth, DestinationHealth
from .rules import View, judge_source

if TYPE_CHECKING:
    from stitch_connect_api.models import Destination, Extraction, Load, Source

    from ..jobs.handles import JobHandle


def health(api: Any) -> Flow[AccountHealth]:
    """Ask for the four lists, and judge every source by them.

    A job counts as running if this process started it or waits for it: Stitch lists a job only
    when it has ended.
    """
    sources = _sound.rows((yield api.sources.list()), id=int, name=str)
    carried = next(iter(_sound.rows(sources, stitch_client_id=int)), None)
    client_id = carried.stitch_client_id if carried else (yield from find_client_id(api))
    destinations = _sound.rows((yield api.destinations.list()), id=int, name=str)
    extractions = yield Rows(api.extractions.list(client_id))
    loads = yield Rows(api.loads.list(client_id))
    handles = board_of(api, client_id).handles()
    return AccountHealth(
        client_id=client_id,
        at=datetime.fromtimestamp(api.clock.now(), UTC),
        sources=tuple(map(judge_source, _views(sources, extractions, loads, handles))),
        destinations=tuple(map(_destination, destinations)),
        budget_left=api.budget_left("jobs", client_id),
    )


def _views(
    sources: "Iterable[Source]",
    extractions: "Iterable[Extraction]",
    loads: "Iterable[Load]",
    handles: "Iterable[JobHandle]",
) -> Iterator[View]:
    last = {row.source_id: row for row in _sound.rows(extractions, source_id=int) if is_sound(row)}
    loaded: defaultdict[str, list[Load]] = defaultdict(list)
    for load in _sound.rows(loads, source_name=str, stream_name=str):
        loaded[load.source_name].append(load)
    started = {handle.source_id: handle for handle in handles}
    for source in sorted(sources, key=lambda source: source.id):
        extraction = last.get(source.id)
        running = _if_running(started.get(source.id), extraction)
        yield View(source, extraction, loaded[source.name], running)


def _if_running(handle: "JobHandle | None", last: "Extraction | None") -> "JobHandle | None":
    """The job that was started, unless it or a newer one has ended."""
    if handle is None or (last and (handle.names(last) or handle.precedes(last))):
        return None
    return handle


def _destination(found: "Destination") -> DestinationHealth:
    paused = bool(found.paused_at or found.system_paused_at)
    return DestinationHealth(id=found.id, name=found.name, type=str(found.type), paused=paused)
