"""What there is to show of an account: every source in one state, what matters first.

The states are those that clients tell health by. A survey looks at every source and load of an
account, so it is kept until something changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from operator import attrgetter
from typing import TYPE_CHECKING

from ..lifecycle import JOB_ENDED
from ..records import Batch, Check, Destination, Job, Load, Source
from ..seed_data import FULL
from ..store import Store

if TYPE_CHECKING:
    from ..app import Sandbox

LOADS = 10
PHASES = {
    "discovery": "The structure could not be read.",
    "tap": "The rows could not be extracted.",
    "target": "The rows could not be delivered.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A source, and what is known of its jobs and loads."""

    source: Source
    running: Job | None
    last: Job | None
    rejected: int
    """How many of its streams could not be loaded."""
    loaded: bool

    @property
    def failed_phase(self) -> str | None:
        statuses = self.last.statuses if self.last else {}
        return next((phase for phase in PHASES if statuses.get(phase) == 1), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a state, and why in words. The first rule that applies counts."""

    state: str
    applies: Callable[[Seen], object]
    reason: Callable[[Seen], str]


RULES = (
    Rule("deleted", lambda s: s.source.deleted_at is not None, lambda s: ""),
    Rule(
        "needs_setup",
        lambda s: s.source.step != FULL,
        lambda s: f"Waits for the step {s.source.step}.",
    ),
    Rule("running", lambda s: s.running, lambda s: ""),
    Rule("system_paused", lambda s: s.source.system_paused_at is not None, lambda s: ""),
    Rule("paused", lambda s: s.source.paused_at is not None, lambda s: ""),
    Rule("failing", lambda s: s.failed_phase, lambda s: PHASES[s.failed_phase or "tap"]),
    Rule("failing", lambda s: s.rejected, lambda s: f"Streams not loaded: {s.rejected}."),
    Rule("never_ran", lambda s: not s.last and not s.loaded, lambda s: ""),
    Rule(
        "ok",
        lambda s: s.last and s.last.phase == "terminated",
        lambda s: "The last job was stopped.",
    ),
    Rule("ok", lambda s: True, lambda s: ""),
)

STATES: Mapping[str, str] = {
    "running": "Running",
    "failing": "Failing",
    "needs_setup": "Needs setup",
    "system_paused": "Paused by Stitch",
    "paused": "Paused",
    "never_ran": "Never ran",
    "ok": "OK",
    "deleted": "Deleted",
}
"""What each state is called, the one that matters most first."""

RANKS = {state: rank for rank, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Row:
    """A source in its state."""

    seen: Seen
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Survey:
    """An account at one moment."""

    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    loads: tuple[Load, ...]
    """Those that were rejected, and the last ones."""
    waiting: tuple[Batch, ...]
    """The next ones."""
    jobs: tuple[Job, ...]
    """Those that run."""
    checks: tuple[Check, ...]


def look(store: Store, client_id: int) -> Survey:
    """Look at every source of an account."""
    loads = store.loads_of.of(client_id)
    failed = [one for one in loads if one.error_state]
    rejected = Counter(one.source_id for one in failed)
    loaded = {one.source_id for one in loads}
    rows = []
    for source in store.sources_of.of(client_id):
        running, last = _jobs(store, source.id)
        seen = Seen(source, running, last, rejected[source.id], source.id in loaded)
        rule = next(rule for rule in RULES if rule.applies(seen))
        rows.append(Row(seen, rule.state, rule.reason(seen)))
    rows.sort(key=lambda row: (RANKS[row.state], row.seen.source.id))
    mine = (one for one in store.batches if one.client_id == client_id)
    return Survey(
        rows=tuple(rows),
        counts=Counter(row.state for row in rows),
        loads=tuple(_first(failed, loads)),
        waiting=tuple(nsmallest(LOADS, mine, key=lambda one: one.due)),
        jobs=tuple(row.seen.running for row in rows if row.seen.running),
        checks=tuple(_checks(store, client_id)),
    )


def _checks(store: Store, client_id: int) -> Iterator[Check]:
    """The connection checks that run."""
    connections: list[Source | Destination] = [
        *store.sources_of.of(client_id),
        *store.destinations_of.of(client_id),
    ]
    for one in connections:
        check = store.checks.get(one.check_name or "")
        if check is not None and check.completed_at is None:
            yield check


def _first(failed: list[Load], loads: list[Load]) -> list[Load]:
    """The last that failed, then the last that did not."""
    worst, last = (nlargest(LOADS, one, key=attrgetter("attempted_at")) for one in (failed, loads))
    return [*worst, *(one for one in last if one.error_state is None)][:LOADS]


def _jobs(store: Store, source_id: int) -> tuple[Job | None, Job | None]:
    """The job of a source that runs, and the last that has ended."""
    running = None
    for job in store.jobs_of.newest_first(source_id):
        if job.phase in JOB_ENDED:
            return running, job
        running = job
    return running, None


class Surveyor:
    """Surveys of a sandbox, looked for again only when something has changed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._version = -1
        self._kept: dict[int, Survey] = {}

    def of(self, client_id: int) -> Survey:
        store = self._sandbox.store
        if self._version != store.version:
            self._kept.clear()
            self._version = store.version
        if client_id not in self._kept:
            self._kept[client_id] = look(store, client_id)
        return self._kept[client_id]
