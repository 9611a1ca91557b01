"""Prism, an independent reader of the contract: as a mock of it, and as a judge between two."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .fuzzing import CONTRACT
from .node import environment, program

ROOT = CONTRACT.parent.parent
TESTS = ROOT / "tests/client/test_every_operation.py"
PATIENCE = 120.0  # seconds for it to listen
EVENT = re.compile(r"\[HTTP SERVER\] (\w+ \S+)|(Violation: .*)")
PASSED_ON = "Received forward response"


@dataclass(frozen=True, slots=True)
class Prism:
    """A running Prism."""

    url: str
    log: Path

    def violations(self) -> list[str]:
        """What it has complained of, each after the request that it was about."""
        found, asked = [], ""
        for request, violation in EVENT.findall(self.log.read_text(encoding="utf-8")):
            asked = request or asked
            found += [f"{asked}: {violation}"] if violation else []
        return found

    def exchanges(self) -> int:
        """How many requests it has judged with their answers."""
        return self.log.read_text(encoding="utf-8").count(PASSED_ON)


@contextmanager
def mocking(folder: Path) -> Iterator[Prism]:
    """A server that answers with the examples of the contract, or with what fits its schemas."""
    with _running(folder, "mock", [str(CONTRACT)]) as prism:
        yield prism


@contextmanager
def judging(folder: Path, upstream: str) -> Iterator[Prism]:
    """A proxy that passes everything on, and complains of what the contract does not allow."""
    with _running(folder, "proxy", [str(CONTRACT), upstream]) as prism:
        yield prism


@contextmanager
def _running(folder: Path, command: str, arguments: Sequence[str]) -> Iterator[Prism]:
    port, log = _free_port(), folder / "prism.log"
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [program("prism"), command, "-h", "127.0.0.1", "-p", str(port), *arguments],
            env=environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(port, process)
            yield Prism(f"http://127.0.0.1:{port}", log)
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Prism does not listen (exit code {process.poll()})")


def every_operation(prism: Prism, *options: str) -> tuple[int, str]:
    """Run the tests of one call for each operation against it; return how many passed, and all."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--base-url", prism.url, *options]
    run = subprocess.run(
        [*command, str(TESTS)], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    passed = re.search(r"(\d+) passed", run.stdout)
    return int(passed[1]) if passed else 0, run.stdout
