"""Stitch Connect for people: the whole API, and the judgements it cannot make in one call.

    from stitch_connect import Stitch

    with Stitch() as stitch:                       # token from STITCH_CONNECT_TOKEN
        job = stitch.jobs.start("heroku")
        print(stitch.jobs.wait(job, deadline=3600).sentence)

Everything is imported when first used: `import stitch_connect` alone loads neither pydantic nor
httpx.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import errors as errors
    from . import models as models
    from . import operations as operations
    from ._clock import ScaledClock as ScaledClock
    from ._stitch import AsyncStitch as AsyncStitch
    from ._stitch import Stitch as Stitch
    from .fleet import AsyncFleet as AsyncFleet
    from .fleet import Fleet as Fleet
    from .health import AccountHealth as AccountHealth
    from .health import SourceHealth as SourceHealth
    from .jobs import JobHandle as JobHandle
    from .jobs import JobStatus as JobStatus
    from .schedules import Schedule as Schedule
    from .selection import SelectionPlan as SelectionPlan
    from .selection import SourcePreview as SourcePreview
    from .selection import StreamChange as StreamChange

_HOMES = {
    "AccountHealth": "health",
    "AsyncFleet": "fleet",
    "AsyncStitch": "_stitch",
    "Fleet": "fleet",
    "JobHandle": "jobs",
    "JobStatus": "jobs",
    "ScaledClock": "_clock",
    "Schedule": "schedules",
    "SelectionPlan": "selection",
    "SourceHealth": "health",
    "SourcePreview": "selection",
    "Stitch": "_stitch",
    "StreamChange": "selection",
}
_MODULES = ("errors", "models", "operations")

__all__ = [
    "AccountHealth",
    "AsyncFleet",
    "AsyncStitch",
    "Fleet",
    "JobHandle",
    "JobStatus",
    "ScaledClock",
    "Schedule",
    "SelectionPlan",
    "SourceHealth",
    "SourcePreview",
    "Stitch",
    "StreamChange",
    "errors",
    "models",
    "operations",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _HOMES:
        value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
