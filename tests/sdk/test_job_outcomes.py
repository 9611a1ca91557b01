"""Did my replication finish? Every combination of what can be seen, and every fate of a job."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import httpx
import pytest
from stitch_connect.errors import AlreadyRunning, InvalidHandle
from stitch_connect.jobs import JobHandle, JobStatus, StreamFailure, logs
from stitch_connect.jobs.case import Case
from stitch_connect.jobs.logs import Log
from stitch_connect.jobs.outcome import QUIET, SETTLED, is_sound, judge
from stitch_connect.models import Extraction, Load
from stitch_connect_runtime.lenient import fit
from stitch_connect_sandbox.app import Sandbox
from stitch_connect_sandbox.records import Job
from stitch_connect_sandbox.records import Load as LoadRecord
from stitch_connect_sandbox.server import Address, Servers

from .outcome_table import LOGS, PHASES, STATUSES, Scene, Verdict, scenes, verdict
from .virtual_clock import Crowd, VirtualClock
from .world import NAME, SOURCE, START, World, world

HOUR = 3600.0
PATIENCE = 22_000  # seconds in which every log is read and everything is quiet
BEGAN = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
OURS = "116078.7.sync.c12fb0a7-7e4a-11e9-abdc-0edc2c318fba"
FAILED = {
    "notification_data": {"error": "LOADER_WAREHOUSE_ERROR", "warehouse_message": "full"},
    "exception_chain": [],
}


@pytest.fixture(scope="module")
def served() -> Iterator[World]:
    with world() as found:
        yield found


@pytest.fixture
def account(served: World) -> World:
    served.renew()
    return served


BOTH = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


def said(status: JobStatus) -> Verdict:
    """A status in the terms of the table; one that the deadline cut off as what it was."""
    state: str = status.state
    if state == "unknown" and "have passed" in (status.message or ""):
        state = "running" if status.completed is None else "loading"
    return Verdict(
        state,
        phase=status.phase,
        loaded=status.loaded,
        expected=status.expected,
        failed=tuple(sorted(failure.stream for failure in status.failures)),
        unobserved=frozenset(status.unobserved),
    )


# The table, judged from what was observed -------------------------------------------------------


def extraction(statuses: tuple[Any, ...] = (0, 0, 0), job: str = OURS, **fields: Any) -> Extraction:
    row = {
        "job_name": job,
        "stitch_client_id": 116078,
        "source_id": 7,
        "start_time": BEGAN,
        "completion_time": BEGAN + timedelta(minutes=3),
        **{f"{phase}_exit_status": status for phase, status in zip(PHASES, statuses, strict=True)},
        **dict.fromkeys((f"{phase}_description" for phase in PHASES), None),
    }
    return Extraction.model_validate(row | fields)


def load(name: str, kind: str = "after", **fields: Any) -> Load:
    minutes = {"before": -60, "after": 4, "during": 1, "same": 0}.get(kind)
    row = {
        "stitch_client_id": 116078,
        "source_name": "seven",
        "stream_name": name,
        "last_batch_loaded_at": None if minutes is None else BEGAN + timedelta(minutes=minutes),
        "error_state": FAILED if kind == "error" else None,
    }
    return Load.model_validate(row | fields)


def loads(scene: Scene) -> list[Load]:
    return [load(name, kind) for name, kind in scene.loads.items() if kind != "absent"]


def observed(scene: Scene) -> Case:
    """A job when all that there is has been seen, and nothing has moved for long."""
    case = Case(JobHandle.parse(OURS))
    case.saw_extraction(extraction(scene.statuses), 1)
    case.saw_selection("seven", (("db-x-a", "a"), ("db-x-b", "b")))
    for at in (2.0, 3.0, 3.0 + QUIET):
        case.saw_loads(loads(scene), at)
        sent = LOGS[scene.log]
        if case.wants_log and not judge(case.evidence()).ended:
            case.saw_log(None if sent is None else tuple(sorted(sent)), there=sent is not None)
    return case


def test_every_combination_of_statuses_loads_and_log() -> None:
    kinds = ("before", "after", "absent", "error")
    every = [
        Scene(statuses=statuses, a=a, b=b, log=log)
        for statuses, a, b, log in product(product(STATUSES, repeat=3), kinds, kinds, LOGS)
    ]
    assert len(every) == 27 * 16 * 4
    wrong = {scene: found for scene in every if (found := said(judge(observed(scene).evidence())))
             != verdict(scene)}  # fmt: skip
    assert not wrong


def test_what_is_not_settled_yet_is_not_claimed() -> None:
    """After one look, only what needs neither log nor patience is said."""
    for scene in (one for one in scenes() if one.listed == "ours"):
        case = Case(JobHandle.parse(OURS))
        case.saw_extraction(extraction(scene.statuses), 1)
        final = verdict(scene)
        early = judge(case.evidence())
        assert early.state == ("loading" if final.phase is None and final.state != "terminated"
                               else final.state)  # fmt: skip
        case.saw_selection("seven", (("db-x-a", "a"), ("db-x-b", "b")))
        case.saw_loads(loads(scene), 2)
        early = judge(case.evidence())
        assert early.ended == (scene.a == scene.b == "after" or final.state not in
                               ("loading", "load_failed", "loaded_no_new_rows", "loaded",
                                "unknown"))  # fmt: skip


def test_an_error_from_before_the_job_is_not_the_jobs_own() -> None:
    case = Case(JobHandle.parse(OURS), watchers=1)
    case.saw_extraction(None, 0)
    case.saw_selection("seven", (("a", "a"), ("b", "b")))
    assert case.wants_loads
    case.saw_loads([load("a", "error"), load("b", "before")], 0)
    assert not case.wants_loads, "once is enough"
    case.saw_extraction(extraction(), 100)
    case.saw_loads([load("a", "error"), load("b", "before")], 100)
    case.saw_log(("a", "b"), there=True)
    assert judge(case.evidence()).state == "loading"
    case.saw_loads([load("a", "error"), load("b")], 130)
    assert judge(case.evidence()).state == "loading", "its turn may still come"
    case.saw_loads([load("a", "error"), load("b")], 160)
    assert judge(case.evidence()).state == "load_failed", "all others have had their turn"
    case.saw_loads([load("a"), load("b")], 190)
    assert judge(case.evidence()).state == "loaded"


def test_an_error_from_before_counts_in_the_end_if_nothing_moves() -> None:
    case = Case(JobHandle.parse(OURS))
    case.saw_selection("seven", (("a", "a"),))
    case.saw_loads([load("a", "error")], 0)
    case.saw_extraction(extraction(), 100)
    case.saw_loads([load("a", "error")], 100)
    case.saw_log(("a",), there=True)
    case.saw_loads([load("a", "error")], 99 + SETTLED)
    assert judge(case.evidence()).state == "loading"
    case.saw_loads([load("a", "error")], 100 + SETTLED)
    assert judge(case.evidence()).state == "load_failed"
    fresh = load("a", "error", error_state={"notification_data": {"error": "OTHER"}})
    case.saw_loads([fresh], 110 + SETTLED)
    assert judge(case.evidence()).failures == (StreamFailure("a", "OTHER", None),)


def test_a_load_in_the_second_of_the_start_is_not_the_jobs_own() -> None:
    case = observed(Scene())
    case.saw_loads([load("a", "same"), load("b")], 9e9)
    assert judge(case.evidence()).loaded == 1
    case.saw_loads([load("a", "during"), load("b")], 9e9)
    assert judge(case.evidence()).loaded == 2


@pytest.mark.parametrize(
    ("sent", "rows", "expected"),
    [
        (("x-orders", "y-orders"), ["after", "before"], ("loading", 1, 2)),
        (("x-orders", "y-orders"), ["after", "during"], ("loaded", 2, 2)),
        (("x-orders", "y-orders"), ["after"], ("loaded", 2, 2)),  # one row for both
        (("x-orders", "y-orders"), ["after", "error"], ("load_failed", 1, 2)),
        (("orders", "orders"), ["after", "before"], ("loading", 1, 2)),
        (("x-orders",), ["after", "before"], ("loaded", 1, 1)),
        (("orders", "orders", "orders"), ["after", "during"], ("loaded", 2, 2)),
    ],
)
def test_the_same_stream_name_in_two_schemas(
    sent: tuple[str, ...], rows: list[str], expected: tuple[str, int, int]
) -> None:
    case = Case(JobHandle.parse(OURS))
    case.saw_extraction(extraction(), 1)
    case.saw_selection("seven", (("x-orders", "orders"), ("y-orders", "orders")))
    for at in (2, 3):
        case.saw_loads([load("orders", kind) for kind in rows], at)
    case.saw_log(sent, there=True)
    found = judge(case.evidence())
    assert (found.state, found.loaded, found.expected) == expected


def test_loads_of_other_sources_are_not_looked_at() -> None:
    case = Case(JobHandle.parse(OURS))
    case.saw_extraction(extraction(), 1)
    case.saw_selection("seven", (("a", "a"),))
    case.saw_loads([load("a", source_name="eight"), load("b")], 2)
    assert judge(case.evidence()).loaded == 0


def test_when_neither_streams_nor_log_can_be_read_nothing_is_claimed() -> None:
    case = Case(JobHandle.parse(OURS))
    case.saw_extraction(extraction(), 1)
    case.saw_selection("seven", None)
    assert case.wants_log
    case.saw_log(None, there=False)
    assert judge(case.evidence()).state == "unknown"


def test_a_selection_that_cannot_be_read_leaves_the_log() -> None:
    case = Case(JobHandle.parse(OURS))
    case.saw_extraction(extraction(), 1)
    case.saw_selection("seven", None)
    case.saw_log(("a",), there=True)
    case.saw_loads([load("a")], 2)
    assert judge(case.evidence()).state == "loaded"


@pytest.mark.parametrize(
    "misfit",
    [
        {"tap_exit_status": "0"},
        {"target_exit_status": [1]},
        {"start_time": "yesterday"},
        {"completion_time": None},
        {"job_name": 7},
    ],
)
def test_an_extraction_that_is_not_as_documented_tells_nothing(misfit: dict[str, Any]) -> None:
    raw = extraction().model_dump(mode="json")
    assert is_sound(fit(Extraction, raw, print))
    assert not is_sound(fit(Extraction, raw | misfit, lambda pointer: None))


@pytest.mark.parametrize(
    "state",
    [{}, "broken", {"notification_data": "broken"}, {"notification_data": {"error": 7}}, [1]],
)
def test_an_error_of_whatever_shape_is_an_error(state: Any) -> None:
    raw = load("a").model_dump(mode="json") | {"error_state": state}
    row = fit(Load, raw, lambda pointer: None)
    case = observed(Scene(a="before", b="before"))
    case.saw_loads([row, load("b")], 9e9)
    found = judge(case.evidence())
    assert (found.state, found.failures) == ("load_failed", (StreamFailure("a", None, None),))


# The same table through clients of both kinds ---------------------------------------------------


class Planted:
    """An account in which every scene of the table is the state of a source."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.now = sandbox, sandbox.clock.now()
        self.handles: dict[tuple[int, Scene], str] = {}

    def plant(self, copies: int, sources: list[int]) -> None:
        """Plant each scene as often, so that copies come to lie on different pages."""
        every = scenes()
        assert len(sources) == copies * len(every)
        for number, source in enumerate(sources):
            copy, at = divmod(number, len(every))
            self.handles[copy, every[at]] = self._scene(every[at], source)
        self.sandbox.store.commit(self.now)

    def _scene(self, scene: Scene, source: int) -> str:
        store = self.sandbox.store
        for job in list(store.jobs_of.of(source)):
            store.jobs.drop(job.id)
        older = self._job(source, -3 * HOUR, scene)
        ours = self._job(source, -HOUR, scene, timed=scene.name != "untimed")
        newer = self._job(source, -HOUR / 2, scene)
        running = Job(**_fields(ours) | {"phase": "tap", "completed_at": None, "due": self.now * 2})
        ended = Job(**_fields(ours) | {"log": scene.log != "missing"})
        kept = {
            "ours": [older, ended],
            "older": [older, running],
            "newer": [older, ended, newer],
            "nothing": [running],
        }[scene.listed]
        if scene.name == "unknown" and scene.listed == "newer":
            kept = [older, Job(**_fields(newer) | {"log": scene.log != "missing"})]
        for job in kept:
            store.jobs.put(job)
        completed = [None, *(job.id for job in kept if job.completed_at is not None)]
        store.sources.change(store.sources[source], last_job=completed[-1])
        self._loads(scene, source)
        after = "none" if scene.listed == "nothing" else older.id.rpartition(".")[2]
        return f"116078.{source}.after.{after}" if scene.name == "unknown" else ours.id

    def _job(self, source: int, at: float, scene: Scene, timed: bool = True) -> Job:
        began = self.now + at
        name = self.sandbox.engine.job_name(116078, source, "sync", began)
        if not timed:
            name = f"116078.{source}.sync.{UUID(int=source, version=4)}"
        return Job(
            id=name, client_id=116078, source_id=source, tap="tap-hubspot", phase="completed",
            outcome="success", started_at=began, due=began + 180, duration=180,
            sent=sorted(f"stream_{'ab'.index(s) + 1:04}" for s in LOGS[scene.log] or ()),
            ended={"discovery": began + 30, "tap": began + 120, "target": began + 180},
            statuses=dict(zip(PHASES, scene.statuses, strict=True)), completed_at=began + 180,
        )  # fmt: skip

    def _loads(self, scene: Scene, source: int) -> None:
        record = self.sandbox.store.sources[source]
        times = {"before": -2 * HOUR, "after": -HOUR / 3}
        for number, kind in enumerate(scene.loads.values(), 1):
            key = f"{source}/stream_{number:04}"
            self.sandbox.store.loads.drop(key)
            if kind == "absent":
                continue
            at = self.now + times.get(kind, -60)
            self.sandbox.store.loads.put(
                LoadRecord(
                    id=key, client_id=116078, source_id=source, source_name=record.name,
                    stream_name=f"stream_{number:04}", attempted_at=at, rows=1,
                    loaded_at=None if kind == "error" else at,
                    error_state=FAILED if kind == "error" else None,
                )
            )  # fmt: skip


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in job.__slots__}


def in_terms_of_the_table(status: JobStatus) -> Verdict:
    found = said(status)
    names = {f"stream_{number:04}": name for number, name in enumerate("ab", 1)}
    return Verdict(
        found.state, found.phase, found.loaded, found.expected,
        tuple(names[name] for name in found.failed), frozenset(names[n] for n in found.unobserved),
    )  # fmt: skip


@contextmanager
def planted(copies: int) -> Iterator[tuple[World, Planted]]:
    """A served account with every scene in it, as often as is asked for."""
    sandbox = Sandbox(time_scale=0, start_at=START)
    servers = Servers(sandbox)
    thread = threading.Thread(target=lambda: asyncio.run(servers.serve()), daemon=True)
    thread.start()
    address = Address(servers.url, sandbox.token, servers.logs_url)
    try:
        with httpx.Client(base_url=address.url, timeout=60) as http:
            found = World(address, http, VirtualClock(START))
            found.renew()
            number = copies * len(scenes())
            sources = found.control("seed", {"sources": number, "streams": 2})
            account = Planted(sandbox)
            account.plant(copies, sources)
            yield found, account
    finally:
        servers.stop()
        thread.join(10)


def learn(found: World, handles: dict[Any, str], deadline: float) -> dict[Any, JobStatus]:
    """Wait for all at once, most of them as tasks and some as threads."""
    some = set(list(handles)[::25])
    with found.stitch() as stitch:
        threads = {
            key: lambda job=handles[key]: stitch.jobs.wait(job, deadline=deadline) for key in some
        }
        tasks = {
            key: lambda client, job=job: client.jobs.wait(job, deadline=deadline)
            for key, job in handles.items()
            if key not in some
        }
        return Crowd(found.clock).run(threads, [(found.async_stitch(), tasks)])


def pages_of(found: World, account: Planted) -> dict[int, set[int]]:
    """The pages on which the extractions of each copy of the table lie."""
    copies = {int(job.split(".")[1]): copy for (copy, _), job in account.handles.items()}
    pages: dict[int, set[int]] = {}
    headers = {"Authorization": f"Bearer {found.address.token}"}
    for page in range(1, 6):
        answer = found.http.get(f"/v4/116078/extractions?page={page}", headers=headers)
        for row in answer.json()["data"]:
            if row["source_id"] in copies:
                pages.setdefault(copies[row["source_id"]], set()).add(page)
    account.sandbox.counts.clear()
    return pages


def wrong(seen: dict[Any, JobStatus]) -> dict[Any, JobStatus]:
    return {key: one for key, one in seen.items() if in_terms_of_the_table(one) != verdict(key[1])}


@pytest.mark.parametrize("restarted", [False, True], ids=["at once", "with a restart"])
def test_the_table_through_real_clients_on_three_pages(restarted: bool) -> None:
    """After a restart in the middle, the process knows the handles alone, which are strings."""
    with planted(copies=3) as (found, account):
        assert pages_of(found, account) == {0: {1, 2}, 1: {2, 3}, 2: {3, 4}}
        if restarted:
            early = learn(found, account.handles, 500)
            assert {status.ended for status in early.values()} == {True}
            assert 0 < len(wrong(early)) < len(early), "it is in the middle"
            found.restart()
        seen = learn(found, account.handles, PATIENCE)
        assert len(seen) == 3 * len(scenes()) > 350
        assert not wrong(seen)
        assert found.most_in_window() <= 30


# Every fate of a job ----------------------------------------------------------------------------

FATES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"state": "loaded", "loaded": 4, "expected": 4}),
    ({"outcome": "no_rows"}, {"state": "loaded_no_new_rows", "expected": 0}),
    (
        {"outcome": "discovery_failed"},
        {
            "state": "extraction_failed",
            "phase": "discovery",
            "exit_status": 1,
            "message": 'FATAL: password authentication failed for user "stitch"',
        },
    ),
    ({"outcome": "tap_failed"}, {"state": "extraction_failed", "phase": "tap", "exit_status": 1}),
    (
        {"outcome": "target_failed"},
        {"state": "extraction_failed", "phase": "target", "exit_status": 1},
    ),
    ({"outcome": "terminated"}, {"state": "terminated", "message": "Terminated"}),
    (
        {"failing": ["orders"]},
        {
            "state": "load_failed",
            "loaded": 3,
            "expected": 4,
            "failures": (
                StreamFailure(
                    "orders",
                    "LOADER_WAREHOUSE_ERROR",
                    "The connection to the warehouse was refused: "
                    "the host does not answer on its port",
                ),
            ),
        },
    ),
    ({"silent": ["orders"]}, {"state": "loaded", "loaded": 3, "expected": 3}),
    (
        {"silent": ["orders"], "log": False},
        {"state": "loaded", "loaded": 3, "expected": 4, "unobserved": ("orders",)},
    ),
    ({"outcome": "no_rows", "log": False}, {"state": "unknown", "loaded": 0, "expected": 4}),
    ({"load_delay": {"orders": 5000}}, {"state": "unknown", "loaded": 3, "expected": 4}),
]


@BOTH
@pytest.mark.parametrize(("fate", "expected"), FATES)
def test_a_scripted_fate_is_reported(
    account: World, asynchronous: bool, fate: dict[str, Any], expected: dict[str, Any]
) -> None:
    account.script(**fate)
    progress: list[str] = []
    found = account.ask(
        asynchronous,
        lambda s: s.jobs.start_and_wait(
            NAME, deadline=HOUR, on_progress=lambda status: progress.append(status.state)
        ),
    )
    assert {name: getattr(found, name) for name in expected} == expected
    assert (found.source_id, found.ended) == (SOURCE, True)
    assert found.succeeded == found.state.startswith("loaded")
    assert progress[0] == "running"
    assert progress[-1] == found.state or found.state == "unknown"


@BOTH
def test_a_job_is_followed_from_start_to_end(account: World, asynchronous: bool) -> None:
    job = account.start()
    account.clock.sleep(90)
    assert account.status(job, asynchronous).state == "running"
    account.clock.sleep(100)
    loading = account.status(job, asynchronous)
    assert (loading.state, loading.loaded, loading.expected) == ("loading", 0, 4)
    assert loading.sentence == "Extracted; 0 of 4 streams are loaded."
    account.clock.sleep(100)
    assert account.status(job, asynchronous).state == "loaded"


@BOTH
def test_without_a_log_a_stream_that_loads_late_is_waited_for(
    account: World, asynchronous: bool
) -> None:
    account.script(log=False, load_delay={"orders": 900})
    found = account.wait(account.start(), asynchronous, deadline=2 * HOUR)
    assert (found.state, found.loaded, found.unobserved) == ("loaded", 4, ())


@BOTH
def test_a_job_that_was_stopped_is_terminated(account: World, asynchronous: bool) -> None:
    job = account.ask(asynchronous, lambda s: s.jobs.start(SOURCE))
    account.ask(asynchronous, lambda s: s.jobs.stop(NAME))
    assert account.wait(str(job), asynchronous).state == "terminated"


@BOTH
def test_a_newer_job_supersedes_one_that_was_never_seen(account: World, asynchronous: bool) -> None:
    job = account.start()
    account.clock.sleep(200)
    newer = account.start()
    account.clock.sleep(200)
    assert account.wait(job, asynchronous).state == "superseded"
    assert account.wait(newer, asynchronous).state == "loaded"


@BOTH
def test_the_previous_job_is_not_taken_for_this_one(account: World, asynchronous: bool) -> None:
    for _ in range(2):
        job = account.start()
        began = account.clock.now()
        assert account.wait(job, asynchronous).state == "loaded"
        assert account.clock.now() - began >= 240


@BOTH
def test_an_error_of_the_previous_job_is_not_taken_for_this_ones(
    account: World, asynchronous: bool
) -> None:
    account.script(outcome="load_failed")
    assert account.wait(account.start(), asynchronous).state == "load_failed"
    account.clock.sleep(7)
    assert account.wait(account.start(), asynchronous).state == "loaded"
    account.script(outcome="load_failed")
    account.wait(account.start(), asynchronous)
    account.clock.sleep(7)
    account.script(outcome="load_failed")
    assert account.wait(account.start(), asynchronous).state == "load_failed"


@BOTH
def test_an_error_of_the_previous_job_is_not_taken_for_that_of_one_resumed(
    account: World, asynchronous: bool
) -> None:
    """Who looks only after the job has ended cannot know that the error is older."""
    account.script(outcome="load_failed")
    account.wait(account.start(), asynchronous)
    account.script(load_delay=300)
    job = account.start()
    account.clock.sleep(185)
    account.restart()
    assert account.wait(job, asynchronous).state == "loaded"


@BOTH
def test_a_job_that_runs_is_attached_to(account: World, asynchronous: bool) -> None:
    account.start()
    with pytest.raises(AlreadyRunning):
        account.ask(asynchronous, lambda s: s.jobs.start(SOURCE, attach=False))
    handle = account.ask(asynchronous, lambda s: s.jobs.start(SOURCE))
    assert handle.job_name is None
    account.restart()
    found = account.wait(str(handle), asynchronous)
    assert (found.state, found.job.count("sync")) == ("loaded", 1)


@BOTH
def test_a_first_job_that_runs_is_attached_to(account: World, asynchronous: bool) -> None:
    source = 120654
    job = account.start(source)
    handle = account.ask(asynchronous, lambda s: s.jobs.start(source))
    assert str(handle) == f"116078.{source}.after.none"
    found = account.wait(str(handle), asynchronous)
    assert (found.job, found.state) == (job, "loaded")


def test_a_job_that_ends_while_it_is_attached_to_is_not_missed(account: World) -> None:
    job = account.start()

    def end(operation: Any, request: Any) -> None:
        if operation.id == "sources.get":
            account.clock.sleep(200)

    with account.stitch(before_send=end) as stitch:
        assert str(stitch.jobs.start(SOURCE)) == job


@BOTH
@pytest.mark.parametrize("days", [-400, -3, 3, 400])
def test_a_clock_that_is_days_off_changes_nothing(
    account: World, asynchronous: bool, days: int
) -> None:
    """Times of Stitch are compared with one another, never with the client's own."""
    account.clock = VirtualClock(START + days * 24 * HOUR, account.clock.move)
    account.script(outcome="load_failed")
    assert account.wait(account.start(), asynchronous).state == "load_failed"
    account.clock.sleep(7)
    job = account.start()
    handle = str(account.ask(asynchronous, lambda s: s.jobs.start(SOURCE)))
    assert handle.startswith(f"116078.{SOURCE}.after.")
    assert account.status(handle, asynchronous).state == "running"
    found = account.wait(handle, asynchronous)
    assert (found.job, found.state) == (job, "loaded")
    assert account.status(job, asynchronous).age == 0
    account.script(silent=["orders"])
    assert account.wait(account.start(), asynchronous).loaded == 3


# What names a job, and what its log says --------------------------------------------------------


@pytest.mark.parametrize("text", [OURS, "116078.7.after.none", "116078.7.after.c12fb0a7-7e4a"])
def test_a_handle_survives_a_restart(text: str) -> None:
    assert str(JobHandle.parse(text)) == text
    assert JobHandle.parse(str(JobHandle.parse(text))) == JobHandle.parse(text)


@pytest.mark.parametrize(
    "text",
    ["", "a.b.c", "1.2.3", "a.7.sync.x", "1.2.sync.", "1.2.sync.x.y", "1.2.sync.\n", None, 7],
)
def test_what_is_no_handle_is_refused(text: Any) -> None:
    with pytest.raises(InvalidHandle):
        JobHandle.parse(text)


def test_a_name_tells_when_its_job_began(account: World) -> None:
    account.clock.sleep(0.25)
    assert JobHandle.parse(account.start()).started == datetime.fromtimestamp(
        account.clock.start + 0.25, UTC
    )
    assert JobHandle.parse(f"1.2.sync.{UUID(int=1, version=4)}").started is None
    assert JobHandle.parse("1.2.sync.nightly").started is None
    assert JobHandle.parse("1.2.after.none").started is None


def test_a_job_that_began_before_does_not_supersede_however_late_its_extraction_began() -> None:
    ours = JobHandle.parse(OURS)
    assert ours.started is not None
    later = ours.started + timedelta(hours=1)
    older, newer = (f"116078.7.sync.{which}-7e4a-11e9-abdc-0edc2c318fba" for which in
                    ("c12eb0a7", "c130b0a7"))  # fmt: skip
    assert not ours.precedes(extraction(job=older, start_time=later))
    assert ours.precedes(extraction(job=newer, start_time=ours.started - timedelta(hours=1)))
    assert ours.precedes(extraction(job="116078.7.sync.nightly", start_time=later))


def test_a_job_whose_start_is_not_known_is_superseded_only_if_it_has_a_log_and_ended() -> None:
    case = Case(JobHandle.parse(f"116078.7.sync.{UUID(int=7, version=4)}"))
    case.saw_extraction(extraction(job="116078.7.sync.older"), 1)
    assert case.wants_log
    case.saw_log(None, there=True)  # not complete: it may be running, and the other one older
    assert judge(case.evidence()).state == "running"
    assert not case.wants_log, "until another job is listed"
    case.saw_extraction(extraction(job="116078.7.sync.newer"), 2)
    case.saw_log(None, there=False)
    assert judge(case.evidence()).state == "running"
    case.saw_extraction(extraction(job="116078.7.sync.newest"), 3)
    case.saw_log(None, there=True)
    assert judge(case.evidence()).state == "superseded"


TARGET = "com.stitchdata.target-stitch-avro.flush-pipeline - send-stream-record-count-impl"
STAMP = "2017-11-21 18:16:08,389Z"
END = f"{STAMP}   main - INFO Exit status is: Discovery succeeded. Tap succeeded. Target succeeded."


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        ([END], ()),
        ([f"{STAMP} target - INFO {TARGET} ads"], None),
        ([f"{STAMP} target - INFO {TARGET} ads", END], ("ads",)),
        ([f"{STAMP} target - INFO {TARGET} my ads ", END], ("my ads",)),
        ([f"{STAMP} target - INFO {TARGET} ads"] * 2 + [END], ("ads", "ads")),
        ([f'{STAMP}    tap - INFO replicated 12 records from "ads" endpoint', END], ("ads",)),
        ([f'{STAMP}    tap - INFO replicated 0 records from "ads" endpoint', END], ()),
        ([f'{STAMP}    tap - INFO he said "{TARGET} ads"', END], ()),
        ([f"{STAMP}    tap - INFO {END}"], None),
        (
            [
                f"{STAMP}   main - INFO Exit status is: Discovery failed with code 1 and error"
                ' message: "401 replicated send-stream-record-count-impl".'
            ],
            (),
        ),
    ],
)
def test_a_log_tells_which_streams_sent_rows(
    lines: list[str], expected: tuple[str, ...] | None
) -> None:
    assert read(lines) == expected


def read(lines: Iterable[str]) -> tuple[str, ...] | None:
    log = Log()
    assert not any(map(log.take, lines))
    return log.sent


def test_a_log_that_names_too_many_streams_is_left_there() -> None:
    log = Log()
    for number in range(logs.MOST_STREAMS):
        assert not log.take(f"{STAMP} target - INFO {TARGET} s{number}")
    log.take(END)
    assert len(log.sent or ()) == logs.MOST_STREAMS
    assert log.take(f"{STAMP} target - INFO {TARGET} one-more")
    assert log.sent is None


def test_a_log_keeps_names_and_no_lines() -> None:
    log = Log()
    for _ in range(20_000):
        log.take(f"{STAMP} target - INFO {TARGET} ads")
    log.take(END)
    assert log.sent == ("ads",) * logs.MOST_SCHEMAS


@BOTH
def test_a_log_without_end_is_left_there(
    account: World, asynchronous: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be read of it tells nothing, so that the selected streams count."""
    monkeypatch.setattr(logs, "MOST_CHARACTERS", 100)
    account.script(silent=["orders"])
    found = account.wait(account.start(), asynchronous)
    assert (found.state, found.unobserved) == ("loaded", ("orders",))
    assert account.requests()["logs"] == 1
