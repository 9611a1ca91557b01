"""The audit journal: complete, without values, and seen to be changed when it was changed."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from stitch_connect import AsyncStitch
from stitch_connect_mcp import state_file
from stitch_connect_mcp.audit.chain import Broken
from stitch_connect_mcp.audit.journal import FILE, KEPT, Journal
from stitch_connect_mcp.audit.record import Audit
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.database import AT_ONCE, LATER
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.state_file import Place, database

from .account import EVERYTHING, Account, call, text
from .conftest import SOURCE, World


@pytest.fixture
def where(tmp_path: Path) -> Place:
    return Place(tmp_path / "state", False)


@pytest.fixture
def journal(where: Place) -> Journal:
    return Journal(where.folder, database(where))


def fill(journal: Journal, number: int = 10) -> None:
    for n in range(number):
        journal.write({"event": "call", "tool": f"tool-{n}"})


def lines(where: Place) -> list[bytes]:
    return (where.folder / FILE).read_bytes().splitlines(keepends=True)


def rewrite(where: Place, changed: list[bytes]) -> None:
    (where.folder / FILE).write_bytes(b"".join(changed))


def test_what_was_written_verifies(journal: Journal, where: Place) -> None:
    assert journal.verify().count == 0
    fill(journal)
    assert journal.verify().count == 10
    assert stat.S_IMODE((where.folder / FILE).stat().st_mode) == 0o600


def test_nobody_waits_for_the_disk_but_where_a_confirmed_call_is_noted(where: Place) -> None:
    told: list[str] = []
    state = database(where)
    journal = Journal(where.folder, state)
    state._connection.set_trace_callback(told.append)
    journal.write({"event": "call"})
    journal.write({"event": "intent"}, safely=True)
    known = {LATER: "later", AT_ONCE: "at once"}
    steps = [known.get(said, "kept") for said in told if not said.startswith("SELECT")]
    assert steps == ["later", "kept", "at once", "kept"]


TAMPERINGS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a word changed": lambda all_: [*all_[:4], all_[4].replace(b"tool-4", b"tool-x"), *all_[5:]],
    "a line dropped": lambda all_: [*all_[:4], *all_[5:]],
    "two lines swapped": lambda all_: [*all_[:4], all_[5], all_[4], *all_[6:]],
    "the head cut": lambda all_: all_[1:],
    "the tail cut": lambda all_: all_[:-1],
    "all but one cut": lambda all_: all_[:1],
    "emptied": lambda all_: [],
    "a line repeated": lambda all_: [*all_, all_[-1]],
    "half a line": lambda all_: [*all_[:-1], all_[-1][:20]],
    "rubbish appended": lambda all_: [*all_, b"rubbish\n"],
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_changed_is_seen(journal: Journal, where: Place, tampering: str) -> None:
    fill(journal)
    rewrite(where, TAMPERINGS[tampering](lines(where)))
    with pytest.raises(Broken):
        journal.verify()


@pytest.mark.parametrize(
    "tampering", ["the tail cut", "emptied", "half a line", "rubbish appended"]
)
def test_nothing_is_appended_to_an_end_that_was_changed(
    journal: Journal, where: Place, tampering: str
) -> None:
    fill(journal)
    rewrite(where, TAMPERINGS[tampering](lines(where)))
    with pytest.raises(Broken):
        journal.write({"event": "call"})


def test_a_process_that_died_before_its_anchor_leaves_a_whole_journal(
    where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(where.folder, database(where))
    fill(journal, 3)
    monkeypatch.setattr(journal, "_keep", lambda place, anchor, lasting: None)
    fill(journal, 1)
    after = Journal(where.folder, database(where))
    assert after.verify().count == 4
    fill(after, 2)
    assert after.verify().count == 6


def test_processes_and_threads_write_one_chain(where: Place) -> None:
    journals = [Journal(where.folder, database(where)) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journals[n % 4].write({"event": "call", "n": n}), range(120)))
    assert journals[0].verify().count == 120
    assert {json.loads(line)["n"] for line in lines(where)} == set(range(120))


def test_the_chain_goes_on_when_a_file_is_set_aside(where: Place) -> None:
    journal = Journal(where.folder, database(where), limit=500)
    fill(journal, 30)
    assert len(list(where.folder.glob("audit-0*.jsonl"))) > 3
    assert journal.verify().count == 30
    oldest = min(where.folder.glob("audit-0*.jsonl"))
    oldest.unlink()
    with pytest.raises(Broken):
        journal.verify()


def test_as_many_files_are_kept_as_are_promised_and_they_still_verify(where: Place) -> None:
    journal = Journal(where.folder, database(where), limit=100)
    fill(journal, KEPT + 9)
    kept = sorted(where.folder.glob("audit-0*.jsonl"))
    assert len(kept) == KEPT
    assert journal.verify().count == KEPT + 9
    kept[0].unlink()
    with pytest.raises(Broken):
        journal.verify()


def test_a_process_killed_while_it_lets_files_go_leaves_a_sound_journal(
    where: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(where.folder, database(where), limit=100)
    fill(journal, KEPT + 1)

    def killed(file: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            journal.write({"event": "call"})
    assert len(list(where.folder.glob("audit-0*.jsonl"))) == KEPT + 1
    assert journal.verify().count == KEPT + 1
    fill(journal, 2)
    assert len(list(where.folder.glob("audit-0*.jsonl"))) == KEPT
    assert journal.verify().count == KEPT + 3


def test_a_damaged_journal_is_set_aside_and_begun_anew(journal: Journal, where: Place) -> None:
    fill(journal)
    rewrite(where, lines(where)[:3])
    aside = journal.renew("20260105T090000Z")
    assert len((aside / FILE).read_bytes().splitlines()) == 3
    fill(journal, 2)
    assert journal.verify().count == 3
    assert json.loads(lines(where)[0])["before"]["count"] == 10


def test_the_command_says_whether_it_is_whole(journal: Journal, where: Place) -> None:
    def audit(action: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "stitch_connect_mcp.cli", "audit", action]
        env = {**os.environ, "STITCH_CONNECT_STATE": str(where.folder)}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    fill(journal)
    assert "10 lines, as they were written" in audit("verify").stdout
    rewrite(where, lines(where)[:-2])
    told = audit("verify")
    assert told.returncode == 2
    assert "2 lines are missing at the end" in told.stderr
    assert audit("renew").returncode == 0
    assert audit("verify").returncode == 0


# What a server notes -----------------------------------------------------------------------------


@pytest.fixture
def server(world: World, where: Place) -> StitchServer:
    state = database(where)
    audit = Audit(Journal(where.folder, state), "sandbox")
    gate = Gate(SqliteStore(state), MODES["token"], now=world.clock, audit=audit)
    address = world.address
    return build_server(
        Settings(confirm="token", where="sandbox", secrets=(address.token,)),
        lambda: AsyncStitch(address.token, base_url=address.url),
        gate=gate,
        audit=audit,
    )


async def delete(client: Client) -> Any:
    preview = await client.call_tool("delete_source", {"source": SOURCE})
    assert preview.structured_content is not None
    confirm = preview.structured_content["approval_id"]
    return await client.call_tool("delete_source", {"source": SOURCE, "confirm": confirm})


async def test_every_call_is_noted_and_an_act_before_it_is_done(
    server: StitchServer, where: Place
) -> None:
    async with Client(server) as client:
        await client.call_tool("list_sources", {})
        await client.call_tool("get_source", {"source": "private-name", "sauce": 1})
        await delete(client)
    noted = [json.loads(line) for line in lines(where)]
    told = [(one["event"], one.get("tool"), one.get("outcome", one.get("state"))) for one in noted]
    assert told == [
        ("call", "list_sources", "ok"),
        ("call", "get_source", "error"),
        ("call", "delete_source", "preview"),
        ("intent", "delete_source", None),
        ("end", "delete_source", "done"),
        ("call", "delete_source", "done"),
    ]
    assert noted[0]["arguments"] == []
    assert noted[1]["arguments"] == ["source"]
    assert noted[2]["arguments"] == ["source"]
    assert noted[3]["target"] == SOURCE
    assert "private-name" not in (where.folder / FILE).read_text()
    assert "sandbox-token" not in (where.folder / FILE).read_text()


async def test_what_cannot_be_noted_is_not_done(
    server: StitchServer, where: Place, world: World
) -> None:
    async with Client(server) as client:
        await client.call_tool("list_sources", {})
        rewrite(where, [b"rubbish\n"])
        result = await delete(client)
        listed = await client.call_tool("list_sources", {})
    assert result.is_error
    assert "audit verify" in result.content[0].text
    assert world.deletions == 0
    assert not listed.is_error, "looking goes on"


async def test_a_state_that_another_process_holds_stops_no_reading_and_harms_no_journal(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_file, "BUSY", 0.05)
    where = Place(tmp_path / "state", False)
    state = database(where)
    audit = Audit(Journal(where.folder, state))
    async with Client(account.server(audit=audit)) as client:
        await call(client, "list_sources")
        with sqlite3.connect(where.file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                await call(client, "list_sources")
            other.execute("ROLLBACK")
        await call(client, "list_sources")
    assert Journal(where.folder, state).verify().count == 2


async def test_a_confirmation_that_cannot_be_kept_is_told_and_nothing_is_sent(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state_file, "BUSY", 0.05)
    where = Place(tmp_path / "state", False)
    gate = Gate(SqliteStore(database(where)), MODES["auto"])
    settings = Settings(where="sandbox", access=EVERYTHING)
    async with Client(build_server(settings, account.stitch, gate=gate)) as client:
        with sqlite3.connect(where.file, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            told = await client.call_tool("delete_source", {"source": 120643})
            other.execute("ROLLBACK")
        waits = await client.call_tool("delete_source", {"source": 120643})
    assert "The state file of this server cannot be used" in text(told)
    assert waits.structured_content["status"] == "needs_approval"
    assert account.calls("sources.delete") == 0
