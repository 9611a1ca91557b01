"""`doctor`, and the assistants that servers note for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx
import pytest
from mcp import Client
from mcp.types import ElicitResult, Implementation
from stitch_connect import AsyncStitch
from stitch_connect_mcp import checks
from stitch_connect_mcp.audit.journal import FILE, Journal
from stitch_connect_mcp.cli import main
from stitch_connect_mcp.clients import KEPT, MOST, Clients, Seen
from stitch_connect_mcp.database import memory
from stitch_connect_mcp.request_budget import SharedBudget
from stitch_connect_mcp.server import build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.state_file import Place, database, place

Doctor = Callable[..., dict[str, tuple[str, str]]]


@pytest.fixture
def where(tmp_path: Path, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("STITCH_CONNECT_TOKEN", sandbox.token)
    monkeypatch.setenv("STITCH_CONNECT_BASE_URL", sandbox.url)
    return place(os.environ)


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Run the command; gives the state and the text of each line."""

    def run(*arguments: str, code: int = 0) -> dict[str, tuple[str, str]]:
        assert main(["doctor", *arguments]) == code
        said = capsys.readouterr()
        token = os.environ.get("STITCH_CONNECT_TOKEN")
        assert not token or token not in said.out + said.err
        lines = (line.split(maxsplit=2) for line in said.out.splitlines())
        return {what: (state, text) for state, what, text in lines}

    return run


def test_a_sound_place_is_found_sound_and_left_as_it_is(
    where: Place, doctor: Doctor, sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "DRIFT", 600)  # the sandbox's clock stands still from its start
    found = doctor("--access", "read", "--toolsets", "jobs")
    assert {state for state, _ in found.values()} == {"ok"}
    assert found["access"][1].startswith("read; confirmations: auto")
    assert found["tools"][1] == "4 of jobs"
    assert found["region"][1] == sandbox.url
    assert found["budget"][1] == "30 of 30 job requests left for 10 minutes"
    assert not where.folder.exists()
    asked = httpx.get(f"{sandbox.url}/_sandbox/requests").json()["operations"]
    assert set(asked) == {"destinations.list", "sources.list"}


async def test_what_servers_spent_and_saw_is_shown(
    where: Place, doctor: Doctor, sandbox: Any
) -> None:
    state = database(where)
    budget = SharedBudget(state)
    stitch = AsyncStitch(budget=budget)
    async with stitch:
        account = await stitch.find_client_id()
        await stitch.extractions.list(stitch_client_id=account).first_page()
    Journal(where.folder, state).write({"event": "call"})
    Clients(state).note(Seen("Claude", "1.2", "2026-07-28", ("elicitation.form",)))
    found = await anyio.to_thread.run_sync(doctor)
    assert found["budget"][1].startswith("29 of 30")
    assert found["audit"] == ("ok", "1 lines, as they were written")
    told = "Claude 1.2, protocol 2026-07-28, elicitation.form; 0 min ago"
    assert found["client"] == ("ok", told)


@pytest.mark.parametrize(
    ("variable", "value", "line", "says"),
    [
        ("TOKEN", "planted-4f1d8e", "token", "Stitch refused the token"),
        ("TOKEN", "", "token", "set STITCH_CONNECT_TOKEN"),
        ("BASE_URL", "http://127.0.0.1:9", "clock", "does not answer; look at network and proxy"),
        ("BASE_URL", "http://stitch.example", "account", "must begin with https://"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    where: Place,
    doctor: Doctor,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    line: str,
    says: str,
) -> None:
    monkeypatch.setenv(f"STITCH_CONNECT_{variable}", value)
    state, text = doctor(code=1)[line]
    assert state == "fail"
    assert says in text


def test_a_state_that_others_can_read_is_told(where: Place, doctor: Doctor) -> None:
    database(where).close()
    where.file.chmod(0o644)
    assert doctor(code=1)["state"] == (
        "fail",
        f"{where.file} is open to other users; run: chmod 600 {where.file}",
    )


def test_a_journal_that_was_changed_is_told(where: Place, doctor: Doctor) -> None:
    journal = Journal(where.folder, database(where))
    journal.write({"event": "call"})
    (where.folder / FILE).write_bytes(b"")
    state, text = doctor(code=1)["audit"]
    assert state == "fail"
    assert "`audit renew`" in text


def test_an_account_that_nobody_named_is_told(where: Place, doctor: Doctor, tmp_path: Path) -> None:
    assert doctor("--account", "prd", code=1)["account"][0] == "fail"


@pytest.mark.parametrize(
    ("off", "state", "says"),
    [(5, "ok", "5 s from"), (100, "warn", "100 s ahead"), (-100, "warn", "100 s behind")],
)
def test_a_clock_that_is_off_is_told(
    monkeypatch: pytest.MonkeyPatch, off: int, state: str, says: str
) -> None:
    monkeypatch.setattr(checks, "_date", lambda address: "Thu, 26 Nov 2026 12:00:00 GMT")
    line = checks.clock_of("http://any", now=lambda: 1795694400.0 + off)
    assert line.state == state
    assert says in line.said


def test_a_server_without_a_clock_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_date", lambda address: None)
    assert checks.clock_of("http://any").state == "warn"


# What a server notes -----------------------------------------------------------------------------


async def answer(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="decline")


@pytest.mark.parametrize("era", ["2026-07-28", "legacy"])
async def test_a_client_is_noted_at_its_first_call(sandbox: Any, era: Any) -> None:
    times = iter(range(1, 100))
    clients = Clients(memory(), now=lambda: float(next(times)))
    server = build_server(
        Settings(), lambda: AsyncStitch(sandbox.token, base_url=sandbox.url), clients=clients
    )
    who = Implementation(name="An\x1b[31m assistant" + "n" * 90, version="3.1")
    async with Client(server, client_info=who, mode=era, elicitation_callback=answer) as client:
        assert clients.latest() == []
        for _ in range(3):
            await client.call_tool("list_sources", {})
    ((seen, at),) = clients.latest()
    assert at == 1.0
    assert seen.name.startswith("An assistantnnn")
    assert len(seen.name) == 60
    assert seen.version == "3.1"
    assert seen.protocol == ("2026-07-28" if era == "2026-07-28" else "2025-11-25")
    assert "elicitation.form" in seen.can


def test_clients_without_end_do_not_fill_the_file() -> None:
    times = iter(range(1000))
    clients = Clients(memory(), now=lambda: float(next(times)))
    new = [clients.is_new(n) for n in range(MOST + 50)]
    assert sum(new) == MOST
    for n in range(KEPT + 5):
        clients.note(Seen(str(n), "", "", ()))
    assert [seen.name for seen, _ in clients.latest()] == [str(n) for n in range(KEPT + 4, 4, -1)]
