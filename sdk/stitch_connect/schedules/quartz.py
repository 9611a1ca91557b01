"""Quartz expressions: six or seven fields, in UTC.

    seconds  minutes  hours  day of month  month  day of week  [year]

Of the two days one is `?`, for Quartz does not combine them. Days of the week count from 1, Sunday.
Differs from Unix cron in all of that; what Quartz accepts and then ignores is refused here.
"""

import re
from dataclasses import dataclass

from . import days as d
from .fields import (
    DAY_OF_MONTH,
    DAY_OF_WEEK,
    FIELDS,
    HOURS,
    MINUTES,
    MONTH,
    SECONDS,
    YEAR,
    numbers,
    value,
)
from .invalid import InvalidSchedule

UNSPECIFIED = "?"
_LAST_DAY = re.compile(r"L(?:-(?P<offset>[0-9]{1,3}))?(?P<weekday>W)?")
_NEAREST = re.compile(r"(?P<day>[0-9]+)W")
_LAST_OF = re.compile(r"(?P<day>[0-9A-Z]+)L")
_NTH_OF = re.compile(r"(?P<day>[0-9A-Z]+)#(?P<nth>.*)")
_FORM = "write seconds, minutes, hours, day of month, month, day of week and, if wanted, the year"


@dataclass(frozen=True, slots=True)
class Expression:
    """What an expression means."""

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: d.DayRule
    months: tuple[int, ...]
    years: tuple[int, ...]


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        InvalidSchedule: It is none; the message names the field and says what to write.
    """
    parts = _parts(text)
    seconds, minutes, hours, month_day, month, week_day, year = [*parts, "*"][:7]
    return Expression(
        text=" ".join(parts),
        seconds=numbers(SECONDS, seconds),
        minutes=numbers(MINUTES, minutes),
        hours=numbers(HOURS, hours),
        days=_days(month_day, week_day),
        months=numbers(MONTH, month),
        years=numbers(YEAR, year),
    )


def _parts(text: str) -> list[str]:
    if not isinstance(text, str) or not text.isascii():
        raise InvalidSchedule("expression", "it is not plain text", "write as in 0 0 6 ? * MON-FRI")
    parts = text.upper().split()
    if len(parts) == 5:
        problem = "it has 5 fields, as Unix cron has"
        raise InvalidSchedule("expression", problem, "put the seconds, 0, first and ? for one day")
    if len(parts) not in (6, 7):
        count = f"it has {len(parts)} field{'s' * (len(parts) != 1)}"
        raise InvalidSchedule("expression", f"{count}, not 6 or 7", _FORM)
    return parts


def _days(month_day: str, week_day: str) -> d.DayRule:
    if month_day == week_day == UNSPECIFIED:
        raise DAY_OF_WEEK.error("both days are ?", "write * for one of them to mean every day")
    if week_day == UNSPECIFIED:
        return _of_month(month_day)
    if month_day == UNSPECIFIED:
        return _of_week(week_day)
    name = "day of week" if week_day == "*" else "day of month"
    raise (DAY_OF_WEEK if week_day == "*" else DAY_OF_MONTH).error(
        "Quartz does not combine a day of month with a day of week", f"write ? for the {name}"
    )


def _of_month(text: str) -> d.DayRule:
    if found := _LAST_DAY.fullmatch(text):
        offset = int(found["offset"] or 0)
        if offset > 30:
            raise DAY_OF_MONTH.error(f"{text!r} is before the month", "write L-1 to L-30")
        return d.LastDay(offset, weekday=found["weekday"] is not None)
    if found := _NEAREST.fullmatch(text):
        return d.NearestWeekday(value(DAY_OF_MONTH, found["day"]))
    if set(text) & {"L", "W"}:
        remedy = "write L, L-3, LW or 15W alone, without a list, range or step"
        raise DAY_OF_MONTH.error(f"{text!r} cannot be read", remedy)
    found_numbers = numbers(DAY_OF_MONTH, text)
    return d.EveryDay() if found_numbers == DAY_OF_MONTH.every else d.MonthDays(found_numbers)


def _of_week(text: str) -> d.DayRule:
    if text == "L":
        return d.WeekDays((7,))
    if found := _LAST_OF.fullmatch(text):
        return d.LastOfMonth(value(DAY_OF_WEEK, found["day"]))
    if found := _NTH_OF.fullmatch(text):
        if found["nth"] not in {"1", "2", "3", "4", "5"}:
            raise DAY_OF_WEEK.error(f"{text!r} counts wrongly", "write 1 to 5 after #")
        return d.NthOfMonth(value(DAY_OF_WEEK, found["day"]), int(found["nth"]))
    if "#" in text or re.search(r"[0-9A-Z]L\b|\bL\b", text):
        remedy = "write 6#3 or 6L alone, without a list, range or step"
        raise DAY_OF_WEEK.error(f"{text!r} cannot be read", remedy)
    found_numbers = numbers(DAY_OF_WEEK, text)
    return d.EveryDay() if found_numbers == DAY_OF_WEEK.every else d.WeekDays(found_numbers)


__all__ = ["FIELDS", "Expression", "parse"]
