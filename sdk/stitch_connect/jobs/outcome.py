"""Did my replication finish? What becomes of a job, judged from what the API lists.

The API has no "get job". It lists the last *completed* extraction of each source and the latest
load of each stream, so the outcome is a judgement over both:

    not listed                                        running
    not listed, and a newer one of the source is      superseded
    listed, an exit status other than 0               extraction_failed, at the first such phase
    listed, no exit status at all                     terminated
    extracted, every expected stream loaded since     loaded
    extracted, an expected stream in error            load_failed
    extracted, some expected stream not loaded yet    loading
    extracted, and no stream sent rows                loaded_no_new_rows
    not settled when the deadline passed              unknown

A null exit status never means "still running": an extraction is listed when it has ended. Expected
are the streams that sent rows, by the job's log; without a log, those selected.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from .. import _sound
from .handles import JobHandle
from .status import JobStatus, State, StreamFailure

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction, Load

PHASES = ("discovery", "tap", "target")
Reading = Literal["unread", "read", "missing"]
QUIET = 1800.0  # seconds without a load after which, without a log, none is expected any more
SETTLED = 600.0  # seconds without a load after which an error from before counts as the job's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What has been observed of a job.

    Arguments:
        handle: The job.
        extraction: The job's own extraction, once it was listed.
        superseded: Whether a newer job was listed and this one never.
        selection: Whether the source's streams have been read, or cannot be.
        selected: Its selected streams as (tap_stream_id, stream_name).
        loads: The source's latest loads, by stream name.
        stale: Those in error at the first look, perhaps since before the job. While they stay as
            they are, it is not known whether a load was tried since: they count once all others
            have loaded and nothing changes, or nothing has loaded for long.
        log: Whether the job's log has been read, or is known to be missing.
        sent: The streams that sent rows, as the log names them.
        still: Seconds for which the loads have not changed, as far as they were looked at.
    """

    handle: JobHandle
    extraction: "Extraction | None" = None
    superseded: bool = False
    selection: Reading = "unread"
    selected: tuple[tuple[str, str], ...] = ()
    loads: Mapping[str, tuple["Load", ...]]
    stale: Sequence["Load"] = ()
    log: Reading = "unread"
    sent: tuple[str, ...] = ()
    still: float = 0.0


def judge(seen: Evidence) -> JobStatus:
    """Return what the evidence says of the job."""
    if seen.extraction is None:
        state: State = "superseded" if seen.superseded else "running"
        handle = seen.handle
        return JobStatus(
            job=str(handle), source_id=handle.source_id, state=state, started=handle.started
        )
    statuses = {phase: getattr(seen.extraction, f"{phase}_exit_status") for phase in PHASES}
    failed = next((phase for phase, status in statuses.items() if status), None)
    if failed:
        message = _sound.only(getattr(seen.extraction, f"{failed}_description"), str)
        base = _extracted(seen.extraction, "extraction_failed")
        return replace(base, phase=failed, exit_status=statuses[failed], message=message)
    if all(status is None for status in statuses.values()):
        base = _extracted(seen.extraction, "terminated")
        return replace(base, message=_sound.only(seen.extraction.discovery_description, str))
    return _judge_loads(seen, _extracted(seen.extraction, "loading"))


def _judge_loads(seen: Evidence, base: JobStatus) -> JobStatus:
    if seen.selection == "unread" or base.started is None:
        return base
    chosen = Counter(name for _, name in seen.selected)
    every = _tally(base, chosen, seen)
    if every.loaded == chosen.total() and seen.selection == "read":
        return replace(every, state="loaded" if chosen else "loaded_no_new_rows", failures=())
    if seen.log == "unread":
        return replace(every, failures=())
    if seen.log == "missing":
        return _without_log(seen, every, chosen)
    sent = _names(seen.sent, seen.selected)
    if not sent:
        return replace(base, state="loaded_no_new_rows", expected=0)
    tally = _tally(base, sent, seen)
    if tally.failures:
        return replace(tally, state="load_failed")
    return replace(tally, state="loaded" if tally.loaded == sent.total() else "loading")


def _without_log(seen: Evidence, every: JobStatus, chosen: Counter[str]) -> JobStatus:
    """Judge by the selected streams, of which some may have had no rows to load."""
    if every.failures:
        return replace(every, state="load_failed")
    if seen.still < QUIET and seen.selection == "read":
        return every
    started = every.started
    left = tuple(name for name in chosen if not _newer(seen.loads.get(name, ()), started))
    if every.loaded:
        return replace(every, state="loaded", unobserved=left)
    lost = replace(every, unobserved=left)
    return lost.unsettled("the job's log cannot be read and no stream has loaded since it started")


def _tally(base: JobStatus, expected: Counter[str], seen: Evidence) -> JobStatus:
    """Count the expected streams that have loaded since the job started, or are in error.

    One name may stand for several streams, from as many schemas; then as many loads must be newer
    as are listed under it.
    """
    loaded = 0
    failed: list[Load] = []
    for name, number in expected.items():
        rows = seen.loads.get(name, ())
        newer = len(_newer(rows, base.started))
        loaded += number if rows and newer == len(rows) else min(newer, number)
        failed += [row for row in rows if row.error_state is not None]
    others = loaded > 0 and loaded + len(failed) >= expected.total()
    if not (seen.still >= SETTLED or (others and seen.still)):
        failed = [row for row in failed if row not in seen.stale]
    return replace(base, loaded=loaded, expected=expected.total(), failures=failures_of(failed))


def _newer(rows: Sequence["Load"], started: datetime | None) -> list["Load"]:
    return [
        row for row in rows
        if row.error_state is None and started
        and isinstance(row.last_batch_loaded_at, datetime) and row.last_batch_loaded_at > started
    ]  # fmt: skip


def _names(sent: Sequence[str], selected: Sequence[tuple[str, str]]) -> Counter[str]:
    """The stream names under which what the log names is loaded, and of how many streams each."""
    named = dict(selected)
    known = Counter(name for _, name in selected)
    said = Counter(named.get(one, one) for one in sent)
    return Counter({name: min(number, known[name] or 1) for name, number in said.items()})


def _extracted(extraction: "Extraction", state: State) -> JobStatus:
    return JobStatus(
        job=extraction.job_name,
        source_id=extraction.source_id,
        state=state,
        started=extraction.start_time,
        completed=extraction.completion_time,
    )


def failures_of(loads: Sequence["Load"]) -> tuple[StreamFailure, ...]:
    """Return the streams that are in error, and why."""
    return tuple(_failure(load) for load in loads if load.error_state is not None)


def _failure(load: "Load") -> StreamFailure:
    data = getattr(load.error_state, "notification_data", None)
    error, said, message = (
        _sound.only(getattr(data, name, None), str)
        for name in ("error", "warehouse_message", "message")
    )
    return StreamFailure(load.stream_name, error, said or message)


def is_sound(row: Any) -> bool:
    """Whether an extraction is as documented; of one that is not, nothing can be said."""
    known = _sound.rows([row], job_name=str, start_time=datetime, completion_time=datetime)
    statuses = [getattr(row, f"{phase}_exit_status", None) for phase in PHASES]
    return bool(known) and all(one is None or _sound.is_a(one, int) for one in statuses)
