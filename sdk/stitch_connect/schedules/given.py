"""Moments and numbers as people and sources give them, checked."""

from datetime import UTC, datetime

from .. import _sound
from .invalid import InvalidSchedule

FREQUENCY, ANCHOR, CRON = "frequency_in_minutes", "anchor_time", "cron_expression"
MOST_MINUTES = 1_000_000


def aware(name: str, given: object) -> datetime:
    """Return a moment in UTC."""
    if not isinstance(given, datetime):
        raise InvalidSchedule(name, "it is no moment", "give a datetime with a time zone")
    if given.utcoffset() is None:
        raise InvalidSchedule(name, "it has no time zone", "add one, as datetime.UTC")
    try:
        return given.astimezone(UTC)
    except OverflowError:
        raise InvalidSchedule(name, "it is no year of the calendar", "use another") from None


def anchor(given: object) -> datetime:
    """Return an anchor in UTC and whole seconds, as Stitch keeps it."""
    moment = _read(given) if isinstance(given, str) else given
    return aware(ANCHOR, moment).replace(microsecond=0)


def stored(given: object) -> datetime:
    """Return an anchor that a source has; without a time zone it is UTC, which Stitch keeps."""
    found = _read(str(given))
    return anchor(found.replace(tzinfo=found.tzinfo or UTC))


def minutes(given: object) -> int:
    """Return a frequency as it is stored: a text, and in the schedule a number."""
    try:
        found = float(str(given))
    except ValueError:
        found = 0.0
    if not (1 <= found <= MOST_MINUTES and found.is_integer()):
        problem = f"{given!r} is no number of minutes"
        raise InvalidSchedule(FREQUENCY, problem, "use one of Stitch's")
    return int(found)


def count(given: object) -> int:
    """Return a number of runs."""
    if not _sound.is_a(given, int) or given < 0:
        raise InvalidSchedule("count", "it is no number of runs", "give 0 or more")
    return given


def _read(given: str) -> datetime:
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        raise InvalidSchedule(ANCHOR, "it is no time", "write it as 2026-05-20T06:00:00Z") from None
