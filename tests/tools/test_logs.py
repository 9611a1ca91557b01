"""What the server writes to standard error: lines that a program reads, and never a secret."""

from __future__ import annotations

import io
import json
import logging
import signal
import subprocess
import sys
from typing import Any

import pytest
from stitch_connect_mcp.logs import JsonFormatter, RedactingFormatter, form_for

from .hostile import CORE, secrets

SECRET = "planted-4f1d8e"  # looks like nothing: only that it is known hides it
PLANTED = "SECRET = 'planted-' + '4f1d8e'"  # a traceback quotes the line
WAYS = {
    "an exception group": "raise ExceptionGroup('two', [ValueError(SECRET), KeyError(SECRET)])",
    "a cause": """
try:
    raise ValueError(SECRET)
except ValueError as error:
    raise RuntimeError('after it') from error
""",
    "a thread": """
import threading
def fail():
    raise ValueError(SECRET)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
raise SystemExit(1)
""",
    "a task that nobody awaited": """
import asyncio, gc
async def fail():
    raise ExceptionGroup('one', [ValueError(SECRET)])
async def main():
    task = asyncio.ensure_future(fail())
    await asyncio.sleep(0.01)
    del task
    gc.collect()
asyncio.run(main())
raise SystemExit(1)
""",
    "an end of an object": """
class Ends:
    def __del__(self):
        raise ValueError(SECRET)
Ends()
raise SystemExit(1)
""",
    "a logged exception": """
import logging
try:
    raise ExceptionGroup('one', [ValueError(SECRET)])
except ExceptionGroup:
    logging.getLogger('any').exception('failed with %s', SECRET)
raise SystemExit(1)
""",
}


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize("way", WAYS)
def test_what_nobody_caught_is_told_without_its_secret(way: str, form: str) -> None:
    setup = f"log_to_stderr((SECRET,), {{'log': {form!r}}})"
    code = f"from stitch_connect_mcp.logs import log_to_stderr\n{PLANTED}\n{setup}\n{WAYS[way]}"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 1
    assert SECRET not in run.stderr
    assert "[hidden]" in run.stderr
    assert "Error" in run.stderr
    if form == "json":
        assert all(json.loads(line)["level"] for line in run.stderr.splitlines())


def test_a_line_of_json_holds_a_whole_record() -> None:
    record = logging.LogRecord("a.b", logging.WARNING, "f", 1, "one\ntwo\x1b[2J %s", ("x",), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert "\n" not in line
    found = json.loads(line)
    assert found.pop("at").endswith("Z")
    assert found == {"level": "warning", "logger": "a.b", "message": "one\ntwo x"}


@pytest.mark.parametrize("form", [RedactingFormatter, JsonFormatter])
@pytest.mark.parametrize("planted", secrets())
def test_no_shape_of_a_secret_is_in_a_traceback(planted: str, form: Any) -> None:
    try:
        try:
            raise ValueError(planted)
        except ValueError as error:
            error.add_note(planted)
            raise ExceptionGroup("two", [error, OSError(planted)]) from error
    except ExceptionGroup:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, planted, (), sys.exc_info())
    written = form().format(record)
    assert "Traceback" in written
    assert CORE not in written


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_person_is_shown_text_and_a_program_json() -> None:
    assert form_for("auto", Terminal()) == "text"
    assert form_for("auto", io.StringIO()) == "json"
    assert form_for("json", Terminal()) == "json"
    assert form_for("text", io.StringIO()) == "text"


def test_a_server_logs_as_it_is_told() -> None:
    command = [sys.executable, "-m", "stitch_connect_mcp.cli", "serve", "--sandbox"]
    run = subprocess.run(
        [*command, "--log", "json", "--log-level", "debug"],
        input="no message\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
    assert any(line["level"] == "debug" for line in lines)
    quiet = subprocess.run(
        [*command, "--log-level", "error"],
        input="",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not [line for line in quiet.stderr.splitlines() if line.startswith("{")]


def test_where_it_serves_is_told_in_the_form_of_the_log_whatever_its_level() -> None:
    command = [sys.executable, "-m", "stitch_connect_mcp.cli", "serve", "--sandbox"]
    with subprocess.Popen(
        [*command, "--http", "127.0.0.1:0", "--log", "json", "--log-level", "error"],
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        told = [json.loads(server.stderr.readline())["message"] for _ in range(2)]
        server.send_signal(signal.SIGTERM)
        rest = server.stderr.read()
    assert [line.split(" ")[0] for line in told] == ["the", "serving"]
    assert rest == ""
    assert server.returncode == -signal.SIGTERM, "ended by it, after what was under way"
