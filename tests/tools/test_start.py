"""A server lists its tools before the client is there: it is imported by the first call."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from stitch_connect_sandbox.server import running

PROGRAM = """
import sys
from stitch_connect_mcp.cli import main
code = main(["serve"])
print("modules", *sys.modules, file=sys.stderr)
sys.exit(code)
"""
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}}
START = [
    ("initialize", {**HELLO, "clientInfo": {"name": "test", "version": "1"}}),
    ("tools/list", {}),
]
CALL = ("tools/call", {"name": "list_sources", "arguments": {}})
JOB = ("tools/call", {"name": "get_job", "arguments": {"job": "nonsense"}})
FROM_THE_FIRST_CALL = {
    "httpx",
    "stitch_connect.errors",
    "stitch_connect.jobs",
    "stitch_connect.schedules",
    "stitch_connect.selection",
    "stitch_connect_api.models.source",
    "stitch_connect_api.resources.sources",
    "stitch_connect_mcp.errors",
}
NEVER = {
    "jsonschema_rs",
    "opentelemetry.sdk",
    "stitch_connect_mcp.checks",
    "stitch_connect_mcp.web.app",
    "stitch_connect_sandbox",
    "yaml",
}


def served(url: str, token: str, state: Path, *messages: Any) -> tuple[list[Any], set[str]]:
    """What a server answers on standard output, and which modules it has then imported."""
    env = {
        "PATH": os.environ["PATH"],
        "STITCH_CONNECT_TOKEN": token,
        "STITCH_CONNECT_BASE_URL": url,
        "STITCH_CONNECT_STATE": str(state),
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=env, text=True, stdin=pipe, stdout=pipe, stderr=pipe
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        answers = []
        for number, (method, params) in enumerate(messages):
            asked = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            server.stdin.write(json.dumps(asked) + "\n")
            server.stdin.flush()
            answers.append(json.loads(server.stdout.readline()))
        _, told = server.communicate(timeout=60)
    assert server.returncode == 0, told
    return answers, set(told.rpartition("modules ")[2].split())


def test_the_tools_are_listed_before_the_client_is_imported(tmp_path: Path) -> None:
    with running(time_scale=0) as address:
        answers, modules = served(address.url, address.token, tmp_path / "state", *START)
        _, later = served(address.url, address.token, tmp_path / "state", *START, CALL, JOB)
    assert answers[1]["result"]["tools"]
    assert not modules & (FROM_THE_FIRST_CALL | NEVER)
    assert later >= FROM_THE_FIRST_CALL, "a name that is never imported proves nothing"
    assert not later & NEVER
