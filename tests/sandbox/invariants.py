"""What holds in any account at any time, and between any two moments of it. Pure.

The tables of the lifecycle say which moves are legal; nothing here knows better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from stitch_connect_sandbox import catalog
from stitch_connect_sandbox.lifecycle import CHECK, DELIVERY, JOB, SOURCE_STEPS, Moves, next_step

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]
BELONGS = {"client_id": "Account", "source_id": "Source", "check_name": "Check", "last_job": "Job"}
"""What a field of any record points at, unless it is empty."""

CONNECTION = {"source": "Source", "destination": "Destination"}


def orphans(rows: Rows) -> Iterator[str]:
    """Records that belong to something that is not there."""
    ids = {name: {row["id"] for row in found} for name, found in rows.items()}
    for name, found in rows.items():
        for row in found:
            for field, owner in _owners(row):
                if row[field] is not None and row[field] not in ids[owner]:
                    yield f"{name} {row['id']}: no {owner} {row[field]!r}"


def _owners(row: Row) -> Iterator[tuple[str, str]]:
    for field, owner in BELONGS.items():
        if field in row:
            yield field, owner
    if "connection_id" in row:
        yield "connection_id", CONNECTION[row["kind"]]


def illegal_moves(before: Rows, after: Rows) -> Iterator[str]:
    """What became something that it cannot become, however many moves lie in between."""
    for name, (field, reached) in MOVES.items():
        was = {row["id"]: row for row in before[name]}
        for row in after[name]:
            earlier = was.get(row["id"])
            if earlier is None or earlier == row:
                continue
            if row[field] not in reached(earlier):
                yield f"{name} {row['id']}: from {earlier[field]!r} to {row[field]!r}"
            if earlier.get("completed_at"):
                yield f"{name} {row['id']} changed after its end"
            if earlier.get("deleted_at") and not row["deleted_at"]:
                yield f"{name} {row['id']} came back"


def _closure(start: str, steps: Callable[[str], Iterable[str]]) -> set[str]:
    found, left = {start}, [start]
    while left:
        new = set(steps(left.pop())) - found
        found |= new
        left += new
    return found


def _by(moves: Moves, field: str) -> Callable[[Row], set[str]]:
    def steps(state: str) -> set[str]:
        return {after for (before, _), after in moves.items() if before == state}

    return lambda row: _closure(row[field], steps)


def _configured(row: Row) -> set[str]:
    kind = list(catalog.load().sources[row["type"]].steps)

    def steps(state: str) -> set[str]:
        events = [event for before, event in SOURCE_STEPS if before == state]
        return {next_step(state, event, kind) for event in events}

    return _closure(row["step"], steps)


MOVES: Mapping[str, tuple[str, Callable[[Row], set[str]]]] = {
    "Job": ("phase", _by(JOB, "phase")),
    "Check": ("status", _by(CHECK, "status")),
    "Delivery": ("status", _by(DELIVERY, "status")),
    "Source": ("step", _configured),
}


def overlapping_jobs(rows: Rows) -> Iterator[str]:
    """Sources with more than one job that has not ended."""
    running = [row["source_id"] for row in rows["Job"] if row["completed_at"] is None]
    for source_id in {one for one in running if running.count(one) > 1}:
        yield f"source {source_id} has {running.count(source_id)} jobs at a time"


def broken(before: Rows | None, after: Rows) -> list[str]:
    """All that does not hold now, or is not legal since then."""
    moved = [] if before is None else illegal_moves(before, after)
    return [*orphans(after), *overlapping_jobs(after), *moved]
