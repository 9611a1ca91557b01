"""The wheel, installed where nothing but its declared dependencies can be imported.

Each environment is a real one, made without an index: the wheel is built and installed, and what
its metadata asks for is linked from the environment that runs the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("client_runtime", "generated_client", "sdk", "sandbox", "tool_server")
DATA = {
    "stitch_connect_sandbox/_spec/openapi.yaml",
    "stitch_connect_sandbox/_spec/connections.json",
}
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq"]
pytestmark = pytest.mark.xdist_group("installed")
Environment = Callable[[str], Path]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", ".", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Gives the folder of commands of an environment with one extra, or with none."""
    made: dict[str, Path] = {}

    def make(extra: str) -> Path:
        if extra not in made:
            made[extra] = install(wheel, extra, tmp_path_factory.mktemp(extra or "base"))
        return made[extra]

    return make


def install(wheel: Path, extra: str, folder: Path) -> Path:
    venv.create(folder)
    python = folder / "bin/python"
    command = [*PIP, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, timeout=60)
    (site,) = folder.glob("lib/python*/site-packages")
    (ours,) = distributions(path=[str(site)])
    for needed in requirements(ours, {extra}, set()):
        for top in {file.parts[0] for file in needed.files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():  # two distributions may share a namespace
                (site / top).symlink_to(str(needed.locate_file(top)))
    return folder / "bin"


def requirements(of: Distribution, extras: set[str], seen: set[str]) -> Iterator[Distribution]:
    """Each distribution that `of` declares to need, and what those need."""
    for text in of.requires or ():
        wanted = Requirement(text)
        asked = [{"extra": extra} for extra in {"", *extras}]
        if wanted.marker and not any(map(wanted.marker.evaluate, asked)):
            continue
        name = f"{canonicalize_name(wanted.name)} {sorted(wanted.extras)}"
        if name not in seen:
            seen.add(name)
            found = distribution(wanted.name)
            yield found
            yield from requirements(found, wanted.extras, seen)


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(command), *arguments],
        cwd=cwd,
        env=outside(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def outside() -> dict[str, str]:
    """The environment variables without those that lead back to the repository."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}


def test_the_wheel_holds_the_rooms_and_the_contract_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    expected = {
        str(path.relative_to(ROOT / room))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == expected | DATA
    assert {f"{package.split('/')[0]}/py.typed" for package in held} <= held


def test_the_client_needs_the_base_dependencies_alone(
    environment: Environment, sandbox: Any, tmp_path: Path
) -> None:
    code = (
        "import stitch_connect\n"
        "print(stitch_connect.__file__)\n"
        f"with stitch_connect.Stitch({sandbox.token!r}, base_url={sandbox.url!r}) as stitch:\n"
        "    print(stitch.sources.get(120643).name)\n"
    )
    ran = run(environment("") / "python", "-c", code, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    path, name = ran.stdout.splitlines()
    assert Path(path).is_relative_to(environment("").parent)
    assert name == "heroku"


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (["stitch-connect-sandbox"], "sandbox"),
        (["stitch-connect-mcp", "serve", "--sandbox"], "mcp"),
        (["stitch-connect-mcp", "serve"], "mcp"),
    ],
)
def test_a_command_names_the_extra_that_it_lacks(
    environment: Environment, tmp_path: Path, command: list[str], extra: str
) -> None:
    ran = run(environment("") / command[0], *command[1:], cwd=tmp_path)
    assert ran.returncode == 2
    assert not ran.stdout
    assert ran.stderr.count("\n") == 1
    assert f"pip install 'stitch-connect[{extra}]'" in ran.stderr


@pytest.mark.parametrize("command", ["stitch-connect-sandbox", "stitch-connect-mcp"])
def test_a_command_explains_itself_without_its_extra(
    environment: Environment, tmp_path: Path, command: str
) -> None:
    ran = run(environment("") / command, "--help", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"usage: {command}" in ran.stdout


def test_the_sandbox_serves_with_its_extra_alone(environment: Environment, tmp_path: Path) -> None:
    command = str(environment("sandbox") / "stitch-connect-sandbox")
    with subprocess.Popen(
        [command, "--port", "0", "--exit-with-stdin"],
        cwd=tmp_path,
        env=outside(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        url = served.stdout.readline().split("ready: ")[1].split()[0]
        request = urllib.request.Request(
            f"{url}/v4/sources/120643", headers={"Authorization": "Bearer sandbox-token"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["name"] == "heroku"
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert b"<h1" in answer.read()
        served.communicate(timeout=20)
    assert served.returncode == 0


async def test_the_tool_server_serves_with_its_extra_alone(
    environment: Environment, tmp_path: Path
) -> None:
    server = StdioServerParameters(
        command=str(environment("mcp") / "stitch-connect-mcp"),
        args=["serve", "--sandbox"],
        cwd=tmp_path,
        env=outside(),
    )
    async with Client(server) as client:
        assert "get_source" in {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool("get_source", {"source": 120643})
    assert not result.is_error
    assert "heroku" in str(result.structured_content)
