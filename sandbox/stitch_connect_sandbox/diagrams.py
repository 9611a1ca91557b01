"""docs/lifecycles.md, drawn from the tables of `lifecycle`:

python -m stitch_connect_sandbox.diagrams
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .lifecycle import CHECK, DELIVERY, EXIT_STATUSES, JOB, LOAD, OUTCOMES, SOURCE_STEPS, Moves


@dataclass(frozen=True, slots=True)
class Life:
    """One table, and what a reader has to know to read it."""

    title: str
    moves: Moves
    said: str


LIVES = (
    Life(
        "A source is configured",
        SOURCE_STEPS,
        "A step that the type of a source lacks is skipped. A connection check that succeeds has "
        "`discovered`; everything else is done by whoever configures the source. What happens "
        "again to a source that is past the step changes nothing.",
    ),
    Life(
        "A connection is checked",
        CHECK,
        "A check begins by itself when a source or a destination is created or changed.",
    ),
    Life(
        "A replication job runs",
        JOB,
        "The first phase that fails ends the job. One that is stopped is terminated, whatever it "
        "was doing. An ended job never moves.",
    ),
    Life(
        "What was extracted is loaded",
        LOAD,
        "Each stream that sent rows is loaded by itself, some time after the job has ended.",
    ),
    Life(
        "A hook is told of a load",
        DELIVERY,
        "It is tried six times. A hook that is not on this machine is told nothing: what it would "
        "have been told is `withheld` from the beginning.",
    ),
)


def diagram(moves: Moves) -> Iterator[str]:
    """A table as a state diagram of Mermaid; moves between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for (state, event), after in moves.items():
        arrows.setdefault((state, after), []).append(event)
    states = dict.fromkeys(state for pair in arrows for state in pair)
    reached = {after for state, after in arrows if state != after}
    moving = {state for state, _ in arrows}
    yield "stateDiagram-v2"
    yield from (f"    [*] --> {state}" for state in states if state not in reached)
    for (state, after), events in arrows.items():
        yield f"    {state} --> {after}: {', '.join(events)}"
    yield from (f"    {state} --> [*]" for state in states if state not in moving)


def page() -> str:
    """As the documentation has it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The lives of things in the sandbox"
    yield ""
    yield "Printed from `sandbox/stitch_connect_sandbox/lifecycle.py` by `make docs`. A move that"
    yield "is not drawn does not happen."
    for life in LIVES:
        yield from ("", f"## {life.title}", "", life.said, "", "```mermaid")
        yield from diagram(life.moves)
        yield "```"
    yield from ("", "## What a script makes of a job", "", "| outcome | in which phase | what |")
    yield "|---|---|---|"
    for outcome, events in OUTCOMES.items():
        phase, event = next(iter(events.items()), ("", "every phase succeeds"))
        yield f"| `{outcome}` | {phase} | {event} |"
    yield from ("", "## What an ended job lists", "", "| failed in | discovery | tap | target |")
    yield "|---|---|---|---|"
    for failed, statuses in EXIT_STATUSES.items():
        shown = ("null" if value is None else str(value) for value in statuses.values())
        said = {"": "nothing", "stop": "nothing, stopped"}.get(failed, failed)
        yield f"| {said} | {' | '.join(shown)} |"


if __name__ == "__main__":
    print(page(), end="")
