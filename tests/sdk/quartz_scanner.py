"""Quartz a second time, and slowly: every minute is asked whether the expression means it.

Shares nothing with the calendar under test, which computes where this one looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEK = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
BOUNDS = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2099)]


def scan(expression: str, after: datetime, days: int) -> Iterator[datetime]:
    """The minutes after `after`, within so many days, that an expression with second 0 means."""
    fields = [*expression.upper().split(), "*"][:7]
    for offset in range(days):
        day = after.date() + timedelta(days=offset)
        if not _means_day(fields, day):
            continue
        for minute in range(24 * 60):
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
            if (
                moment > after
                and _means(fields[2], moment.hour, 2)
                and _means(fields[1], moment.minute, 1)
            ):
                yield moment


def _means_day(fields: list[str], day: date) -> bool:
    if not _means(fields[4], day.month, 4) or not _means(fields[6], day.year, 6):
        return False
    return _month_day(fields[3], day) if fields[5] == "?" else _week_day(fields[5], day)


def _month_day(text: str, day: date) -> bool:
    if not re.search("[LW]", text):
        return _means(text, day.day, 3)
    month = _days_of_month(day)
    wanted = month[-1] if text.startswith("L") else int(text[:-1])
    if minus := re.match(r"L-(\d+)", text):
        wanted -= int(minus[1])
    if wanted not in month:
        return False
    if text.endswith("W"):
        weekdays = [one for one in month if day.replace(day=one).strftime("%a") not in "SatSun"]
        wanted = min(weekdays, key=lambda one: abs(one - wanted))
    return day.day == wanted


def _week_day(text: str, day: date) -> bool:
    number = (day.weekday() + 1) % 7 + 1
    if text == "L":
        return number == 7
    if text.endswith("L"):
        return _means(text[:-1], number, 5) and (day + timedelta(days=7)).month != day.month
    if "#" in text:
        name, _, nth = text.partition("#")
        return _means(name, number, 5) and (day.day - 1) // 7 + 1 == int(nth)
    return _means(text, number, 5)


def _days_of_month(day: date) -> list[int]:
    every = (day.replace(day=1) + timedelta(days=offset) for offset in range(31))
    return [one.day for one in every if one.month == day.month]


def _means(text: str, value: int, field: int) -> bool:
    return any(_item_means(item, value, field) for item in text.split(","))


def _item_means(item: str, value: int, field: int) -> bool:
    low, high = BOUNDS[field]
    span, _, step = item.partition("/")
    begin, _, end = span.partition("-")
    if begin in ("*", ""):
        first, last = low, high
    else:
        first = _number(begin)
        last = _number(end) if end else (high if step else first)
    size = high - low + 1
    distance = (value - first) % size
    return distance <= (last - first) % size and distance % int(step or 1) == 0


def _number(text: str) -> int:
    if text in WEEK:
        return WEEK.index(text) + 1
    return MONTHS.index(text) + 1 if text in MONTHS else int(text)
