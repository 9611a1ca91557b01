"""Quartz cron expressions of six or seven fields, in UTC; seconds count as zero."""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEK = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_DAYS = {name: number for number, name in enumerate(_WEEK, 1)}
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2099))
_NAMES: tuple[Mapping[str, int], ...] = ({}, {}, {}, {}, _MONTHS, _DAYS, {})
_MONTH_DAY, _MONTH, _WEEK_DAY, _YEAR = 3, 4, 5, 6
HORIZON_DAYS = 366 * 9  # the longest pause of an expression without a year: 29 February

BOTH_DAYS = (
    "Support for specifying both a day-of-week AND a day-of-month parameter is not implemented."
)
NO_DAY = "'?' can only be specified for Day-of-Month -OR- Day-of-Week."

Fits = Callable[[date], bool]


class BadCron(ValueError):
    """Not a Quartz expression; the message says why."""


class Cron:
    """One expression.

    Raises:
        BadCron: it is none.
    """

    def __init__(self, text: str) -> None:
        fields = text.upper().split()
        if len(fields) not in (6, 7):
            raise BadCron(
                "Unexpected end of expression." if len(fields) < 6 else "Too many fields."
            )
        fields = [*fields, "*"][:7]
        if fields[_MONTH_DAY] == fields[_WEEK_DAY] == "?":
            raise BadCron(NO_DAY)
        if "?" not in (fields[_MONTH_DAY], fields[_WEEK_DAY]):
            raise BadCron(BOTH_DAYS)
        _numbers(fields[0], 0)
        self._minutes, self._hours = (sorted(_numbers(fields[one], one)) for one in (1, 2))
        self._months, self._years = (_numbers(fields[one], one) for one in (_MONTH, _YEAR))
        of_month = fields[_WEEK_DAY] == "?"
        parts = fields[_MONTH_DAY if of_month else _WEEK_DAY].split(",")
        self._days = [_month_day(part) if of_month else _week_day(part) for part in parts]

    def after(self, moment: float) -> float | None:
        """The first firing later than a moment; None when there is none in nine years."""
        start = datetime.fromtimestamp(moment, UTC)
        for offset in range(HORIZON_DAYS):
            day = start.date() + timedelta(days=offset)
            if not self._fires_on(day):
                continue
            for found in self._moments(day):
                if found > moment:
                    return found
        return None

    def _fires_on(self, day: date) -> bool:
        in_time = day.month in self._months and day.year in self._years
        return in_time and any(fits(day) for fits in self._days)

    def _moments(self, day: date) -> Iterator[float]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        for hour in self._hours:
            for minute in self._minutes:
                yield midnight + hour * 3600 + minute * 60


def _numbers(text: str, field: int) -> frozenset[int]:
    return frozenset().union(*(_range(part, field) for part in text.split(",")))


def _range(part: str, field: int) -> set[int]:
    """The numbers of `*`, `5`, `5-9`, `FRI-MON`, each also with `/step`."""
    low, high = _RANGES[field]
    span, slash, step = part.partition("/")
    first, dash, last = span.partition("-")
    begin = low if first == "*" else _number(first, field, part)
    until = _number(last, field, part) if dash else begin
    if first == "*" or (slash and not dash):
        until = high
    stride = _whole(step, part) if slash else 1
    if stride < 1:
        raise BadCron(f"Increment must be positive in {part!r}.")
    if begin <= until:
        return set(range(begin, until + 1, stride))
    size = high - low + 1
    return {low + (one - low) % size for one in range(begin, until + size + 1, stride)}


def _number(text: str, field: int, part: str) -> int:
    low, high = _RANGES[field]
    found = _NAMES[field].get(text) or _whole(text, part)
    if not low <= found <= high:
        raise BadCron(f"{text!r} is out of range {low}-{high}.")
    return found


def _whole(text: str, part: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise BadCron(f"Illegal characters for this position: {part!r}.")
    return int(text)


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _month_day(part: str) -> Fits:
    """What `L`, `L-3`, `LW`, `15W` or a range of days means."""
    found = re.fullmatch(r"L(?:-(\d{1,2}))?(W?)|(\d{1,2})W", part, re.ASCII)
    if found is None:
        days = _range(part, _MONTH_DAY)
        return lambda day: day.day in days
    back, weekday, number = found.groups()
    if number is not None:
        wanted = _number(number, _MONTH_DAY, part)
        return lambda day: day.day == _nearest_weekday(day, wanted)
    offset = int(back or 0)
    if weekday:
        return lambda day: day.day == _nearest_weekday(day, _last(day) - offset)
    return lambda day: day.day == _last(day) - offset


def _nearest_weekday(day: date, wanted: int) -> int:
    """Monday to Friday nearest to a day, without leaving the month; 0 when it has no such day."""
    last = _last(day)
    if not 1 <= wanted <= last:
        return 0
    weekday = day.replace(day=wanted).weekday()
    if weekday == 5:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 6:
        return wanted + 1 if wanted < last else wanted - 2
    return wanted


def _week_day(part: str) -> Fits:
    """What `L`, `6L`, `MON#2` or a range of weekdays means."""
    if part == "L":
        return lambda day: _name(day) == 7
    found = re.fullmatch(r"(\w+?)(?:L|#([1-5]))", part, re.ASCII)
    if found is None or part in _DAYS:
        days = _range(part, _WEEK_DAY)
        return lambda day: _name(day) in days
    wanted, nth = _number(found[1], _WEEK_DAY, part), found[2]
    if nth is None:
        return lambda day: _name(day) == wanted and day.day > _last(day) - 7
    return lambda day: _name(day) == wanted and (day.day - 1) // 7 + 1 == int(nth)


def _name(day: date) -> int:
    return day.isoweekday() % 7 + 1


@functools.lru_cache(maxsize=4096)
def cron(text: str) -> Cron:
    """An expression, read once.

    Raises:
        BadCron: it is none.
    """
    return Cron(text)


@functools.lru_cache(maxsize=8192)
def after(text: str, minute: int) -> float | None:
    """The first firing of an expression later than a minute, counted since 1970."""
    return cron(text).after(minute * 60)
