"""Jobs that start by a schedule."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import schedule
from .records import SCHEDULE, Source

if TYPE_CHECKING:
    from .engine import Engine

SHARE = 0.9  # of the time to the next slot


class Timetable:
    """Starts a job in each slot of a source, unless one is running.

    Of jobs that started by themselves, those of the last day are kept. So a leap of time need not
    carry out more than a day, and comes to the same as small steps: a job that is not scripted
    has ended when the next slot comes.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fire(self, source: Source) -> None:
        """Take the slot that has come, or pass over all that would leave no trace by now."""
        store, now, at = self._engine.store, self._engine.clock.now(), schedule.fires_at(source)
        assert at is not None
        is_near = now - at < schedule.DAY or self._is_scripted(source)
        first = at if is_near else schedule.first_of_last(source, now)
        if first > at:
            store.sources.change(source, fired_at=first - 1)
            return
        source = store.sources.change(source, fired_at=at)
        if self._engine.running_job(source.id) is None:
            self._forget(source, at)
            fate = self._engine.next_fate(source)
            self._engine.put_job(source, fate, at, SCHEDULE, _room(source, at))

    def _is_scripted(self, source: Source) -> bool:
        """Whether the next slot takes a fate, which no slot may pass over."""
        return any(fate.of == "job" for fate in self._engine.store.fates_of.of(source.id))

    def _forget(self, source: Source, now: float) -> None:
        """Let go of jobs that nothing shows any more; the last one is always shown."""
        for job in self._engine.store.jobs_of.of(source.id):
            is_old = job.trigger == SCHEDULE and job.started_at <= now - schedule.DAY
            if is_old and job.id != source.last_job:
                self._engine.store.jobs.drop(job.id)


def _room(source: Source, at: float) -> float:
    """Seconds that a job of a slot may take, so that no slot depends on the one before it."""
    following = schedule.fires_at(source)
    return math.inf if following is None else (following - at) * SHARE
