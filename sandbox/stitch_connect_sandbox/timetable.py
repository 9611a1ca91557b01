"""Jobs that start by a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import schedule
from .records import Source

if TYPE_CHECKING:
    from .engine import Engine

MOST = 48  # slots of one source that a leap of time still carries out
AT_ONCE = 1000  # the same for all sources together
KEPT = 60 * 86400.0


class Timetable:
    """Starts a job in each slot of a source, unless one is running."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fire(self, source: Source) -> None:
        """Take the slot that has come; of many that have passed, take the last ones only."""
        store, at = self._engine.store, schedule.fires_at(source)
        assert at is not None
        first = self._first_of_last(source, at)
        if first > at:
            store.sources.change(source, fired_at=first - 1)
            return
        source = store.sources.change(source, fired_at=at)
        if self._engine.running_job(source.id) is None:
            self._engine.put_job(source, self._engine.next_fate(source), at, "schedule")
            self._forget(source.id, at - KEPT)

    def _first_of_last(self, source: Source, at: float) -> float:
        now = self._engine.clock.now()
        if now - at < schedule.HOUR:
            return at
        most = max(1, min(MOST, AT_ONCE // len(self._engine.store.sources)))
        return schedule.firings(source, now, most)[0]

    def _forget(self, source_id: int, before: float) -> None:
        """Let go of the oldest job, once nothing shows it any more."""
        oldest = self._engine.store.jobs_of.first(source_id)
        if oldest is not None and oldest.completed_at is not None and oldest.completed_at < before:
            self._engine.store.jobs.drop(oldest.id)
