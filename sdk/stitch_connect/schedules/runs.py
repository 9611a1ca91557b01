"""When an expression fires: the calendar, walked from the coarse to the fine."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import product

from .quartz import Expression


def runs(expression: Expression, after: datetime) -> Iterator[datetime]:
    """Yield the moments after `after` at which the expression fires, in UTC.

    The search ends with the last year that Quartz knows, 2099.
    """
    start = after.astimezone(UTC)
    for day in _days(expression, start.date()):
        for clock in _times(expression, start.hour if day == start.date() else 0):
            moment = datetime.combine(day, clock)
            if moment > start:
                yield moment


def _days(expression: Expression, first: date) -> Iterator[date]:
    for year, month in product(expression.years, expression.months):
        if (year, month) >= (first.year, first.month):
            for number in expression.days.days(year, month):
                day = date(year, month, number)
                if day >= first:
                    yield day


def _times(expression: Expression, first_hour: int) -> Iterator[time]:
    hours = [hour for hour in expression.hours if hour >= first_hour]
    for hour, minute, second in product(hours, expression.minutes, expression.seconds):
        yield time(hour, minute, second, tzinfo=UTC)
