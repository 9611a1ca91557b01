"""What the two commands say: their help, and one line about a mistake that says what to do."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from stitch_connect_mcp import cli as mcp
from stitch_connect_mcp.options import NAMES, OTHER_NAMES
from stitch_connect_sandbox import cli as sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("client_runtime", "generated_client", "sdk", "sandbox", "tool_server")
Main = Callable[[Sequence[str]], int]
Said = Callable[..., str]


@pytest.fixture
def refused(capfd: pytest.CaptureFixture[str]) -> Said:
    """Run a command that must refuse to start; gives the one line that it says."""

    def run(main: Main, *arguments: str) -> str:
        try:
            code: object = main(arguments)
        except SystemExit as end:
            code = end.code
        said = capfd.readouterr()
        assert code == 2
        assert not said.out
        assert said.err.count("\n") == 1
        return said.err.strip()

    return run


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--prot 1", "unknown option --prot; did you mean --port?"),
        ("--db", "--db: expected one argument"),
        ("8041", "an argument without an option"),
        ("--port x", "must be a number from 0 (any free port) to 65535, not 'x'"),
        ("--port 65536", "must be a number from 0 (any free port) to 65535, not '65536'"),
        ("--port -1", "must be a number from 0 (any free port) to 65535, not '-1'"),
        ("--time-scale -1", "must be a number from 0 (time stands still) to 1e9, not '-1'"),
        ("--time-scale nan", "must be a number from 0 (time stands still) to 1e9, not 'nan'"),
        ("--seed x", "--seed: must be a whole number, not 'x'"),
        ("--fault loads.list", "--fault loads.list: write OPERATION:KIND"),
        ("--fault load.list:drip", "unknown operation 'load.list': did you mean 'loads.list'?"),
        ("--start-at noon", "--start-at: must be a moment as ISO 8601, such as 2026-"),
    ],
)
def test_the_sandbox_says_what_an_option_takes(refused: Said, arguments: str, says: str) -> None:
    assert says in refused(sandbox.main, *arguments.split())


def test_the_sandbox_names_a_port_in_use(refused: Said) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(sandbox.main, "--port", str(port))
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "choose another --port" in said


@pytest.mark.parametrize("place", ["missing/state.db", "file/state.db", "file"])
def test_the_sandbox_names_a_place_that_keeps_no_state(
    refused: Said, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("no database")
    said = refused(sandbox.main, "--port", "0", "--db", str(tmp_path / place))
    assert f"cannot keep the state in {tmp_path / place}" in said
    assert "choose another --db" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "required: command"),
        ("serv", "choose from"),
        ("serve --sandbx", "unknown option --sandbx; did you mean --sandbox?"),
        ("serve --time-scale -1", "must be a number above 0"),
        ("serve --sandbox --time-scale inf", "must be a number above 0"),
        ("serve --time-scale 60", "--time-scale is for a simulated account: give --sandbox"),
        ("serve --access reed", "--access is not one of read, operate"),
        ("serve --access reed", "did you mean read?"),
        ("serve --toolsets sources,job", "--toolsets has no 'job'; did you mean jobs?"),
        ("serve --deny delete_sauce", "--deny has no 'delete_sauce'; did you mean delete_source?"),
        ("serve --confirm yes", "--confirm is not one of auto, form, token, approve, deny"),
        ("serve --config /nowhere/at/all.toml", "/nowhere/at/all.toml cannot be read"),
        ("serve --log-level loud", "--log-level is not one of debug, info, warning, error"),
        ("tools --acess read", "unknown option --acess; did you mean --access?"),
        ("tools --access reed", "did you mean read?"),
        ("config cursor --http", "unknown option --http (--help lists the options)"),
        ("config emacs", "choose from"),
        ("config cursor --access reed", "did you mean read?"),
        ("approve", "the following arguments are required: id"),
        ("approve abc --yes", "unknown option --yes"),
        ("approve abc", "nothing waits by the id 'abc'; `pending` lists what does"),
    ],
)
def test_the_tool_server_says_what_it_takes(refused: Said, arguments: str, says: str) -> None:
    assert says in refused(mcp.main, *arguments.split())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TOKN", "abcdefg", "did you mean STITCH_CONNECT_TOKEN?"),
        ("BASEURL", "abcdefg", "did you mean STITCH_CONNECT_BASE_URL?"),
        ("CONFIRM", "abcdefg", "STITCH_CONNECT_CONFIRM is not one of auto, form"),
    ],
)
def test_the_tool_server_says_which_setting_to_mend(
    refused: Said, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"STITCH_CONNECT_{name}", value)
    said = refused(mcp.main, "serve")
    assert says in said
    assert "abcdefg" not in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("REGION", "us-eats-1", "did you mean 'us-east-1'?"),
        ("BASE_URL", "http://stitch.example", "must begin with https://"),
        ("CLIENT_ID", "mine", "is a number, as 116078"),
    ],
)
def test_the_tool_server_does_not_start_towards_nowhere(
    refused: Said, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv("STITCH_CONNECT_TOKEN", "abcdefg")
    monkeypatch.setenv(f"STITCH_CONNECT_{name}", value)
    said = refused(mcp.main, "serve")
    assert says in said
    assert "abcdefg" not in said


@pytest.mark.parametrize("arguments", [["serve", "--token=abcdefg"], ["serve", "abcdefg"]])
def test_a_secret_in_the_wrong_place_is_not_repeated(refused: Said, arguments: list[str]) -> None:
    assert "abcdefg" not in refused(mcp.main, *arguments)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('acces = "read"', "'acces' is not an option; did you mean access?"),
        ('access = "reed"', "did you mean read?"),
        ("deny = [1]", "deny must be a text or a list of texts"),
        ("access", "cannot be read"),
    ],
)
def test_the_tool_server_says_what_a_file_of_options_may_hold(
    refused: Said, tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "stitch.toml"
    path.write_text(line)
    said = refused(mcp.main, "serve", "--config", str(path))
    assert says in said
    assert str(path) in said


def test_the_tool_server_knows_every_setting_that_is_read() -> None:
    sources = [path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    read = set(re.findall(r"\bSTITCH_CONNECT_([A-Z_]+)\b", "\n".join(sources)))
    assert OTHER_NAMES <= read <= NAMES


@pytest.mark.snapshot
def test_the_help_is_as_it_was_accepted(
    snapshot: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = ""
    for main, arguments in (
        (sandbox.main, []),
        (mcp.main, []),
        (mcp.main, ["serve"]),
        (
            mcp.main,
            ["approve"],
        ),
    ):
        with pytest.raises(SystemExit, match=r"^0$"):
            main([*arguments, "--help"])
        shown += capsys.readouterr().out + "\n"
    snapshot("help.txt", shown)


def test_a_reader_who_has_seen_enough_sees_no_traceback() -> None:
    command = f"{sys.executable} -m stitch_connect_mcp.cli tools --json | head -c 100"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60)
    assert ran.stdout.startswith("[")
    assert ran.stderr == ""
