"""How something is measured: programs in an environment of their own, and ratios within one run."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
SAMPLES = 21
TIMEOUT = 300  # seconds that one program may take


@dataclass(frozen=True, slots=True)
class Line:
    """One measure and, where there is one, its goal: at most or at least a number."""

    what: str
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    def show(self, value: float) -> None:
        """Print the value beside the goal."""
        goal, met = self._goal(value)
        print(f"{self.what:<66} {value:8.2f} {self.unit:<3} {goal:<11} {met}".rstrip(), flush=True)

    def _goal(self, value: float) -> tuple[str, str]:
        if self.at_most is not None:
            return f"goal ≤ {self.at_most:g}", _verdict(value <= self.at_most)
        if self.at_least is not None:
            return f"goal ≥ {self.at_least:g}", _verdict(value >= self.at_least)
        return "", ""


def _verdict(met: bool) -> str:
    return "met" if met else "NOT MET"


def run(*arguments: str) -> str:
    """Run Python in the environment under measurement; return what it printed."""
    found = subprocess.run(
        [str(PYTHON), "-I", *arguments],
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    return found.stdout


def numbers(program: str, *arguments: str) -> dict[str, float]:
    """Run one of `programs/`, which prints lines of a name and a number."""
    printed = run(str(ROOT / "benchmarks" / "programs" / f"{program}.py"), *arguments)
    return {name: float(value) for name, value in map(str.split, printed.splitlines())}


def interleaved(*calls: Callable[[], object]) -> list[float]:
    """Median seconds of each call, their samples interleaved, the first of each left out."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(SAMPLES + 1):
        for series, call in zip(taken, calls, strict=True):
            begin = time.perf_counter()
            call()
            series.append(time.perf_counter() - begin)
    return [statistics.median(series[1:]) for series in taken]
