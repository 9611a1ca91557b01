"""What is going on in the account: jobs and checks that run, and what is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..lifecycle import JOB_PHASES
from ..records import Batch, Check, Job, Load
from .board import Board
from .markup import Html, tag
from .survey import LOADS
from .words import icon, more, nothing, section, when

SHOWN = 8
PHASES = {"discovery": "Discover", "tap": "Extract", "target": "Deliver"}
TRIGGERS = {"manual": "started by hand", "schedule": "started by schedule"}


def running(board: Board) -> Html:
    """Jobs first, checks after them, with how far they have come."""
    jobs, checks = board.survey.jobs, board.survey.checks
    number = len(jobs) + len(checks)
    cards = [*(_job(board, one) for one in jobs), *(_check(board, one) for one in checks)]
    return section(
        "running",
        "Running now",
        tag("ul", islice(cards, SHOWN), class_="cards")
        if cards
        else nothing("Nothing is running."),
        more(number - SHOWN),
        note=tag("span", f"{number:,}", class_="number") if number else None,
    )


def _job(board: Board, job: Job) -> Html:
    how = TRIGGERS.get(job.trigger, job.trigger)
    return tag(
        "li",
        tag("b", board.named(job.source_id)),
        tag("span", "Replication job ", how, ", ", when(job.started_at, board.now), class_="what"),
        _progress(board, job.started_at, job.started_at + job.duration),
        tag("ol", _phases(job), class_="phases"),
        data_key=job.id,
    )


def _phases(job: Job) -> Iterator[Html]:
    reached = JOB_PHASES.index(job.phase)
    for number, phase in enumerate(JOB_PHASES):
        state = "done" if number < reached else "now" if number == reached else "later"
        current = "step" if state == "now" else None
        yield tag("li", icon(state), PHASES[phase], class_=state, aria_current=current)


def _check(board: Board, check: Check) -> Html:
    destinations = board.sandbox.store.destinations
    found = destinations.get(check.connection_id) if check.kind == "destination" else None
    return tag(
        "li",
        tag("b", found.name if found else board.named(check.connection_id)),
        tag("span", "Connection check, ", when(check.started_at, board.now), class_="what"),
        _progress(board, check.started_at, check.due),
        data_key=check.id,
    )


def _progress(board: Board, started: float, due: float) -> Html:
    share = (board.now - started) / max(due - started, 1e-9)
    percent = max(0, min(99, int(share * 100)))
    bar = tag("progress", f"{percent} %", value=percent, max=100, aria_label="Progress")
    return tag("span", bar, tag("span", f"{percent} %", class_="percent"), class_="progress")


def loads(board: Board) -> Html:
    """What is loaded next, then what was loaded last."""
    survey = board.survey
    rows = [
        *(_batch(board, one) for one in survey.waiting),
        *(_load(board, one) for one in survey.loads),
    ]
    return section(
        "loads",
        "Loads",
        tag("ul", rows[:LOADS], class_="rows") if rows else nothing("Nothing has been loaded."),
    )


def _batch(board: Board, batch: Batch) -> Html:
    said = tag("span", "Waiting, due ", when(batch.due, board.now), class_="said")
    return _loaded(board, batch.id, "waiting", batch, said)


def _load(board: Board, load: Load) -> Html:
    if load.error_state is None:
        said = tag("span", "Loaded ", when(load.attempted_at, board.now), class_="said")
        return _loaded(board, load.id, "ok", load, said)
    data = load.error_state.get("notification_data") or {}
    message = data.get("warehouse_message") if isinstance(data, dict) else None
    said = tag("span", "Rejected ", when(load.attempted_at, board.now), class_="said")
    return _loaded(board, load.id, "failing", load, said, str(message or ""))


def _loaded(
    board: Board, key: str, shape: str, row: Batch | Load, said: Html, message: str = ""
) -> Html:
    return tag(
        "li",
        icon(shape),
        tag(
            "span",
            tag("b", row.stream_name),
            tag("span", board.named(row.source_id), class_="what"),
            tag("span", message[:200], class_="message") if message else None,
            class_="name",
        ),
        tag("span", said, tag("span", f"{row.rows:,} rows", class_="what"), class_="state"),
        data_key=f"{shape}/{key}",
    )
