"""One field of a Quartz expression: lists of values, ranges and steps, as numbers."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .invalid import InvalidSchedule

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
          "September", "October", "November", "December")  # fmt: skip
_MONTHS = {name[:3].upper(): number for number, name in enumerate(MONTHS, 1)}
_DAYS = {
    name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)
}
_ITEM = re.compile(r"(?P<span>\*|(?P<first>[0-9A-Z]+)(?:-(?P<last>[0-9A-Z]+))?)?(?:/(?P<step>.+))?")


@dataclass(frozen=True, slots=True)
class Field:
    """What a field may hold."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)
    wraps: bool = True  # whether a range may run over the end, as in FRI-MON

    @property
    def every(self) -> tuple[int, ...]:
        """All of the field's values."""
        return tuple(range(self.low, self.high + 1))

    @property
    def range(self) -> str:
        """The values in words."""
        names = list(self.names)
        return f"{self.low} to {self.high}" + (f" or {names[0]} to {names[-1]}" if names else "")

    @property
    def longest_step(self) -> int:
        """The largest number that Quartz takes after `/`."""
        return self.high if self.wraps else self.high - self.low

    def error(self, problem: str, remedy: str) -> InvalidSchedule:
        """Return what to raise about this field."""
        return InvalidSchedule(self.name, problem, remedy)


SECONDS = Field("seconds", 0, 59)
MINUTES = Field("minutes", 0, 59)
HOURS = Field("hours", 0, 23)
DAY_OF_MONTH = Field("day of month", 1, 31)
MONTH = Field("month", 1, 12, _MONTHS)
DAY_OF_WEEK = Field("day of week", 1, 7, _DAYS)
YEAR = Field("year", 1970, 2099, wraps=False)
FIELDS = (SECONDS, MINUTES, HOURS, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)


def numbers(field: Field, text: str) -> tuple[int, ...]:
    """Return the values that a field's text stands for, in ascending order.

    Raises:
        InvalidSchedule: The text is no list of values, ranges and steps within the field's bounds.
    """
    return tuple(sorted({number for item in text.split(",") for number in _item(field, item)}))


def value(field: Field, text: str) -> int:
    """Return a number or a name as its number.

    Raises:
        InvalidSchedule: Neither, or out of bounds.
    """
    if text in field.names:
        return field.names[text]
    if not text.isdecimal():
        raise field.error(f"{text!r} is not a value", _named(field, text))
    if not (len(text) <= 4 and field.low <= int(text) <= field.high):
        raise field.error(f"{text} is out of bounds", f"write {field.range}")
    return int(text)


def _named(field: Field, text: str) -> str:
    near = difflib.get_close_matches(text[:3], field.names, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"write {field.range}"


def _item(field: Field, item: str) -> range | list[int]:
    if not item:
        raise field.error("there is nothing between two commas", "remove one of them")
    found = _ITEM.fullmatch(item)
    if found is None:
        raise field.error(f"{item!r} cannot be read", _allowed(field, item))
    step = _step(field, item, found)
    first, last = _span(field, item, found)
    if first <= last:
        return range(first, last + 1, step)
    size = field.high - field.low + 1  # FRI-MON: counted on over the end
    return [(one - field.low) % size + field.low for one in range(first, last + size + 1, step)]


def _allowed(field: Field, item: str) -> str:
    if "?" in item:
        return "? stands alone, and only for the day of month or the day of week"
    return "write * for all, a value, a range as 1-5, steps as 0/15, or a list of those"


def _step(field: Field, item: str, found: re.Match[str]) -> int:
    text = found["step"]
    if text is None:
        return 1
    ends = [end for end in (found["first"], found["last"]) if end]
    if any(end in field.names for end in ends):
        span = "-".join(str(value(field, end)) for end in ends)
        problem = f"{item!r} has a step after a name, which Quartz drops"
        raise field.error(problem, f"write {span}/{text}")
    if not text.isdecimal() or not 1 <= int(text[:5]) <= field.longest_step:
        remedy = f"write 1 to {field.longest_step} after /"
        raise field.error(f"the step of {item!r} cannot be used", remedy)
    return int(text)


def _span(field: Field, item: str, found: re.Match[str]) -> tuple[int, int]:
    if found["first"] is None:  # `*` or, before a step, nothing
        return field.low, field.high
    first = value(field, found["first"])
    if found["last"] is None:
        return first, field.high if found["step"] else first
    last = value(field, found["last"])
    if first > last and not field.wraps:
        raise field.error(f"{item!r} runs backwards", f"write {last}-{first}")
    return first, last
