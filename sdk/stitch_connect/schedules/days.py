"""The days of a Quartz expression: each kind knows its days of a month, and itself in words."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ORDINALS = ("first", "second", "third", "fourth", "fifth")
SATURDAY, SUNDAY = 5, 6  # as `date.weekday` counts
_GROUPS = {(2, 3, 4, 5, 6): "on weekdays", (1, 7): "on weekends"}


class DayRule(Protocol):
    """Which days of a month are meant."""

    def days(self, year: int, month: int) -> list[int]:
        """Return the days in ascending order; none where the month has no such day."""

    def words(self) -> str:
        """Return the rule as the end of a sentence, such as `on weekdays`."""


@dataclass(frozen=True, slots=True)
class EveryDay:
    """`*`"""

    def days(self, year: int, month: int) -> list[int]:
        return list(range(1, last_day(year, month) + 1))

    def words(self) -> str:
        return "every day"


@dataclass(frozen=True, slots=True)
class MonthDays:
    """`1,15`: numbers of days."""

    numbers: tuple[int, ...]

    def days(self, year: int, month: int) -> list[int]:
        return [day for day in self.numbers if day <= last_day(year, month)]

    def words(self) -> str:
        return f"on the {spans(self.numbers, ordinal)} of the month"


@dataclass(frozen=True, slots=True)
class LastDay:
    """`L`, `L-3`, `LW`: counted from the end of the month; `weekday` is the `W`."""

    offset: int = 0
    weekday: bool = False

    def days(self, year: int, month: int) -> list[int]:
        day = last_day(year, month) - self.offset
        if day < 1:
            return []
        return [_nearest(year, month, day) if self.weekday else day]

    def words(self) -> str:
        if self.weekday and not self.offset:
            return "on the last weekday of the month"
        end = "the last day of the month"
        if self.offset:
            end = f"{self.offset} day{'s' * (self.offset > 1)} before {end}"
        return f"on the weekday nearest to {end}" if self.weekday else f"on {end}"


@dataclass(frozen=True, slots=True)
class NearestWeekday:
    """`15W`: the weekday nearest to a day, within its month."""

    day: int

    def days(self, year: int, month: int) -> list[int]:
        return [_nearest(year, month, self.day)] if self.day <= last_day(year, month) else []

    def words(self) -> str:
        return f"on the weekday nearest to the {ordinal(self.day)} of the month"


@dataclass(frozen=True, slots=True)
class WeekDays:
    """`MON-FRI`: days of the week, of which 1 is Sunday."""

    numbers: tuple[int, ...]

    def days(self, year: int, month: int) -> list[int]:
        return sorted(day for number in self.numbers for day in _on(year, month, number))

    def words(self) -> str:
        named = spans(self.numbers, lambda number: f"{DAYS[number - 1]}s")
        return _GROUPS.get(self.numbers) or f"on {named}"


@dataclass(frozen=True, slots=True)
class LastOfMonth:
    """`6L`: the last such day of the week."""

    number: int

    def days(self, year: int, month: int) -> list[int]:
        return _on(year, month, self.number)[-1:]

    def words(self) -> str:
        return f"on the last {DAYS[self.number - 1]} of the month"


@dataclass(frozen=True, slots=True)
class NthOfMonth:
    """`6#3`: the third such day of the week; a month may have no fifth."""

    number: int
    nth: int

    def days(self, year: int, month: int) -> list[int]:
        return _on(year, month, self.number)[self.nth - 1 : self.nth]

    def words(self) -> str:
        return f"on the {ORDINALS[self.nth - 1]} {DAYS[self.number - 1]} of the month"


def last_day(year: int, month: int) -> int:
    """Return the number of the month's last day."""
    return calendar.monthrange(year, month)[1]


def ordinal(number: int) -> str:
    """Return `1st` for 1."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"


def listed(words: list[str]) -> str:
    """Return `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def spans(numbers: Sequence[int], word: Callable[[int], str]) -> str:
    """Return numbers in words, three or more in a row as `a to c`."""
    rows: list[list[int]] = []
    for number in numbers:
        if rows and rows[-1][-1] == number - 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    told = [
        [f"{word(row[0])} to {word(row[-1])}"] if len(row) > 2 else list(map(word, row))
        for row in rows
    ]
    return listed([one for row in told for one in row])


def _on(year: int, month: int, number: int) -> list[int]:
    """The days of a month that are such days of the week, in Quartz's count."""
    first = (number - 1 - date(year, month, 1).isoweekday()) % 7 + 1
    return list(range(first, last_day(year, month) + 1, 7))


def _nearest(year: int, month: int, day: int) -> int:
    """The weekday nearest to a day that does not leave the month."""
    found = date(year, month, day).weekday()
    if found == SATURDAY:
        return day - 1 if day > 1 else day + 2
    if found == SUNDAY:
        return day + 1 if day < last_day(year, month) else day - 2
    return day
