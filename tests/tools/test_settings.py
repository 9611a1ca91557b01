"""What the operator decided, as it is for the account that is meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from stitch_connect.profiles import UnknownProfile
from stitch_connect_mcp.commands.config import command
from stitch_connect_mcp.commands.given import knowing
from stitch_connect_mcp.options import SettingsError, gathered
from stitch_connect_mcp.settings import Settings
from stitch_connect_sandbox.server import running


def settings(line: dict[str, str | None], **simulated: Any) -> Settings:
    return Settings.of(gathered(line, {}), {"STITCH_CONNECT_REGION": "us-east-1"}, **simulated)


def test_a_named_account_is_named_in_questions_and_not_the_region_of_another() -> None:
    found = settings({"account": "prod"})
    assert found.where == "prod"
    assert found.home != settings({}).home


@pytest.mark.parametrize("account", [None, "116078"])
def test_the_account_of_the_token_stands_in_the_region_of_the_environment(
    account: str | None,
) -> None:
    assert settings({"account": account}).where == "us-east-1"


def test_an_address_is_named_in_questions_and_not_a_region_that_it_replaces() -> None:
    env = {
        "STITCH_CONNECT_REGION": "us-east-1",
        "STITCH_CONNECT_BASE_URL": "http://127.0.0.1:8040/\n",
    }
    assert Settings.of(gathered({}, {}), env).where == "127.0.0.1:8040"


def test_a_simulated_account_is_named_for_what_it_is() -> None:
    assert settings({"account": "prod"}, where="sandbox", home="x").where == "sandbox"


async def test_a_server_keeps_step_with_a_sandbox_that_was_there_before(tmp_path: Path) -> None:
    [program, *rest] = command()
    with running(time_scale=60) as sandbox:
        started = StdioServerParameters(
            command=program,
            args=[*rest, "serve", "--time-scale", "60"],
            env={
                "STITCH_CONNECT_STATE": str(tmp_path / "state"),
                "STITCH_CONNECT_BASE_URL": sandbox.url,
                "STITCH_CONNECT_TOKEN": sandbox.token,
            },
        )
        async with Client(started) as client:
            job = (
                await client.call_tool("start_job", {"source": "heroku"})
            ).structured_content or {}
            asked = {"job": job["job"], "wait_seconds": 25}
            for _ in range(100):
                found = (await client.call_tool("get_job", asked)).structured_content or {}
                if found["ended"]:
                    break
    assert found["state"] == "loaded"


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two accounts, one of which has its token."""
    file = tmp_path / "accounts.toml"
    file.write_text('[prod]\ntoken = "env:PROD_TOKEN"\n[test]\ntoken = "env:TEST_TOKEN"\n')
    monkeypatch.setenv("STITCH_CONNECT_ACCOUNTS", str(file))
    monkeypatch.setenv("PROD_TOKEN", "planted-4f1d8e")
    monkeypatch.delenv("TEST_TOKEN", raising=False)
    return file


@pytest.mark.usefixtures("accounts")
def test_the_token_of_each_account_that_is_served_is_known_as_a_secret() -> None:
    assert knowing(settings({"account": "prod"})).secrets == ("planted-4f1d8e",)
    assert knowing(settings({}), ["test", "prod"]).secrets == ("planted-4f1d8e",)
    assert knowing(settings({"account": "116078"})).secrets == ()


@pytest.mark.usefixtures("accounts")
def test_an_account_that_is_not_there_is_told_at_the_start() -> None:
    with pytest.raises(UnknownProfile, match="did you mean prod"):
        knowing(settings({"account": "prd"}))


async def test_a_missing_token_of_an_account_keeps_no_server_from_its_start(
    accounts: Path, tmp_path: Path
) -> None:
    [program, *rest] = command()
    started = StdioServerParameters(
        command=program,
        args=[*rest, "serve", "--account", "test"],
        env={
            "STITCH_CONNECT_STATE": str(tmp_path / "state"),
            "STITCH_CONNECT_ACCOUNTS": str(accounts),
        },
    )
    async with Client(started) as client:
        assert len((await client.list_tools()).tools) == 27
        answer = await client.call_tool("list_sources", {})
    assert answer.is_error
    assert "TEST_TOKEN of its token is not set; set it" in str(answer.content)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("allowed-hosts = 7", "allowed-hosts must be a text or a list of texts"),
        ("account = true", "account must be a text"),
        ("tools = [1]", "tools must be a text or a list of texts"),
        ('acces = "read"', "is not an option; did you mean access"),
    ],
)
def test_a_file_says_only_what_an_option_can_mean(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "options.toml"
    file.write_text(line)
    with pytest.raises(SettingsError, match=says):
        gathered({"config": str(file)}, {})


def test_an_account_in_a_file_may_be_a_number(tmp_path: Path) -> None:
    file = tmp_path / "options.toml"
    file.write_text("account = 116078")
    assert gathered({"config": str(file)}, {}) == {"account": "116078"}
