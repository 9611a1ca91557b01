"""The tool server beside a bare one of the same library: how soon it is there, how fast it is.

Both get the same bytes over the same transport, a round of calls each in turn, and nothing here
reads the answers while the clock runs. What is told is the median over the rounds: of their
medians (p50), and of their 99th percentiles (p99).
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import httpx
from stitch_connect_sandbox.server import Address

from .measure import PYTHON, ROOT, SAMPLES, TIMEOUT, Line, interleaved

CALLS = 100  # of each server in a round
CLIENT, SOURCE = 116078, 120643
BARE = [str(PYTHON), "-I", str(ROOT / "benchmarks" / "programs" / "bare_server.py")]
OURS = [str(PYTHON.parent / "stitch-connect-mcp"), "serve"]
HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"},
    },
}
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Call(NamedTuple):
    """A call of our server, and the call of the bare one that it is measured beside."""

    what: str
    ours: tuple[str, dict[str, Any]]
    bare: tuple[str, dict[str, Any]]
    at_most: float | None = None
    """Milliseconds more."""


ECHO = ("echo", {"text": "hello"})
OVERVIEW = Call("the account from memory", ("account_overview", {}), ECHO)
ASKED = Call(
    "one request",
    ("get_source", {"source": SOURCE}),
    ("source", {"number": SOURCE}),
)


class Setting(NamedTuple):
    """An account, and what a server is told of it."""

    address: Address
    state: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of our server."""
        return {
            "PATH": os.environ["PATH"],
            "STITCH_CONNECT_TOKEN": self.address.token,
            "STITCH_CONNECT_BASE_URL": self.address.url,
            "STITCH_CONNECT_STATE": str(self.state),
        }

    def bare(self, port: int = 0) -> list[str]:
        """The command of the bare server."""
        return [*BARE, str(port), self.address.url, self.address.token]


def known(address: Address) -> Call:
    """The call about a job that has ended: small, and answered from memory like an echo."""
    headers = {"Authorization": f"Bearer {address.token}"}
    found = httpx.get(f"{address.url}/v4/{CLIENT}/extractions", headers=headers).json()["data"]
    job = next(one["job_name"] for one in found if one["source_id"] == SOURCE)
    return Call("a job from memory", ("get_job", {"job": job}), ECHO, at_most=1.0)


def report(address: Address) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(address, Path(folder) / "state")
        _start(setting)
        job = known(address)
        _over_stdio(setting, (job, OVERVIEW, ASKED))
        _over_http(setting, job._replace(at_most=None))


# Cold starts -------------------------------------------------------------------------------------


def _start(setting: Setting) -> None:
    commands = (OURS, setting.bare())
    ours, bare = interleaved(*(partial(_listed, setting, one) for one in commands))
    Line("cold start to tools/list / a bare server", "×", at_most=1.25).show(ours / bare)


def _listed(setting: Setting, command: list[str]) -> None:
    """Start a server, and end it when it has listed its tools."""
    with _piped(setting, command) as wire:
        assert '"tools"' in wire.ask({"jsonrpc": "2.0", "id": 2, "method": "tools/list"})


@contextmanager
def _piped(setting: Setting, command: list[str]) -> Iterator[Pipe]:
    """A server on standard input and output that was greeted."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=setting.env, text=True, stdin=pipe, stdout=pipe) as server:
        try:
            wire = Pipe(server)
            wire.ask(HELLO)
            wire.tell(READY)
            yield wire
        finally:
            server.kill()


# Calls -------------------------------------------------------------------------------------------


class Wire(Protocol):
    """A connection that was greeted, on which a call is asked and answered as it stands."""

    def ask(self, message: Mapping[str, Any]) -> str:
        """Send a request; return its answer."""


class Pipe:
    """A server on standard input and output."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        assert server.stdin is not None
        assert server.stdout is not None
        self._sent, self._answered = server.stdin, server.stdout

    def ask(self, message: Mapping[str, Any]) -> str:
        self.tell(message)
        return self._answered.readline()

    def tell(self, message: Mapping[str, Any]) -> None:
        """Send what is not answered."""
        self._sent.write(json.dumps(message) + "\n")
        self._sent.flush()


def _over_stdio(setting: Setting, calls: Iterable[Call]) -> None:
    with _piped(setting, OURS) as ours, _piped(setting, setting.bare()) as bare:
        for call in calls:
            _compare(call, "stdio", ours, bare)


def _compare(call: Call, transport: str, ours: Wire, bare: Wire) -> None:
    rounds = [(_round(ours, *call.ours), _round(bare, *call.bare)) for _ in range(SAMPLES + 1)]
    what = f"a call over {transport}, {call.what}"
    for name, point in (("p50", 49), ("p99", 98)):
        mine, theirs = [
            1000 * statistics.median(statistics.quantiles(one, n=100)[point] for one in side)
            for side in zip(*rounds[1:], strict=True)
        ]
        bound = call.at_most if name == "p50" else None
        Line(f"{what}: {name} over bare ({theirs:.2f} ms)", "ms", bound).show(mine - theirs)


def _round(wire: Wire, tool: str, given: Mapping[str, Any]) -> list[float]:
    """The seconds of each call."""
    call, taken = {"name": tool, "arguments": given}, []
    for number in range(CALLS):
        begin = time.perf_counter()
        answer = wire.ask({"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": call})
        taken.append(time.perf_counter() - begin)
        assert '"isError":false' in answer, answer
    return taken


# Over HTTP ---------------------------------------------------------------------------------------


class Session:
    """A session over HTTP, on one connection."""

    def __init__(self, http: httpx.Client, url: str) -> None:
        self._http, self._url = http, url
        greeted = http.post(url, json=HELLO)
        http.headers["mcp-session-id"] = greeted.headers["mcp-session-id"]
        http.post(url, json=READY)

    def ask(self, message: Mapping[str, Any]) -> str:
        return self._http.post(self._url, json=message).text


def _over_http(setting: Setting, call: Call) -> None:
    mine, theirs = _free_port(), _free_port()
    with (
        _served(setting, [*OURS, "--http", f"127.0.0.1:{mine}"], mine) as ours,
        _served(setting, setting.bare(theirs), theirs) as bare,
    ):
        _compare(call, "HTTP", ours, bare)


@contextmanager
def _served(setting: Setting, command: list[str], port: int) -> Iterator[Session]:
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=setting.env, stdout=quiet, stderr=quiet) as server:
        try:
            _wait_for(port)
            token = setting.state / "http-token"
            headers = {
                "accept": "application/json, text/event-stream",
                "authorization": f"Bearer {token.read_text().strip()}",
            }
            with httpx.Client(headers=headers, timeout=TIMEOUT) as http:
                yield Session(http, f"http://127.0.0.1:{port}/mcp")
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)
