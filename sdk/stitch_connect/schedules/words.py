"""A schedule in words, such as `At 06:00 UTC on weekdays`."""

from collections.abc import Sequence
from datetime import datetime
from itertools import product

from .days import EveryDay, listed, ordinal, spans
from .fields import HOURS, MINUTES, MONTH, MONTHS, SECONDS, YEAR
from .quartz import Expression

MOST_TIMES = 6  # times of the day that are listed one by one
MOST_YEARS = 4
ON_THE_MINUTE = (0,)
_INTERVALS = {1: "Every minute", 60: "Every hour", 1440: "Every day"}


def explain(expression: Expression) -> str:
    """Return what an expression means, in words."""
    at = _clock_times(expression)
    every_day = isinstance(expression.days, EveryDay)
    days = "" if every_day and not at else expression.days.words()
    parts = (at or _within_hours(expression), days, _months(expression), _years(expression))
    return " ".join(filter(None, parts))


def explain_interval(minutes: int, anchor: datetime | None) -> str:
    """Return what a frequency means, in words."""
    every = _INTERVALS.get(minutes) or (
        f"Every {minutes} minutes" if minutes % 60 else f"Every {minutes // 60} hours"
    )
    if anchor is None:
        return every
    if minutes == 60:
        return f"{every}, at {anchor:%M} minutes past"
    if 1440 % minutes:
        return f"{every}, counted from {anchor:%Y-%m-%d %H:%M} UTC"
    start = anchor.hour * 60 + anchor.minute
    times = sorted((start + step) % 1440 for step in range(0, 1440, minutes))
    shown = listed([f"{one // 60:02}:{one % 60:02}" for one in times])
    return f"{every} at {shown} UTC" if minutes == 1440 else f"{every}, at {shown} UTC"


def _clock_times(expression: Expression) -> str:
    """The times of the day, where they are few."""
    if len(expression.seconds) * len(expression.minutes) * len(expression.hours) > MOST_TIMES:
        return ""
    with_seconds = expression.seconds != ON_THE_MINUTE
    times = [
        f"{hour:02}:{minute:02}" + (f":{second:02}" if with_seconds else "")
        for hour, minute, second in product(
            expression.hours, expression.minutes, expression.seconds
        )
    ]
    return f"At {listed(times)} UTC"


def _within_hours(expression: Expression) -> str:
    found = f"{_minutes(expression.minutes)}{_hours(expression.hours)}"
    seconds = expression.seconds
    if seconds == ON_THE_MINUTE:
        return found
    if seconds == SECONDS.every:
        return f"{found}, every second"
    return f"{found}, at second{'s' * (len(seconds) > 1)} {spans(seconds, str)}"


def _minutes(minutes: tuple[int, ...]) -> str:
    if minutes == MINUTES.every:
        return "Every minute"
    step = _step(minutes, 60)
    if step and minutes[0] == 0:
        return f"Every {step} minutes"
    if minutes == (0,):
        return "On the hour"
    plural = "minute" if minutes == (1,) else "minutes"
    return f"At {spans(minutes, str)} {plural} past the hour"


def _hours(hours: tuple[int, ...]) -> str:
    if hours == HOURS.every:
        return ""
    step = _step(hours, 24)
    if step:
        return f", every {ordinal(step)} hour from {hours[0]:02}:00 UTC"
    if hours == tuple(range(hours[0], hours[-1] + 1)):
        return f", from {hours[0]:02}:00 to {hours[-1]:02}:59 UTC"
    return f", in the hours of {spans(hours, '{:02}:00'.format)} UTC"


def _step(values: Sequence[int], size: int) -> int:
    """The step that leads through the values and on into the next round; 0 if there is none."""
    if len(values) < 2:
        return 0
    step = values[1] - values[0]
    even = tuple(values) == tuple(range(values[0], size, step))
    return step if even and step > 1 and size % step == 0 else 0


def _months(expression: Expression) -> str:
    if expression.months == MONTH.every:
        return ""
    return f"in {spans(expression.months, lambda month: MONTHS[month - 1])}"


def _years(expression: Expression) -> str:
    years = expression.years
    if years == YEAR.every:
        return ""
    if len(years) <= MOST_YEARS:
        return f"in {spans(years, str)}"
    step = years[1] - years[0]
    if years != tuple(range(years[0], years[-1] + 1, step)):
        return f"in {spans(years, str)}"
    span = f"from {years[0]} to {years[-1]}"
    return span if step == 1 else f"in every {ordinal(step)} year {span}"
