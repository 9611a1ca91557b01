"""`approve`, `deny` and `pending` as a person uses them: the real command on a real terminal."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from stitch_connect_mcp.confirmations.rows import Channel, Draft, Row, State
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.state_file import VARIABLE, Place, database

from .terminal import COMMAND, at_a_terminal, environment

WORDING = "Delete source 120643 in account 116078 (us-east-1): name «heroku»."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(folder: Path) -> SqliteStore:
    return SqliteStore(database(Place(folder, False)))


def asked(store: SqliteStore, channel: Channel = Channel.TERMINAL, key: str = "k") -> Row:
    draft = Draft(
        key=key, revision="r", caller="me", tool="delete_source", wording=WORDING, typed="heroku"
    )
    return store.open(draft, channel, time.time())


def home(folder: Path) -> dict[str, str]:
    return {VARIABLE: str(folder)}


def without_a_terminal(
    folder: Path, *arguments: str, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(home(folder) | dict(extra or {})),
        input="heroku\n",
        capture_output=True,
        text=True,
        timeout=30,
        start_new_session=True,
        check=False,
    )


def state(store: SqliteStore, row: Row) -> State:
    found = store.find(row.id, time.time())
    assert found is not None
    return found.state


def test_a_person_who_types_the_name_approves(store: SqliteStore, folder: Path) -> None:
    row = asked(store)
    code, shown = at_a_terminal("approve", row.id, env=home(folder), types="heroku")
    assert code == 0, shown
    assert WORDING in shown
    assert str(folder) in shown
    assert state(store, row) is State.APPROVED


@pytest.mark.parametrize("typed", ["", "herok", "y", "HEROKU", "heroku "])
def test_anything_else_approves_nothing(store: SqliteStore, folder: Path, typed: str) -> None:
    row = asked(store)
    code, shown = at_a_terminal("approve", row.id, env=home(folder), types=typed)
    assert code == 2
    assert "nothing was approved" in shown
    assert state(store, row) is State.PENDING


def test_without_a_terminal_nothing_is_approved(store: SqliteStore, folder: Path) -> None:
    row = asked(store)
    ran = without_a_terminal(folder, "approve", row.id)
    assert ran.returncode == 2
    assert "needs a terminal" in ran.stderr
    assert state(store, row) is State.PENDING


@pytest.mark.parametrize("variable", ["CLAUDECODE", "CURSOR_AGENT", "CODEX_SANDBOX", "GEMINI_CLI"])
def test_in_the_shell_of_an_assistant_nothing_is_approved(
    store: SqliteStore, folder: Path, variable: str
) -> None:
    row = asked(store)
    ran = without_a_terminal(folder, "approve", row.id, extra={variable: "1"})
    assert ran.returncode == 2
    assert f"{variable} is set" in ran.stderr
    assert state(store, row) is State.PENDING


def test_what_waits_is_listed_and_can_be_denied(store: SqliteStore, folder: Path) -> None:
    row, form = asked(store), asked(store, Channel.FORM, key="other")
    listed = without_a_terminal(folder, "pending").stdout
    assert row.id in listed
    assert WORDING in listed
    assert form.id not in listed
    assert without_a_terminal(folder, "deny", row.id).returncode == 0
    assert state(store, row) is State.DENIED
    assert "Nothing waits" in without_a_terminal(folder, "pending").stdout


def test_what_was_answered_or_is_asked_elsewhere_says_so(store: SqliteStore, folder: Path) -> None:
    row, form = asked(store), asked(store, Channel.FORM, key="other")
    store.move(row.id, State.PENDING, State.DENIED, time.time())
    assert "is denied already" in without_a_terminal(folder, "deny", row.id).stderr
    assert "answer it there" in without_a_terminal(folder, "deny", form.id).stderr
