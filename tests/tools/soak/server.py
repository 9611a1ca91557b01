"""`stitch-connect-mcp`, which tells on SIGUSR1 what it holds.

Arguments: a file, to which a line is added each time; then those of the command.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from typing import Any

from stitch_connect_mcp.cli import main
from stitch_connect_mcp.runner import Runner

LEAK = "SOAK_LEAK"  # asks for a leak, so that the soak can show that it would see one
LEAKED = 100  # small objects for each call


def tell(**held: int) -> None:
    with open(sys.argv[1], "a", encoding="utf-8") as report:
        report.write(json.dumps({"pid": os.getpid(), **held}) + "\n")


def weigh(number: int, frame: object) -> None:
    """Runs between two steps of the event loop."""
    gc.collect()
    tell(tasks=len(asyncio.all_tasks()), blocks=sys.getallocatedblocks())


def leak() -> None:
    """Keep a little of every call."""
    kept: list[Any] = []
    make = Runner.words

    def keep(runner: Runner) -> Any:
        kept.extend([number] for number in range(LEAKED))
        return make(runner)

    Runner.words = keep  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    if os.environ.get(LEAK):
        leak()
    signal.signal(signal.SIGUSR1, weigh)
    tell()
    sys.exit(main(sys.argv[2:]))
