"""When things happen: what was due is carried out, in order, before each request is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import catalog, extraction
from .chance import Chance, chance
from .clock import Clock
from .deliveries import Deliveries
from .discovery import discover, selection_is_complete
from .lifecycle import (
    BY_HAND,
    CHECK,
    EXIT_STATUSES,
    JOB,
    JOB_ENDED,
    LOAD,
    SELECTING,
    event_of,
    move,
    next_step,
)
from .records import MANUAL, SCHEDULE, Batch, Check, Destination, Fate, Job, Load, Source
from .script import stream_fates
from .store import Store
from .timetable import Timetable

CHECK_SECONDS = 20.0
JOB_SECONDS = 180.0
LOAD_SECONDS = 60.0
UNTIL_ANOTHER = 86400.0  # rows without a destination wait for one, and are looked at each day
PHASE_SHARES = {"discovery": 0.2, "tap": 0.6, "target": 0.2}
ROWS = 250
ENDINGS = {"succeed": "", "stop": "stop"}
"""The row of EXIT_STATUSES by the event that ends a job; of a failure, its phase."""

FAILURES = {
    "discovery": 'FATAL: password authentication failed for user "stitch"',
    "tap": "401 Client Error: Unauthorized for url: https://api.example.com/v1/items",
    "target": "The target closed its input before every record was written",
}
WAREHOUSE = "The connection to the warehouse was refused: the host does not answer on its port"


class Engine:
    """The moving parts of a sandbox.

    Args:
        store: where everything is kept.
        clock: what time it is.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.timetable = Timetable(self)
        self.deliveries = Deliveries(store)

    @property
    def chance(self) -> Chance:
        """What is left to chance, which the seed in the store decides."""
        return chance(self.store.seed)

    def job_name(
        self,
        client_id: int,
        connection_id: int,
        kind: str,
        at: float,
        number: int | None = None,
    ) -> str:
        """`CLIENT.CONNECTION.sync.UUID`, the UUID made of the moment, and a running number."""
        number = self.store.next("job-name") if number is None else number
        return f"{client_id}.{connection_id}.{kind}.{self.chance.uuids.at(at, number)}"

    # What begins ---------------------------------------------------------------------------------

    def begin_check(
        self, connection: Source | Destination, kind: str, refusal: str | None = None
    ) -> Check:
        """Start a connection check; a running one is replaced. A refusal is why it will fail."""
        now = self.clock.now()
        if connection.check_name is not None:
            self.store.checks.drop(connection.check_name)
        fate = self._fate(connection.id, "check") if kind == "source" else None
        outcome = fate.outcome if fate else connection.nature
        check = Check(
            id=self.job_name(connection.client_id, connection.id, "check", now),
            client_id=connection.client_id,
            kind=kind,
            connection_id=connection.id,
            status="running",
            outcome="discovery_failed" if refusal or outcome == "discovery_failed" else "success",
            refusal=refusal,
            started_at=now,
            due=now + (CHECK_SECONDS if fate is None or fate.duration is None else fate.duration),
        )
        self.store.checks.put(check)
        return check

    def running_job(self, source_id: int) -> Job | None:
        """The job of a source that has not ended: none but the newest can be."""
        newest = next(self.store.jobs_of.newest_first(source_id), None)
        return None if newest is None or newest.phase in JOB_ENDED else newest

    def begin_job(self, source: Source) -> Job:
        """Start a replication job now, as scripted or by the source's nature."""
        return self.put_job(source, self.next_fate(source), self.clock.now(), MANUAL)

    def next_fate(self, source: Source) -> Fate:
        """How the next job of a source goes: as scripted, else by its nature."""
        is_ready = source.step not in BY_HAND
        outcome = source.nature if is_ready else "discovery_failed"
        usual = Fate(id=0, source_id=source.id, outcome=outcome)
        return self._fate(source.id, "job") or usual

    def put_job(
        self, source: Source, fate: Fate, at: float, trigger: str, room: float = JOB_SECONDS
    ) -> Job:
        """A replication job that starts (or started) at a moment, with so many seconds at most."""
        duration = min(JOB_SECONDS, room) if fate.duration is None else fate.duration
        streams = self.store.streams_of.of(source.id)
        refusal = extraction.refusal(streams) if fate.id == 0 else None
        number = source.id if trigger == SCHEDULE else None  # a slot passed over leaves no gap
        job = Job(
            id=self.job_name(source.client_id, source.id, "sync", at, number),
            client_id=source.client_id,
            source_id=source.id,
            tap=catalog.load().sources[source.type].tap,
            phase="discovery",
            outcome="tap_failed" if refusal and fate.outcome == "success" else fate.outcome,
            refusal=refusal,
            started_at=at,
            due=at + duration * PHASE_SHARES["discovery"],
            duration=duration,
            trigger=trigger,
            **stream_fates(streams, fate),
        )
        return self.store.jobs.put(job)

    def _fate(self, source_id: int, of: str) -> Fate | None:
        """The next scripted outcome of a source, which is used up by this."""
        for fate in self.store.fates_of.of(source_id):
            if fate.of == of:
                self.store.fates.drop(fate.id)
                return fate
        return None

    # What ends -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Carry out everything that is due, one thing after the other.

        Each happens at its own moment, whatever time it is by now: so a leap of a year and a
        year of small steps come to the same.
        """
        carry_out: Mapping[type, Callable[[Any], object]] = {
            Check: self._end_check,
            Job: self._job_due,
            Batch: self._load,
            Load: lambda load: self.store.loads.drop(load.id),
            Source: self.timetable.fire,
        }
        self.deliveries.collect()
        for record in self.store.agenda.until(self.clock.now()):
            carry_out[type(record)](record)

    def _end_check(self, check: Check) -> None:
        failed = check.outcome == "discovery_failed"
        self.store.checks.change(
            check,
            status=move(CHECK, check.status, "fail" if failed else "succeed"),
            completed_at=check.due,
            message=(check.refusal or FAILURES["discovery"]) if failed else None,
        )
        source = self.store.sources.get(check.connection_id)
        if check.kind == "source" and source is not None and not failed:
            self._discovered(source)

    def _discovered(self, source: Source) -> None:
        kind = catalog.load().sources[source.type]
        if source.step in BY_HAND:
            return
        self.store.sources.change(
            source, step=next_step(source.step, "discovered", list(kind.steps))
        )
        discover(self.store, source, kind)

    def advance_step(self, source: Source, event: str) -> Source:
        """Move a source on in its configuration."""
        kind = catalog.load().sources[source.type]
        step = next_step(source.step, event, list(kind.steps))
        return self.store.sources.change(source, step=step, updated_at=self.clock.now())

    def selection_changed(self, source: Source) -> None:
        """The selection completes its step once a stream with a field is chosen."""
        streams = self.store.streams_of.of(source.id)
        if source.step in SELECTING and selection_is_complete(streams):
            self.advance_step(source, "selected")

    def _job_due(self, job: Job) -> None:
        """A running job goes on to its next phase; one that nothing shows is forgotten."""
        if job.completed_at is None:
            self._next_phase(job)
        else:
            self._forget(job)

    def _next_phase(self, job: Job) -> Job:
        event = event_of(job.outcome, job.phase)
        phase = move(JOB, job.phase, event)
        if phase in JOB_ENDED:
            return self._end_job(job, phase, ENDINGS.get(event, job.phase), job.due)
        due = job.due + job.duration * PHASE_SHARES[phase]
        return self.store.jobs.change(
            job, phase=phase, due=due, ended={**job.ended, job.phase: job.due}
        )

    def _forget(self, job: Job) -> None:
        """Drop a job that nothing shows any more."""
        self.store.jobs.drop(job.id)
        source = self.store.sources.get(job.source_id)
        if source is not None and source.last_job == job.id:
            self.store.sources.change(source, last_job=None)

    def stop_job(self, job: Job) -> Job:
        """End a job as terminated."""
        return self._end_job(job, move(JOB, job.phase, "stop"), "stop", self.clock.now())

    def stop_running(self, source_id: int) -> None:
        """Stop the job of a source, if it has one that runs."""
        job = self.running_job(source_id)
        if job is not None:
            self.stop_job(job)

    def _end_job(self, job: Job, phase: str, failed: str, at: float) -> Job:
        descriptions = dict.fromkeys(
            EXIT_STATUSES[failed], "Terminated" if failed == "stop" else None
        )
        if failed in FAILURES:
            descriptions[failed] = (job.refusal if failed == "tap" else None) or FAILURES[failed]
        ended = self.store.jobs.change(
            job,
            phase=phase,
            statuses=dict(EXIT_STATUSES[failed]),
            descriptions=descriptions,
            completed_at=at,
        )
        source = self.store.sources.get(job.source_id)
        if source is not None:
            self.store.sources.change(source, last_job=job.id)
        if phase == "completed":
            for batch in self._batches(ended, at):
                self.store.batches.put(batch)
        return ended

    def _batches(self, job: Job, at: float) -> Iterator[Batch]:
        """What the streams that sent rows have in the queue of the loader."""
        for number, name in enumerate(job.sent):
            yield Batch(
                id=f"{job.id}/{number}",
                client_id=job.client_id,
                source_id=job.source_id,
                stream_name=name,
                rows=ROWS,
                state="queued",
                outcome="fail" if name in job.failing else "succeed",
                due=at + job.load_delays.get(name, LOAD_SECONDS),
            )

    def _load(self, batch: Batch) -> None:
        source = self.store.sources.get(batch.source_id)
        if source is not None and source.destination_id is None:
            self.store.batches.change(batch, due=batch.due + UNTIL_ANOTHER)
            return
        self.store.batches.drop(batch.id)
        if source is None:
            return
        key = f"{source.id}/{batch.stream_name}"
        failed = move(LOAD, batch.state, batch.outcome) == "rejected"
        if not failed:
            self.deliveries.announce(batch, source)
        self.store.loads.put(
            Load(
                id=key,
                client_id=batch.client_id,
                source_id=source.id,
                source_name=source.name,
                stream_name=batch.stream_name,
                attempted_at=batch.due,
                loaded_at=None if failed else batch.due,
                rows=batch.rows,
                error_state=_warehouse_error() if failed else None,
            )
        )


def _warehouse_error() -> dict[str, object]:
    summary = {
        "message": "reach the data warehouse",
        "exception_message": "reach the data warehouse",
        "warehouse_error_code": 500150,
        "error": "LOADER_WAREHOUSE_ERROR",
        "new_column": None,
        "status": "ERROR",
        "warehouse_sql_state": "08001",
        "action": "get-connection",
        "warehouse_message": WAREHOUSE,
        "column": None,
    }
    link = {
        "class": "java.sql.SQLException",
        "message": WAREHOUSE,
        "chain_sequence_num": 0,
        "action": "get-connection",
    }
    return {"notification_data": summary, "exception_chain": [link]}
