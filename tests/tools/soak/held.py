"""What a server process holds, and whether it holds more and more."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 30.0  # seconds for a server to tell, or to come to rest


class Held(NamedTuple):
    """What a server held, once it had answered a number of calls."""

    calls: int
    rss: int
    """Kilobytes of memory that the process has."""
    blocks: int
    """Pieces of memory that Python has given out."""
    files: int
    threads: int
    tasks: int


class Most(NamedTuple):
    """How much more may be held at the end of a day's second half than at its beginning."""

    blocks: float
    """For each call."""
    rss: int = 8 * 1024
    files: int = 8
    """The connections to Stitch that are kept open for the next request come and go."""
    threads: int = 8


class Scale:
    """Weighs one server.

    Arguments:
        report: The file that the server writes to.
    """

    def __init__(self, report: Path) -> None:
        self._report = report
        self._seen = 0
        self.pid = int(self._line()["pid"])

    def weigh(self, calls: int) -> Held:
        """Ask the server what it holds, after a number of calls."""
        os.kill(self.pid, signal.SIGUSR1)
        told = self._line()
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{self.pid}/status").read_text().splitlines()
        )
        return Held(
            calls=calls,
            rss=int(status["VmRSS"].split()[0]),
            blocks=told["blocks"],
            files=len(os.listdir(f"/proc/{self.pid}/fd")),
            threads=int(status["Threads"]),
            tasks=told["tasks"],
        )

    def rest(self, calls: int, tasks: int | None) -> Held:
        """Weigh when no more tasks are left than there were, or when no more of them end."""
        held, until = self.weigh(calls), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            before = held.tasks
            time.sleep(0.3)
            held = self.weigh(calls)
            if held.tasks == before if tasks is None else held.tasks <= tasks:
                break
        return held

    def _line(self) -> Any:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            lines = self._report.read_text().splitlines() if self._report.exists() else []
            if len(lines) > self._seen:
                self._seen = len(lines)
                return json.loads(lines[-1])
            time.sleep(0.01)
        raise AssertionError("the server does not tell what it holds")


def growth(series: Sequence[Held]) -> tuple[Held, Held]:
    """The least that was held in the third quarter of a day, and in the last."""
    half = series[len(series) // 2 :]
    middle = len(half) // 2
    return _least(half[:middle]), _least(half[middle:])


def _least(series: Sequence[Held]) -> Held:
    return Held(*(min(values) for values in zip(*series, strict=True)))


def complaints(series: Sequence[Held], most: Most) -> list[str]:
    """What grew, or was left behind."""
    before, after = growth(series)
    calls = after.calls - before.calls
    more: dict[str, tuple[float, float]] = {
        "blocks": (after.blocks - before.blocks, most.blocks * calls),
        "kB": (after.rss - before.rss, most.rss),
        "open files": (after.files - before.files, most.files),
        "threads": (after.threads - before.threads, most.threads),
        "tasks": (series[-1].tasks - series[0].tasks, 0),
    }
    return [
        f"{number} {what} more after {calls} calls"
        for what, (number, bound) in more.items()
        if number > bound
    ]
