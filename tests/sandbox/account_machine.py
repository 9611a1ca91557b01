"""An account under random use, with a memory of everything that was acknowledged."""

from __future__ import annotations

import asyncio
import copy
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from stitch_connect_sandbox.app import Sandbox
from stitch_connect_sandbox.lifecycle import OUTCOMES

from .direct import Answer, Direct
from .invariants import Rows, broken

SOURCES, DESTINATIONS, ACCOUNT = "/v4/sources", "/v4/destinations", "/v4/116078"
EMAILS, HOOKS = (f"/notifications/public/v1/api/{name}" for name in ("custom-emails", "hooks"))
T, DAY = 1772352000.0, 86400.0
WINDOW = 60 * DAY
LOOKS_EVERY = 7  # steps
GITHUB = {"access_token": "x", "repository": "a/b", "start_date": "2026-01-01T00:00:00Z"}
KINDS = (
    {"type": "platform.github", "properties": GITHUB},
    {"type": "platform.github"},
    {"type": "import_api"},
    {"type": "platform.stripe"},
    {"type": "platform.google-analytics"},
)
WAREHOUSE = {"host": "h", "port": "5432", "database": "d", "username": "u", "password": "p"}
NUMBER = st.integers(0, 99)
TEXTS = st.sampled_from(["Shop", "Ünïcode", "a b", "Ledger 7", "$", "x" * 60])
LEAPS = st.sampled_from([0.25, 1, 19, 30, 61, 180, 240, 3600, DAY, 8 * DAY, 61 * DAY])
FREQUENCIES = st.sampled_from(["30", "60", "1440", "7", "", None])


def picked(found: Any, number: int) -> Any:
    """One of several by any number, the last of them seldom."""
    rows = list(found)
    return rows[number % 10 % len(rows)] if rows else None


class AccountMachine(RuleBasedStateMachine):
    """Random operations; whatever is acknowledged is remembered, and must show."""

    loop: ClassVar[asyncio.AbstractEventLoop]
    acknowledged: ClassVar[Counter[str]] = Counter()
    refused: ClassVar[Counter[str]] = Counter()
    sequences: ClassVar[int] = 0

    @initialize(kept=st.sampled_from([False, False, False, True]), seed=NUMBER)
    def begin(self, kept: bool, seed: int) -> None:
        type(self).sequences += 1
        self.folder = tempfile.TemporaryDirectory() if kept else None
        self.seed, self.turn = seed, 0
        self.rows: Rows | None = None
        self.snapshot: tuple[Any, Any] | None = None
        self.memory: dict[str, dict[Any, Any]] = {
            name: {} for name in ("sources", "emails", "hooks", "tokens", "streams", "warehouses")
        }
        self.memory |= {"jobs": {}, "pushed": {}, "gone": {}}
        self.open()
        for name, found in self.shown().items():
            self.memory[name] = found

    def open(self) -> None:
        """Start the sandbox, with its file if it has one."""
        db = None if self.folder is None else str(Path(self.folder.name) / "a.db")
        self.sandbox = Sandbox(time_scale=0, start_at=T, seed=self.seed, db=db)
        self.ask = Direct(self.sandbox, self.loop)

    def teardown(self) -> None:
        if hasattr(self, "sandbox"):
            try:
                self.look()
            finally:
                self.close()

    def close(self) -> None:
        self.sandbox.store.close()
        if self.folder is not None:
            self.folder.cleanup()

    def settle(self) -> None:
        """Let happen what is due."""
        with self.sandbox.change():
            pass

    def write(self, what: str, verb: str, path: str, body: Any = None, **options: Any) -> Answer:
        """A request that may be refused: then nothing has changed but what time has done."""
        self.settle()
        before = self.sandbox.store.rows()
        answer = self.ask(verb, path, body, **options)
        self.hold(answer, path)
        counts = self.acknowledged if answer.ok else self.refused
        counts[what] += 1
        if not answer.ok:
            assert self.sandbox.store.rows() == before, f"{what} was refused, and yet done"
        return answer

    def read(self, path: str) -> Any:
        answer = self.ask("GET", path)
        self.hold(answer, path)
        assert answer.status == 200, answer.content
        return answer.json()

    @staticmethod
    def hold(answer: Answer, path: str) -> None:
        assert "x-sandbox-violation" not in answer.headers, answer.content
        assert answer.status < 500 or answer.status == 502, (path, answer.content)

    # Sources -------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(KINDS), name=TEXTS, number=NUMBER)
    def create_source(self, kind: dict[str, Any], name: str, number: int) -> None:
        body = {**kind, "display_name": f"{name} {number}"}
        answer = self.write("create source", "POST", SOURCES, body)
        if answer.ok:
            made = answer.json()
            given = {"display_name": body["display_name"], "type": kind["type"]}
            self.memory["sources"][made["id"]] = {**given, "paused": False, "deleted": False}

    def source(self, number: int) -> int:
        """One of the sources, those that the account came with among them."""
        known = [
            120643,
            120644,
            120645,
            120649,
            120652,
            120654,
            120655,
            999,
            *self.memory["sources"],
        ]
        return int(picked(known, number))

    def know(self, source: int, **fields: Any) -> None:
        self.memory["sources"].setdefault(source, {}).update(fields)

    @rule(number=NUMBER, name=TEXTS)
    def rename(self, number: int, name: str) -> None:
        source = self.source(number)
        body = {"display_name": name}
        if self.write("rename", "PUT", f"{SOURCES}/{source}", body).ok:
            self.know(source, display_name=name)

    @rule(number=NUMBER, paused=st.booleans())
    def pause(self, number: int, paused: bool) -> None:
        source = self.source(number)
        body = {"paused_at": "2026-03-01T00:00:00Z" if paused else None}
        if self.write("pause", "PUT", f"{SOURCES}/{source}", body).ok:
            self.know(source, paused=paused)

    @rule(number=NUMBER, minutes=FREQUENCIES)
    def schedule(self, number: int, minutes: str | None) -> None:
        source = self.source(number)
        body = {"properties": {"frequency_in_minutes": minutes}}
        if self.write("schedule", "PUT", f"{SOURCES}/{source}", body).ok:
            self.know(source, frequency=minutes)
            if minutes is None:
                del self.memory["sources"][source]["frequency"]  # by default again

    @rule(number=NUMBER)
    def half_right(self, number: int) -> None:
        body = {"paused_at": None, "display_name": "Half", "properties": {"no_such": "x"}}
        assert not self.write("half right", "PUT", f"{SOURCES}/{self.source(number)}", body).ok

    @rule(number=NUMBER)
    def delete_source(self, number: int) -> None:
        source = self.source(number)
        if self.write("delete source", "DELETE", f"{SOURCES}/{source}").ok:
            self.know(source, deleted=True)

    @rule(number=NUMBER, stream=NUMBER, selected=st.booleans())
    def select(self, number: int, stream: int, selected: bool) -> None:
        source = self.source(number)
        found = self.ask("GET", f"{SOURCES}/{source}/streams")
        name = picked([one["tap_stream_id"] for one in found.json()], stream) if found.ok else "x"
        entry = {"breadcrumb": [], "metadata": {"selected": selected}}
        body = {"streams": [{"tap_stream_id": name, "metadata": [entry]}]}
        if self.write("select", "PUT", f"{SOURCES}/{source}/streams/metadata", body).ok:
            self.memory["streams"][source, name] = selected

    @rule(number=NUMBER)
    def give_token(self, number: int) -> None:
        source = picked([120652, 120643, *self.memory["sources"]], number)
        answer = self.write("give token", "POST", f"{SOURCES}/{source}/tokens")
        if answer.ok:
            made = answer.json()
            self.memory["tokens"][made["id"]] = (source, made["access_token"])

    @rule(number=NUMBER)
    def revoke_token(self, number: int) -> None:
        token = picked(self.memory["tokens"], number)
        source = 120652 if token is None else self.memory["tokens"][token][0]
        if self.write("revoke token", "DELETE", f"{SOURCES}/{source}/tokens/{token or 7}").ok:
            del self.memory["tokens"][token]

    @rule(number=NUMBER, rows=st.integers(0, 3))
    def push(self, number: int, rows: int) -> None:
        source, token = picked(
            [(120652, "at_sandbox-import-token"), *self.memory["tokens"].values()], number
        )
        table = f"pushed_{number % 4}"
        record = {"client_id": 116078, "table_name": table, "sequence": 1, "action": "upsert"}
        record |= {"key_names": ["id"], "data": {"id": 1}}
        if self.write("push", "POST", "/v2/import/push", [record] * rows, token=token).ok:
            self.memory["pushed"][source, table] = self.sandbox.clock.now()

    # Jobs ----------------------------------------------------------------------------------------

    @rule(number=NUMBER)
    def start(self, number: int) -> None:
        source = self.source(number)
        answer = self.write("start job", "POST", f"{SOURCES}/{source}/sync")
        if answer.ok and "job_name" in answer.json():
            self.memory["jobs"][answer.json()["job_name"]] = (source, self.sandbox.clock.now())

    @rule(number=NUMBER)
    def stop(self, number: int) -> None:
        self.write("stop job", "DELETE", f"{SOURCES}/{self.source(number)}/sync")

    @rule(
        number=NUMBER,
        outcome=st.sampled_from(sorted(OUTCOMES)),
        duration=st.sampled_from([0, 10, 3600]),
    )
    def script(self, number: int, outcome: str, duration: float) -> None:
        body = {"source_id": self.source(number), "outcome": outcome, "duration": duration}
        self.write("script", "POST", "/_sandbox/fates", body)

    # What tells of it ----------------------------------------------------------------------------

    @rule(number=NUMBER)
    def create_email(self, number: int) -> None:
        body = {"email_address": f"{number}@sandbox.example" if number else "nobody"}
        answer = self.write("create e-mail", "POST", EMAILS, body)
        if answer.ok:
            self.memory["emails"][answer.json()["id"]] = (body["email_address"], False)

    @rule(number=NUMBER, disabled=st.booleans())
    def set_email(self, number: int, disabled: bool) -> None:
        key = picked([*self.memory["emails"], 7], number)
        body = {"disabled_at": "2026-03-01T00:00:00Z" if disabled else None}
        if self.write("set e-mail", "PUT", f"{EMAILS}/{key}", body).ok:
            self.memory["emails"][key] = (self.memory["emails"][key][0], disabled)

    @rule(number=NUMBER)
    def delete_email(self, number: int) -> None:
        key = picked([*self.memory["emails"], 7], number)
        answer = self.write("delete e-mail", "DELETE", f"{EMAILS}/{key}")
        if answer.ok and answer.json() == [1]:
            del self.memory["emails"][key]

    @rule(number=NUMBER)
    def create_hook(self, number: int) -> None:
        url = f"https://hooks.example.com/{number}"
        body = {"type": "post_load", "destination_id": 155582, "config": {"url": url}}
        answer = self.write("create hook", "POST", HOOKS, body)
        if answer.ok:
            self.memory["hooks"][answer.json()["id"]] = (url, False)

    @rule(number=NUMBER, enable=st.booleans())
    def set_hook(self, number: int, enable: bool) -> None:
        key = picked([*self.memory["hooks"], 7], number)
        if self.write("set hook", "PUT", f"{HOOKS}/{key}", {"enable": enable}).ok:
            self.memory["hooks"][key] = (self.memory["hooks"][key][0], not enable)

    @rule(number=NUMBER)
    def delete_hook(self, number: int) -> None:
        key = picked([*self.memory["hooks"], 7], number)
        if self.write("delete hook", "DELETE", f"{HOOKS}/{key}").ok:
            del self.memory["hooks"][key]

    # Warehouses ----------------------------------------------------------------------------------

    @rule(number=NUMBER)
    def create_destination(self, number: int) -> None:
        body = {"type": "postgres", "properties": {**WAREHOUSE, "host": f"h{number}"}}
        answer = self.write("create destination", "POST", DESTINATIONS, body)
        if answer.ok:
            self.memory["warehouses"][answer.json()["id"]] = f"h{number}"

    @rule(number=NUMBER)
    def update_destination(self, number: int) -> None:
        key = picked([*self.memory["warehouses"], 7], number)
        body = {"properties": {"host": f"changed{number}"}}
        if self.write("update destination", "PUT", f"{DESTINATIONS}/{key}", body).ok:
            self.memory["warehouses"][key] = f"changed{number}"

    @rule(number=NUMBER)
    def delete_destination(self, number: int) -> None:
        key = picked([*self.memory["warehouses"], 7], number)
        if self.write("delete destination", "DELETE", f"{DESTINATIONS}/{key}").ok:
            self.memory["gone"][key] = self.memory["warehouses"].pop(key)

    # Time, and what is done to the whole ---------------------------------------------------------

    @rule(seconds=LEAPS)
    def advance(self, seconds: float) -> None:
        before = self.sandbox.clock.now()
        self.ask("POST", "/_sandbox/advance", {"seconds": seconds})
        assert self.sandbox.clock.now() == before + seconds

    @rule(count=st.integers(1, 8))
    @precondition(lambda self: len(self.sandbox.store.sources) < 40)
    def add_many(self, count: int) -> None:
        assert self.ask("POST", "/_sandbox/seed", {"sources": count, "streams": 25}).ok
        if not self.memory["warehouses"]:
            self.memory["warehouses"] = self.shown()["warehouses"]  # they needed one

    @rule()
    def take_snapshot(self) -> None:
        self.snapshot = (self.read("/_sandbox/snapshot"), copy.deepcopy(self.memory))

    @rule()
    @precondition(lambda self: self.snapshot is not None)
    def restore(self) -> None:
        assert self.snapshot is not None
        taken, memory = self.snapshot
        assert self.ask("POST", "/_sandbox/restore", taken).ok
        assert self.read("/_sandbox/snapshot") == taken
        self.memory, self.rows = copy.deepcopy(memory), None

    @rule()
    @precondition(lambda self: self.folder is not None)
    def restart(self) -> None:
        before = self.read("/_sandbox/snapshot")
        self.sandbox.store.close()
        self.open()
        assert self.read("/_sandbox/snapshot") == before

    # What always holds ---------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self) -> None:
        self.settle()
        rows = self.sandbox.store.rows()
        assert broken(self.rows, rows) == []
        self.rows, self.turn = rows, self.turn + 1
        if self.turn % LOOKS_EVERY == 0:
            self.look()

    def look(self) -> None:
        """Hold what the API shows against the memory: what is lost stays lost, so now and then."""
        self.sources_are_as_acknowledged()
        self.what_tells_of_it_is_as_acknowledged()
        self.jobs_and_rows_are_as_acknowledged()
        self.pages_are_complete()

    def sources_are_as_acknowledged(self) -> None:
        shown = {one["id"]: one for one in self.read(SOURCES)}
        for source, known in self.memory["sources"].items():
            row = shown.get(source) or self.read(f"{SOURCES}/{source}")
            found = {
                "display_name": row["display_name"],
                "type": row["type"],
                "paused": row["paused_at"] is not None,
                "deleted": row["deleted_at"] is not None,
                "frequency": row["properties"].get("frequency_in_minutes"),
            }
            assert known.items() <= found.items()
        for (source, name), selected in self.memory["streams"].items():
            streams = self.sandbox.store.streams_of.of(source)
            assert [one.metadata["selected"] for one in streams if one.tap_stream_id == name] == [
                selected
            ]

    def shown(self) -> dict[str, dict[int, Any]]:
        """E-mails, hooks and warehouses by their ids."""
        return {
            "emails": {
                one["id"]: (one["email_address"], one["disabled_at"] is not None)
                for one in self.read(EMAILS)
            },
            "hooks": {
                one["id"]: (one["config"]["url"], one["disabled_at"] is not None)
                for one in self.read(HOOKS)["post_load"]
            },
            "warehouses": {one["id"]: one["properties"]["host"] for one in self.read(DESTINATIONS)},
        }

    def what_tells_of_it_is_as_acknowledged(self) -> None:
        shown = self.shown()
        assert {name: self.memory[name] for name in shown} == shown
        assert not self.memory["gone"].keys() & shown["warehouses"].keys()

    def jobs_and_rows_are_as_acknowledged(self) -> None:
        now, store = self.sandbox.clock.now(), self.sandbox.store
        for name, (source, at) in self.memory["jobs"].items():
            assert name in store.jobs or at <= now - WINDOW, f"job {name} of {source} is lost"
        for token, (_, value) in self.memory["tokens"].items():
            assert store.import_tokens[token].value == value
        loads = {(one.source_id, one.stream_name) for one in store.loads}
        queued = {(one.source_id, one.stream_name) for one in store.batches}
        recent = {stream for stream, at in self.memory["pushed"].items() if at > now - WINDOW}
        assert recent <= loads | queued

    def pages_are_complete(self) -> None:
        for what in ("extractions", "loads"):
            path, rows, pages = f"{ACCOUNT}/{what}", [], 0
            while path:
                page = self.read(path)
                rows += page["data"]
                pages += 1
                assert page["page"] == pages
                assert len(page["data"]) == min(100, max(0, page["total"] - 100 * (pages - 1)))
                path = page["links"].get("next")
            assert len(rows) == page["total"]
            keys = [(r.get("job_name"), r.get("source_name"), r.get("stream_name")) for r in rows]
            assert len(set(keys)) == len(keys)
