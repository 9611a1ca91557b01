"""When the jobs of a source start, as a value that is read from its properties and written back.

    cron_expression       outranks the others; a source type without cron support ignores it
    anchor_time           with a frequency of an hour or more: runs are counted from it
    frequency_in_minutes  runs are counted from wherever Stitch began

A schedule says when jobs start, not when they end; a run that is still going when the next is due
makes that one skip. All times are UTC.
"""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from .. import _sound
from . import given
from .given import ANCHOR, CRON, FREQUENCY
from .invalid import InvalidSchedule
from .quartz import Expression, parse
from .runs import runs
from .words import explain, explain_interval

if TYPE_CHECKING:
    from stitch_connect_api.models import Source

Kind = Literal["frequency", "anchor", "cron"]
FREQUENCIES = (1, 30, 60, 360, 720, 1440)  # minutes
LEAST_ANCHORED = 60  # minutes
LAST = datetime.max.replace(tzinfo=UTC)


class Schedule(ABC):
    """When the jobs of a source start: made by `every`, `cron` or `of`."""

    @staticmethod
    def every(*, minutes: int, anchor: datetime | str | None = None) -> "Interval":
        """Return the schedule of a frequency, anchored or not.

        Args:
            minutes: 1 (databases only), 30, 60, 360, 720 or 1440.
            anchor: a moment that runs are counted from, with a time zone or as ISO 8601 text; needs
                60 minutes or more.

        Raises:
            InvalidSchedule: Stitch does not know the frequency, or cannot anchor it.
        """
        if not _sound.is_a(minutes, int) or minutes not in FREQUENCIES:
            known = ", ".join(map(str, FREQUENCIES))
            raise InvalidSchedule(FREQUENCY, f"Stitch has no {minutes!r}", f"use one of {known}")
        if anchor is not None and minutes < LEAST_ANCHORED:
            problem = "an anchor needs an hour or more between runs"
            raise InvalidSchedule(ANCHOR, problem, "leave it out, or use 60, 360, 720 or 1440")
        return Interval(minutes, None if anchor is None else given.anchor(anchor))

    @staticmethod
    def cron(expression: str) -> "Cron":
        """Return the schedule of a Quartz expression; needs a plan that has cron schedules.

        Args:
            expression: six or seven fields, seconds (which Stitch wants to be 0) first, as in
                `0 0 6 ? * MON-FRI`; one of the two days is `?`.

        Raises:
            InvalidSchedule: No Quartz expression; the message names the field and what to write.
        """
        found = Cron(expression)
        if found.parsed.seconds != (0,):
            raise InvalidSchedule("seconds", "Stitch starts jobs on the minute", "write 0")
        return found

    @staticmethod
    def of(source: "Source | Mapping[str, Any]") -> "Interval | Cron | None":
        """Return the schedule of a source, or of its properties; None where there is none.

        It is the one that the source has when it runs: a paused source has a schedule too.

        Raises:
            InvalidSchedule: The properties hold what cannot be read.
        """
        mapped = isinstance(source, Mapping)
        properties = source if mapped else getattr(source, "properties", None)
        now = None if mapped else getattr(source, "schedule", None)
        if not isinstance(properties, Mapping):
            raise InvalidSchedule("source", "it has no properties", "give a Source, or properties")
        expression = properties.get(CRON)
        if expression and (now is None or getattr(now, "type", None) == "cron"):
            return Cron(str(expression))
        frequency = properties.get(FREQUENCY) or getattr(now, "interval", None)
        if frequency is None:
            return None
        anchor = properties.get(ANCHOR)
        return Interval(
            given.minutes(frequency),
            given.stored(anchor) if anchor else None,
            next_fire=_sound.only(getattr(now, "next_fire_time", None), datetime),
        )

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """Which of the three kinds of scheduling it is."""

    @abstractmethod
    def properties(self) -> dict[str, str | None]:
        """Return the properties for `sources.update`, with null for what would outrank them."""

    @abstractmethod
    def explain(self) -> str:
        """Return it in words, such as `At 06:00 UTC on weekdays`."""

    @abstractmethod
    def _runs(self, after: datetime) -> Iterator[datetime]:
        """The runs after a moment, in order."""

    def next_runs(self, after: datetime | None = None, count: int = 5) -> list[datetime]:
        """Return the next times at which a job starts, in UTC.

        Args:
            after: a moment with a time zone; else now.
            count: how many; a cron expression that ends gives fewer, or none.

        Raises:
            InvalidSchedule: `after` has no time zone, or `count` is no number from 0.
        """
        start = datetime.now(UTC) if after is None else given.aware("after", after)
        return list(islice(self._runs(start), min(given.count(count), sys.maxsize)))


@dataclass(frozen=True)
class Interval(Schedule):
    """A frequency, from an anchor or from wherever Stitch began.

    Args:
        minutes: between two runs.
        anchor: a moment that runs are counted from.
        next_fire: a run that Stitch has announced; without anchor, runs are counted from it, and
            where neither is known, from the moment that is asked about.
    """

    minutes: int
    anchor: datetime | None = None
    next_fire: datetime | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "minutes", given.minutes(self.minutes))
        for name in ("anchor", "next_fire"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, given.aware(name, getattr(self, name)))

    @property
    def kind(self) -> Kind:
        return "frequency" if self.anchor is None else "anchor"

    def properties(self) -> dict[str, str | None]:
        anchor = None if self.anchor is None else f"{self.anchor:%Y-%m-%dT%H:%M:%SZ}"
        return {FREQUENCY: str(self.minutes), ANCHOR: anchor, CRON: None}

    def explain(self) -> str:
        return explain_interval(self.minutes, self.anchor)

    def _runs(self, after: datetime) -> Iterator[datetime]:
        step = timedelta(minutes=self.minutes)
        base = self.anchor or self.next_fire or after
        first, last = (after - base) // step + 1, (LAST - base) // step
        return (base + number * step for number in range(first, last + 1))


@dataclass(frozen=True)
class Cron(Schedule):
    """A Quartz expression; spaces and case do not matter, and are evened out."""

    expression: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "expression", self.parsed.text)

    @cached_property
    def parsed(self) -> Expression:
        """What the expression means."""
        return parse(self.expression)

    @property
    def kind(self) -> Kind:
        return "cron"

    def properties(self) -> dict[str, str | None]:
        return {CRON: self.expression}

    def explain(self) -> str:
        return explain(self.parsed)

    def _runs(self, after: datetime) -> Iterator[datetime]:
        return runs(self.parsed, after)
