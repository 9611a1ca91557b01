"""The sandbox as a process of its own, which can be killed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

READY = re.compile(r"ready: (\S+) ")
T = "2026-03-01T08:00:00Z"
FROZEN = ("--start-at", T, "--time-scale", "0")
COMMAND = (sys.executable, "-m", "stitch_connect_sandbox.cli", "--port", "0")


def run(*options: str) -> subprocess.CompletedProcess[str]:
    """The command, for as long as it takes to be refused."""
    return subprocess.run(
        [*COMMAND, *options], capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def serving(
    db: Path | None = None, options: Sequence[str] = FROZEN, **given: Any
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a sandbox, and its process, which ends with the block at the latest."""
    kept = () if db is None else ("--db", str(db))
    process = subprocess.Popen(
        [*COMMAND, *kept, *options], stdout=subprocess.PIPE, text=True, **given
    )
    assert process.stdout is not None
    try:
        found = READY.search(process.stdout.readline())
        assert found is not None, "it did not start"
        yield found[1], process
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
