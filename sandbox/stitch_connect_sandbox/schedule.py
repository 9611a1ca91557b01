"""When a source fires next: by frequency, by frequency from an anchor, or by Quartz cron. Pure.

A source fires by itself once it is fully configured, unless it is paused or deleted, or has no
destination.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from . import catalog, quartz
from .clock import iso, parse_iso
from .records import Source

HOUR, DAY = 3600.0, 86400.0
LOOK_BACK = (HOUR, DAY, 7 * DAY, 31 * DAY, 400 * DAY)
Next = Callable[[float], float | None]


def is_on(source: Source) -> bool:
    """Whether a source replicates by itself."""
    is_ready = source.step == "fully_configured" and source.destination_id is not None
    return is_ready and not source.rests


def _cron(source: Source) -> str | None:
    """The expression that counts; a type without support for it takes one and ignores it."""
    expression = source.properties.get("cron_expression")
    return expression if expression and catalog.load().sources[source.type].cron else None


def rule(source: Source) -> Next | None:
    """The first firing after a moment; cron outranks the anchor, the anchor the creation time."""
    expression = _cron(source)
    if expression:
        return lambda moment: quartz.after(expression, int(moment // 60))
    frequency = source.properties.get("frequency_in_minutes")
    if not frequency:
        return None
    step = float(frequency) * 60
    anchor = parse_iso(source.properties.get("anchor_time")) if step >= HOUR else None
    begin = int(source.created_at if anchor is None else anchor)  # whole seconds divide exactly
    return lambda moment: begin + (math.floor((moment - begin) / step) + 1) * step


def fires_at(source: Source) -> float | None:
    """When a source is to fire next; None when it does not fire by itself."""
    if not is_on(source):
        return None
    found = rule(source)
    return found and found(max(source.updated_at, source.fired_at or 0.0))


def first_of_last(source: Source, until: float) -> float:
    """The first slot of the last day of a source that has slots due, or the last slot but one.

    What lies before leaves no trace: nothing shows it once the later slots have passed.
    """
    first, found = fires_at(source), rule(source)
    assert first is not None
    assert found is not None
    due: list[float] = []
    for span in LOOK_BACK:
        since = max(first - 60, until - span)
        due = list(_between(found, since, until))
        if len(due) > 1 or since < first:
            break
    if len(due) < 2:
        return first
    begin = found(max(first - 60, due[-1] - DAY))
    return due[-2] if begin is None else min(begin, due[-2])


def _between(found: Next, since: float, until: float) -> Iterator[float]:
    at = found(since)
    while at is not None and at <= until:
        yield at
        at = found(at)


def shown(source: Source, now: float) -> dict[str, Any] | None:
    """The `schedule` of a source."""
    found = rule(source) if is_on(source) else None
    fires = found and found(now)
    if fires is None:
        return None
    expression = _cron(source)
    if expression:
        return {"type": "cron", "cron_expression": expression, "next_fire_time": iso(fires)}
    return {
        "type": "interval",
        "unit": "minute",
        "interval": float(source.properties["frequency_in_minutes"]),
        "next_fire_time": iso(fires),
    }
