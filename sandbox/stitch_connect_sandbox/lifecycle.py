"""The law of the account, as tables. Pure: when things happen is the engine's business.

1. A source is configured step by step. The order is fixed, a type lacks some steps, and the
   absent ones are skipped. Only `discover_schema` needs nobody: a connection check that
   succeeds completes it. Steps never go backwards.
2. A connection check runs once, then has succeeded or failed.
3. A replication job discovers, extracts (tap), and delivers (target), in this order. The
   first failure ends it; a tap that fails leaves a target that delivered what it was given.
   A job that is stopped is terminated, whatever it was doing. An ended job never moves.
4. What a job extracted is loaded later, stream by stream, and a load may fail by itself.
5. What ended is shown for 60 days. Then it is forgotten, for nothing can show it any more.
5. A hook on this machine is told of each load, and takes that or is given up after a while.

A pair that is not a key of its table is an illegal move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Moves = Mapping[tuple[str, str], str]

STEP_ORDER = (
    "form",
    "oauth",
    "profile",
    "discover_schema",
    "field_selection",
    "fully_configured",
)

SELECTING = frozenset({"field_selection", "fully_configured"})
"""The steps at which streams and fields can be selected."""

BY_HAND: Mapping[str, str] = {"form": "provided", "oauth": "authorized", "profile": "profiled"}
"""The steps that properties complete, and what completing them is called."""

SOURCE_STEPS: Moves = {
    ("form", "provided"): "oauth",
    ("oauth", "authorized"): "profile",
    ("profile", "profiled"): "discover_schema",
    ("discover_schema", "discovered"): "field_selection",
    ("field_selection", "selected"): "fully_configured",
    # what happens again to a source that is past the step changes nothing
    ("oauth", "provided"): "oauth",
    ("discover_schema", "provided"): "discover_schema",
    ("discover_schema", "authorized"): "discover_schema",
    ("field_selection", "provided"): "field_selection",
    ("field_selection", "authorized"): "field_selection",
    ("field_selection", "discovered"): "field_selection",
    ("fully_configured", "provided"): "fully_configured",
    ("fully_configured", "authorized"): "fully_configured",
    ("fully_configured", "discovered"): "fully_configured",
    ("fully_configured", "selected"): "fully_configured",
}

CHECK: Moves = {
    ("running", "succeed"): "succeeded",
    ("running", "fail"): "failed",
}

JOB: Moves = {
    ("discovery", "succeed"): "tap",
    ("discovery", "fail"): "failed",
    ("tap", "succeed"): "target",
    ("tap", "fail"): "failed",
    ("target", "succeed"): "completed",
    ("target", "fail"): "failed",
    ("discovery", "stop"): "terminated",
    ("tap", "stop"): "terminated",
    ("target", "stop"): "terminated",
}

LOAD: Moves = {
    ("queued", "succeed"): "loaded",
    ("queued", "fail"): "rejected",
}

SHOWN = 60 * 86400.0
DELIVERY: Moves = {
    ("queued", "take"): "delivered",
    ("queued", "refuse"): "failed",
}

JOB_PHASES = ("discovery", "tap", "target")
JOB_ENDED = frozenset({"completed", "failed", "terminated"})

OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "success": {},
    "no_rows": {},
    "discovery_failed": {"discovery": "fail"},
    "tap_failed": {"tap": "fail"},
    "target_failed": {"target": "fail"},
    "load_failed": {"load": "fail"},
    "terminated": {"tap": "stop"},
    "stopped": {"tap": "stop"},
}
"""What an outcome does to each phase; a phase not named succeeds."""

EXIT_STATUSES: Mapping[str, Mapping[str, int | None]] = {
    "discovery": {"discovery": 1, "tap": None, "target": None},
    "tap": {"discovery": 0, "tap": 1, "target": 0},
    "target": {"discovery": 0, "tap": 0, "target": 1},
    "": {"discovery": 0, "tap": 0, "target": 0},
    "stop": {"discovery": None, "tap": None, "target": None},
}
"""Exit statuses of an ended job by the phase that failed (none, or stopped)."""


class IllegalMove(Exception):
    """A pair that no table allows."""


def move(table: Moves, state: str, event: str) -> str:
    try:
        return table[state, event]
    except KeyError:
        raise IllegalMove(f"{event!r} cannot happen in {state!r}") from None


def event_of(outcome: str, phase: str) -> str:
    return OUTCOMES[outcome].get(phase, "succeed")


def next_step(step: str, event: str, steps: Sequence[str]) -> str:
    """The step after an event, skipping those that the type does not have."""
    after = move(SOURCE_STEPS, step, event)
    rest = STEP_ORDER[STEP_ORDER.index(after) :]
    return next((name for name in rest if name in steps), "fully_configured")
