"""Jobs that start by a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import schedule
from .records import SCHEDULE, Source

if TYPE_CHECKING:
    from .engine import Engine


class Timetable:
    """Starts a job in each slot of a source, unless one is running.

    Of jobs that started by themselves, those of the last day are kept. So a leap of time need not
    carry out more than a day, and comes to the same as small steps.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fire(self, source: Source) -> None:
        """Take the slot that has come, or pass over all that would leave no trace by now."""
        store, now, at = self._engine.store, self._engine.clock.now(), schedule.fires_at(source)
        assert at is not None
        first = at if now - at < schedule.DAY else schedule.first_of_last(source, now)
        if first > at:
            store.sources.change(source, fired_at=first - 1)
            return
        source = store.sources.change(source, fired_at=at)
        if self._engine.running_job(source.id) is None:
            self._forget(source, at)
            self._engine.put_job(source, self._engine.next_fate(source), at, SCHEDULE)

    def _forget(self, source: Source, now: float) -> None:
        """Let go of jobs that nothing shows any more; the last one is always shown."""
        for job in self._engine.store.jobs_of.of(source.id):
            is_old = job.trigger == SCHEDULE and job.started_at <= now - schedule.DAY
            if is_old and job.id != source.last_job:
                self._engine.store.jobs.drop(job.id)
