"""Every block of code in the documentation does what it says."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from stitch_connect import Stitch
from stitch_connect.operations import OPERATIONS
from stitch_connect.profiles import read_profiles
from stitch_connect_mcp.access import DEFAULT_TOOLSETS
from stitch_connect_mcp.options import gathered
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.web.principals import read_principals
from stitch_connect_sandbox.cli import parser as sandbox_options
from stitch_connect_sandbox.control import ACTIONS
from stitch_connect_sandbox.faults import KINDS
from stitch_connect_sandbox.faults.fields import FIELDS
from stitch_connect_sandbox.server import running

from .test_architecture import MAY_IMPORT

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
SANDBOX = (ROOT / "docs/sandbox.md").read_text(encoding="utf-8")
README, CONTRIBUTING = (path.read_text(encoding="utf-8") for path in DOCUMENTS[:2])
OFFERED = [spec for spec in TOOLS if spec.toolset in DEFAULT_TOOLSETS]
INLINE_MAKE = re.compile(r"`make ([a-z-]+)`")
INLINE_CALL = re.compile(r"`(stitch\.[^`…]+\))`")


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


@pytest.mark.parametrize("path", ["README.md", "docs/jobs.md"])
def test_five_lines_start_a_job_and_wait_until_it_is_loaded(path: str, account: Any) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    kind, code = next(block for block in BLOCK.findall(text) if "jobs.wait(" in block[1])
    assert (kind, len([line for line in code.splitlines() if line.strip()])) == ("python", 5)
    promised = re.search(r"[Ii]t prints\s`([^`]+)`", text)
    assert promised is not None
    run = subprocess.run(
        [sys.executable, "-c", code.replace("http://127.0.0.1:8040", account.url)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.stdout.strip() == promised[1], run.stderr


@pytest.mark.parametrize(("verb", "action", "_"), ACTIONS)
def test_every_action_of_the_control_plane_is_shown(verb: str, action: str, _: Any) -> None:
    code = "\n".join(text for kind, text in BLOCK.findall(SANDBOX) if kind == "python")
    assert re.search(rf'\.{verb.lower()}\("(http\S*/_sandbox/)?{action}"', code)


@pytest.mark.parametrize(
    "option", sorted({*re.findall(r"--[a-z-]{3,}", sandbox_options().format_help())})
)
def test_every_option_of_the_sandbox_is_listed(option: str) -> None:
    assert f"`{option}`" in SANDBOX or option == "--help"


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
def test_a_command_is_one_that_works_here(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documented = (ROOT / "docs/accounts.md").read_text(encoding="utf-8")
    accounts = tmp_path / "accounts.toml"
    accounts.write_text(dict(BLOCK.findall(documented))["toml"], encoding="utf-8")
    monkeypatch.setenv("STITCH_CONNECT_ACCOUNTS", str(accounts))
    for line in code.splitlines():
        subprocess.run(rehearsal(shlex.split(line)), cwd=ROOT, check=True, capture_output=True)


WOULD_SERVE = """
import sys
from stitch_connect_mcp.cli import parser
from stitch_connect_mcp.options import gathered
from stitch_connect_mcp.web.plan import plan
assert plan(gathered(vars(parser().parse_args(sys.argv[1:])), {}))
"""


def rehearsal(command: list[str]) -> list[str]:
    """The same command, which changes nothing."""
    if command[:4] == ["python", "-m", "pip", "install"]:
        without = ["--dry-run", "--no-deps", "--no-index", "--no-build-isolation"]
        return [sys.executable, *command[1:4], *without, *command[4:]]
    if command[:2] == ["stitch-connect-mcp", "serve"]:
        return [sys.executable, "-c", WOULD_SERVE, *command[1:]]
    if command[0] == "stitch-connect-mcp":
        return [sys.executable, "-m", "stitch_connect_mcp.cli", *command[1:]]
    assert command[0] == "make", "rehearse other commands here too"
    return [*command, "--dry-run"]


@pytest.mark.parametrize("target", sorted({*INLINE_MAKE.findall(TEXT)}))
def test_a_target_that_is_mentioned_exists(target: str) -> None:
    subprocess.run(["make", target, "--dry-run"], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("call", sorted({*INLINE_CALL.findall(README)}))
def test_a_call_that_is_mentioned_works(call: str, account: Any) -> None:
    with Stitch(account.token, base_url=account.url) as stitch:
        assert eval(call, {"stitch": stitch}) is not None


def test_the_settings_that_are_listed_are_those_that_exist() -> None:
    rows = re.findall(r"^\|.*\| `(\w+)` \| `STITCH_CONNECT_(\w+)` \|$", README, re.MULTILINE)
    assert rows
    assert all(name.upper() == variable for name, variable in rows)
    sentence = README[: README.index("are arguments only")].rpartition("\n\n")[2]
    listed = {name for name, _ in rows} | {*re.findall(r"`(\w+)`", sentence)}
    assert listed == set(inspect.signature(Stitch).parameters)


def test_the_rooms_are_those_that_the_architecture_test_allows() -> None:
    rows = re.findall(r"^\| `(stitch_\w+)` \| (.*) \|$", CONTRIBUTING, re.MULTILINE)
    told = {room: set(re.findall(r"`(stitch_\w+)`", allowed)) for room, allowed in rows}
    assert told == {room: may for room, may in MAY_IMPORT.items() if room != "codegen"}


def test_the_faults_are_those_that_the_sandbox_has() -> None:
    text = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    kinds, _, fields = text.partition("## Whom it strikes")
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \| [^|]* \|$", kinds, re.MULTILINE))
    assert told == {name: kind.said for name, kind in KINDS.items()}
    named = re.findall(r"^\| (`[^|]*`) \|", fields, re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", " ".join(named))} | {"kind"} == set(FIELDS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_the_counts_are_right() -> None:
    connect = [one for one in OPERATIONS.values() if one.resource not in ("import_api", "oauth")]
    assert f"all {len(connect)} operations of the Stitch Connect API" in README
    assert f"with {len(OFFERED)} tools" in README


@pytest.mark.parametrize("code", list(blocks("json")))
async def test_a_client_configuration_starts_a_server(code: str) -> None:
    entry = json.loads(code)["mcpServers"]["stitch"]
    command = str(Path(sys.executable).parent / entry["command"])
    async with Client(StdioServerParameters(command=command, args=entry["args"])) as client:
        assert len((await client.list_tools()).tools) == len(OFFERED)


@pytest.mark.parametrize("code", list(blocks("toml")))
def test_a_file_of_settings_is_understood(code: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(code, encoding="utf-8")
    if not code.startswith("["):
        assert gathered({"config": str(file)}, {})
    elif "token" in code:
        assert read_profiles(file)
    else:
        assert read_principals(file).known


def test_no_block_is_of_a_kind_that_nobody_runs() -> None:
    kinds = {kind for path in DOCUMENTS for kind, _ in BLOCK.findall(path.read_text())}
    # tests/e2e/test_demo.py and tests/stories, tests/sandbox/test_coverage.py
    elsewhere = {"text", "mermaid"}
    assert kinds <= {"python", "bash", "json", "toml"} | elsewhere
