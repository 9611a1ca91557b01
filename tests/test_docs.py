"""Every block of code in the documentation does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from stitch_connect.profiles import read_profiles
from stitch_connect_sandbox.server import running

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(language: str, *, tests: bool = False) -> Iterator[Any]:
    for path in DOCUMENTS:
        for number, (kind, text) in enumerate(BLOCK.findall(path.read_text(encoding="utf-8"))):
            if kind == language and tests is ("def test_" in text):
                yield pytest.param(text, id=f"{path.name}-{number}")


@pytest.fixture
def account() -> Iterator[Any]:
    """What `make sandbox` serves: a minute of the account takes a second."""
    with running(token="sandbox-token", seed=7, time_scale=60) as address:
        yield address


@pytest.mark.parametrize("code", list(blocks("python")))
def test_a_python_block_runs(code: str, account: Any) -> None:
    code = code.replace("http://127.0.0.1:8040", account.url)
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout


@pytest.mark.parametrize("code", list(blocks("python", tests=True)))
def test_a_block_of_tests_passes(code: str, tmp_path: Path) -> None:
    file = tmp_path / "test_documented.py"
    file.write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    run = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("code", list(blocks("bash")))
def test_a_command_is_a_target_of_the_makefile(code: str) -> None:
    for line in code.splitlines():
        command = line.split()
        assert command[0] == "make", "run other commands here too"
        subprocess.run([*command, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("code", list(blocks("json")))
async def test_a_client_configuration_starts_a_server(code: str) -> None:
    entry = json.loads(code)["mcpServers"]["stitch"]
    command = str(Path(sys.executable).parent / entry["command"])
    async with Client(StdioServerParameters(command=command, args=entry["args"])) as client:
        assert len((await client.list_tools()).tools) == 6


@pytest.mark.parametrize("code", list(blocks("toml")))
def test_an_accounts_file_is_understood(code: str, tmp_path: Path) -> None:
    (tmp_path / "accounts.toml").write_text(code, encoding="utf-8")
    assert read_profiles(tmp_path / "accounts.toml")


def test_no_block_is_of_a_kind_that_nobody_runs() -> None:
    kinds = {kind for path in DOCUMENTS for kind, _ in BLOCK.findall(path.read_text())}
    assert kinds <= {"python", "bash", "json", "toml"}
