"""`config`: what goes into an assistant's settings, without a token, and without loss."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from stitch_connect_mcp.assistants import ASSISTANTS
from stitch_connect_mcp.cli import main
from stitch_connect_mcp.settings_files import MOST, NotWritten, merge

TOKEN = "planted-4f1d8e"
OTHERS = {"mcpServers": {"other": {"command": "x", "env": {"KEY": "é", "n": 1.5}}}, "theme": "dark"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("STITCH_CONNECT_STATE")
    monkeypatch.setenv("STITCH_CONNECT_TOKEN", TOKEN)
    monkeypatch.setattr(sys, "platform", "linux")
    accounts = tmp_path / "accounts.toml"
    accounts.write_text('[prod]\ntoken = "env:STITCH_PROD_TOKEN"\n')
    monkeypatch.setenv("STITCH_CONNECT_ACCOUNTS", str(accounts))
    return tmp_path


Config = Callable[..., Any]


@pytest.fixture
def config(capsys: pytest.CaptureFixture[str]) -> Config:
    """Run the command; gives the snippet that it prints."""

    def run(*arguments: str) -> Any:
        assert main(["config", *arguments]) == 0
        said = capsys.readouterr()
        assert TOKEN not in said.out + said.err
        return json.loads(said.out)

    return run


@pytest.mark.parametrize("name", ASSISTANTS)
@pytest.mark.parametrize("place", ["linux", "darwin"])
def test_what_is_printed_is_what_is_written(
    home: Path, config: Config, monkeypatch: pytest.MonkeyPatch, name: str, place: str
) -> None:
    monkeypatch.setattr(sys, "platform", place)
    printed = config(name, "--account", "prod", "--access", "read")
    assert not list(home.rglob("*.json"))
    assert config(name, "--account", "prod", "--access", "read", "--write") == printed
    (file,) = home.rglob("*.json")
    assert file == ASSISTANTS[name].file(os.environ)
    assert json.loads(file.read_text()) == printed
    entry = printed[ASSISTANTS[name].key]["stitch"]
    assert entry["args"] == ["serve", "--account", "prod", "--access", "read"]
    assert Path(entry["command"]).is_absolute()
    assert entry["env"] == {"STITCH_CONNECT_ACCOUNTS": str(home / "accounts.toml")}, (
        "a profile does not mix with the rest of the environment"
    )
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("claude-code", "${STITCH_CONNECT_TOKEN}"),
        ("cursor", "${env:STITCH_CONNECT_TOKEN}"),
        ("vscode", "${env:STITCH_CONNECT_TOKEN}"),
    ],
)
def test_the_token_is_named_and_never_shown(
    home: Path, config: Config, monkeypatch: pytest.MonkeyPatch, name: str, reference: str
) -> None:
    monkeypatch.setenv("STITCH_CONNECT_REGION", "eu-central-1")
    monkeypatch.setenv("STITCH_CONNECT_PARTNER_SECRET", TOKEN)
    (entries,) = config(name).values()
    assert entries["stitch"]["env"] == {
        "STITCH_CONNECT_ACCOUNTS": str(home / "accounts.toml"),
        "STITCH_CONNECT_TOKEN": reference,
        "STITCH_CONNECT_REGION": "eu-central-1",
    }


def test_an_account_that_is_only_pinned_has_the_token_of_the_environment(
    home: Path, config: Config
) -> None:
    entry = config("cursor", "--account", "116078")["mcpServers"]["stitch"]
    assert entry["args"] == ["serve", "--account", "116078"]
    assert entry["env"]["STITCH_CONNECT_TOKEN"] == "${env:STITCH_CONNECT_TOKEN}"


def test_an_account_that_is_not_there_is_not_written_down(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "cursor", "--account", "prd", "--write"]) == 2
    assert "no account is named 'prd'" in capsys.readouterr().err
    assert not list(home.rglob("*.json"))


@pytest.mark.parametrize("name", ["claude-desktop", "zed"])
def test_where_no_variable_can_be_named_an_account_is_asked_for(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["config", name, "--write"]) == 2
    said = capsys.readouterr()
    assert "name an account of accounts.toml by --account" in said.err
    assert TOKEN not in said.err + said.out
    assert not list(home.rglob("*.json"))


def test_a_secret_in_an_address_is_not_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STITCH_CONNECT_BASE_URL", f"https://me:{TOKEN}@stitch.example")
    assert main(["config", "cursor"]) == 2
    said = capsys.readouterr()
    assert "STITCH_CONNECT_BASE_URL holds what looks like a secret" in said.err
    assert TOKEN not in said.out + said.err


async def test_the_entry_starts_a_server(
    home: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = config("cursor", "--sandbox", "--access", "read")["mcpServers"]["stitch"]
    command = StdioServerParameters(
        command=entry["command"], args=entry["args"], env={"STITCH_CONNECT_STATE": str(home / "s")}
    )
    async with Client(command) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
    assert "list_sources" in names
    assert "delete_source" not in names


@pytest.mark.parametrize("indent", [2, 4, "\t", None])
def test_what_was_there_stays_and_is_kept_beside_it(
    home: Path, config: Config, indent: int | str | None
) -> None:
    file = home / ".cursor/mcp.json"
    file.parent.mkdir()
    before = json.dumps(OTHERS, indent=indent, ensure_ascii=False)
    file.write_text(before)
    file.chmod(0o640)
    config("cursor", "--write")
    after = json.loads(file.read_text())
    assert after.pop("mcpServers").keys() == {"other", "stitch"}
    assert after == {"theme": "dark"}
    if indent:
        kept = before.splitlines()[2:8]  # the entry that was there, and what it holds
        assert [line.rstrip(",") for line in kept] == [
            line.rstrip(",") for line in file.read_text().splitlines()[2:8]
        ]
    (backup,) = file.parent.glob("*.backup")
    assert backup.read_text() == before
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, backup)] == [0o640, 0o640]
    assert sorted(one.name for one in file.parent.iterdir()) == sorted([backup.name, "mcp.json"])


def test_a_link_is_followed_and_stays_one(home: Path, config: Config) -> None:
    real = home / "dotfiles/claude.json"
    real.parent.mkdir()
    real.write_text("{}")
    (home / ".claude.json").symlink_to(real)
    config("claude-code", "--write")
    assert (home / ".claude.json").is_symlink()
    assert "stitch" in json.loads(real.read_text())["mcpServers"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{\n  // mine\n  "mcpServers": {}\n}', "is not plain JSON; comments would be lost"),
        ('{"mcpServers": {},}', "is not plain JSON"),
        ('{"a": 1, "a": 2}', "is not plain JSON"),
        ('{"a": NaN}', "is not plain JSON"),
        ("[" * 100_000, "is not plain JSON"),
        ("[]", "holds no object"),
        ('{"mcpServers": []}', "'mcpServers' is no object"),
        ('{"a": "\\ud800"}', "is not Unicode"),
        (b"\xff\xfe{}", "is not Unicode"),
    ],
    ids=range(9),
)
def test_what_could_not_be_kept_is_left_alone_and_the_snippet_shown(
    home: Path, capsys: pytest.CaptureFixture[str], content: str | bytes, says: str
) -> None:
    file = home / ".cursor/mcp.json"
    file.parent.mkdir()
    given = content if isinstance(content, bytes) else content.encode()
    file.write_bytes(given)
    assert main(["config", "cursor", "--write"]) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert str(file) in said.err
    assert "stitch" in json.loads(said.out)["mcpServers"]
    assert file.read_bytes() == given
    assert list(file.parent.iterdir()) == [file]


def _folder(file: Path) -> None:
    file.mkdir()


def _nowhere(file: Path) -> None:
    file.symlink_to("nowhere")


def _large(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(MOST + 1)


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (_folder, "is no file"),
        (_nowhere, "leads nowhere"),
        (_large, "too large"),
    ],
)
def test_what_is_no_settings_file_is_left_alone(
    tmp_path: Path, prepare: Callable[[Path], None], says: str
) -> None:
    file = tmp_path / "settings.json"
    prepare(file)
    with pytest.raises(NotWritten, match=says):
        merge(file, "mcpServers", "stitch", {})
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_changes_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.json"
    file.write_text("{}")
    dumps = json.dumps

    def slowly(*given: Any, **options: Any) -> str:
        file.write_text('{"by": "the assistant"}')
        return dumps(*given, **options)

    monkeypatch.setattr(json, "dumps", slowly)
    with pytest.raises(NotWritten, match="changed meanwhile"):
        merge(file, "mcpServers", "stitch", {})
    assert file.read_text() == '{"by": "the assistant"}'
    assert list(tmp_path.iterdir()) == [file]


def test_a_disk_without_room_leaves_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.json"
    file.write_text("{}")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritten, match="No space left"):
        merge(file, "mcpServers", "stitch", {})
    assert file.read_text() == "{}"
    assert list(tmp_path.iterdir()) == [file]
