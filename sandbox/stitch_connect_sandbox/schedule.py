"""When a source fires next: by frequency, by frequency from an anchor, or by Quartz cron."""

from __future__ import annotations

import calendar
import functools
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .clock import iso, parse_iso

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {
    name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], 1)
}
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7))
_NAMES: tuple[Mapping[str, int], ...] = ({}, {}, {}, {}, _MONTHS, _DAYS)
_HORIZON_DAYS = 366 * 5

BOTH_DAYS = (
    "Support for specifying both a day-of-week AND a day-of-month parameter is not implemented."
)


class BadCron(ValueError):
    """Not a Quartz expression; the message says why."""


class Cron:
    """A Quartz expression of six or seven fields, in UTC. Seconds count as zero."""

    def __init__(self, text: str) -> None:
        fields = text.upper().split()
        if len(fields) not in (6, 7):
            raise BadCron("Unexpected end of expression.")
        if (fields[3] == "?") == (fields[5] == "?"):
            raise BadCron(BOTH_DAYS)
        self.minutes, self.hours = _numbers(fields, 1), _numbers(fields, 2)
        self.months = _numbers(fields, 4)
        self._month_day, self._week_day = fields[3], fields[5]
        for number in (3, 5):
            _numbers(fields, number, special=True)

    def after(self, moment: float) -> float | None:
        """The first firing later than a moment; None when there is none within five years."""
        start = datetime.fromtimestamp(moment, UTC).replace(second=0, microsecond=0)
        start += timedelta(minutes=1)
        for offset in range(_HORIZON_DAYS):
            day = (start + timedelta(days=offset)).replace(
                hour=start.hour if offset == 0 else 0, minute=start.minute if offset == 0 else 0
            )
            if day.month in self.months and self._fires_on(day):
                found = self._in(day)
                if found is not None:
                    return found
        return None

    def _in(self, day: datetime) -> float | None:
        for hour in range(day.hour, 24):
            for minute in range(day.minute if hour == day.hour else 0, 60):
                if hour in self.hours and minute in self.minutes:
                    return day.replace(hour=hour, minute=minute).timestamp()
        return None

    def _fires_on(self, day: datetime) -> bool:
        if self._week_day == "?":
            return _is_month_day(self._month_day, day)
        return _is_week_day(self._week_day, day)


def _numbers(fields: list[str], number: int, *, special: bool = False) -> frozenset[int]:
    low, high = _RANGES[number]
    found: set[int] = set()
    for part in fields[number].split(","):
        if special and (part == "?" or part[-1] in "LW" or "#" in part):
            continue
        found |= _range(part, low, high, _NAMES[number])
    return frozenset(found)


def _range(part: str, low: int, high: int, names: Mapping[str, int]) -> set[int]:
    span, _, step = part.partition("/")
    first, _, last = span.partition("-")
    try:
        begin = low if first in ("*", "?") else names.get(first) or int(first)
        until = names.get(last) or int(last) if last else begin
        until = high if first in ("*", "?") or (step and not last) else until
        stride = int(step or 1)
    except ValueError:
        raise BadCron(f"Illegal character in {part!r}.") from None
    if not (low <= begin <= high and low <= until <= high and stride > 0):
        raise BadCron(f"{part!r} is out of range {low}-{high}.")
    if begin <= until:
        return set(range(begin, until + 1, stride))
    return {*range(begin, high + 1, stride), *range(low, until + 1, stride)}


def _is_month_day(field: str, day: datetime) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    for part in field.split(","):
        if part == "L":
            if day.day == last:
                return True
        elif part.endswith("W"):
            if day.day == _nearest_weekday(day, last if part == "LW" else int(part[:-1])):
                return True
        elif day.day in _range(part, 1, 31, {}):
            return True
    return False


def _nearest_weekday(day: datetime, wanted: int) -> int:
    last = calendar.monthrange(day.year, day.month)[1]
    target = day.replace(day=min(wanted, last))
    shift = {5: -1, 6: 1}.get(target.weekday(), 0)
    if not 1 <= target.day + shift <= last:
        shift = 2 if shift < 0 else -2
    return target.day + shift


def _is_week_day(field: str, day: datetime) -> bool:
    name = day.isoweekday() % 7 + 1
    last = calendar.monthrange(day.year, day.month)[1]
    for part in field.split(","):
        base, hash_, nth = part.partition("#")
        if hash_:
            if name in _range(base, 1, 7, _DAYS) and (day.day - 1) // 7 + 1 == int(nth):
                return True
        elif part != "L" and part.endswith("L"):
            if name in _range(part[:-1], 1, 7, _DAYS) and day.day > last - 7:
                return True
        elif name in ({7} if part == "L" else _range(part, 1, 7, _DAYS)):
            return True
    return False


@functools.lru_cache(maxsize=4096)
def cron(text: str) -> Cron:
    return Cron(text)


@functools.lru_cache(maxsize=4096)
def _cron_after(text: str, minute: int) -> float | None:
    return cron(text).after(minute * 60)


def interval_after(moment: float, anchor: float, minutes: float) -> float:
    """The next firing of a frequency counted from an anchor."""
    step = minutes * 60
    return anchor + (math.floor((moment - anchor) / step) + 1) * step


def schedule_of(
    properties: Mapping[str, Any], created_at: float, now: float
) -> dict[str, Any] | None:
    """The `schedule` of a source; cron outranks the anchor, the anchor the creation time."""
    expression = properties.get("cron_expression")
    if expression:
        fires = _cron_after(expression, int(now // 60))
        if fires is not None:
            return {
                "type": "cron",
                "cron_expression": expression,
                "next_fire_time": iso(fires),
            }
    frequency = properties.get("frequency_in_minutes")
    if not frequency:
        return None
    anchor = parse_iso(properties.get("anchor_time")) or created_at
    return {
        "type": "interval",
        "unit": "minute",
        "interval": float(frequency),
        "next_fire_time": iso(interval_after(now, anchor, float(frequency))),
    }
