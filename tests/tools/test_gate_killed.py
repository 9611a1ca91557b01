"""A server killed between the claim and the answer: once at most, and nobody is misled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox.server import running

SOURCE = 120643
HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Server:
    """`stitch-connect-mcp serve` as a process, spoken to line by line."""

    def __init__(self, url: str, token: str, state: Path) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "STITCH_CONNECT_TOKEN": token,
            "STITCH_CONNECT_BASE_URL": url,
            "STITCH_CONNECT_STATE": str(state),
            "STITCH_CONNECT_CONFIRM": "token",
        }
        command = [sys.executable, "-m", "stitch_connect_mcp.cli", "serve"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True)
        self._number = 0
        self.answer(self.send("initialize", HELLO))
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, method: str, params: Any) -> int:
        self._number += 1
        self._write({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def answer(self, number: int) -> Any:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            found = json.loads(line)
            if found.get("id") == number:
                return found["result"]
        raise AssertionError("the server has ended")

    def delete(self, **more: str) -> int:
        arguments = {"source": SOURCE, **more}
        return self.send("tools/call", {"name": "delete_source", "arguments": arguments})

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=20)

    def _write(self, message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()


@pytest.fixture
def address() -> Iterator[Any]:
    with running(time_scale=0) as found:
        yield found


def deletions(address: Any) -> int:
    found = httpx.get(f"{address.url}/_sandbox/requests").json()["operations"]
    return int(found.get("sources.delete", 0))


def test_what_was_begun_by_a_server_that_died_is_not_begun_again(
    address: Any, tmp_path: Path
) -> None:
    fault = {"operation": "sources.delete", "kind": "latency", "seconds": 5}
    httpx.post(f"{address.url}/_sandbox/faults", json=fault).raise_for_status()
    server = Server(address.url, address.token, tmp_path / "state")
    preview = server.answer(server.delete())["structuredContent"]
    server.delete(confirm=preview["approval_id"])
    until = time.monotonic() + 30
    while not deletions(address) and time.monotonic() < until:
        time.sleep(0.05)
    server.kill()
    after = Server(address.url, address.token, tmp_path / "state")
    try:
        repeated = after.answer(after.delete())["structuredContent"]
        brought = after.answer(after.delete(confirm=preview["approval_id"]))["structuredContent"]
    finally:
        after.kill()
    for told in (repeated, brought):
        assert told["status"] == "refused"
        assert "look at the target" in told["what"]
    assert deletions(address) == 1
