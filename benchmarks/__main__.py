"""`make bench`: a line for each measure, with its goal."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stitch_connect_sandbox.server import running

from . import samples

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("client_runtime", "generated_client", "sdk")
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
SAMPLES = 15


def run(program: str, *arguments: str) -> str:
    """Run a program in the environment under measurement."""
    paths = os.pathsep.join(str(ROOT / room) for room in ROOMS)
    found = subprocess.run(
        [str(PYTHON), "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return found.stdout


def seconds(program: str, *arguments: str) -> float:
    begin = time.perf_counter()
    run(program, *arguments)
    return time.perf_counter() - begin


def medians(*programs: tuple[str, ...]) -> list[float]:
    """Median seconds of each program, their samples interleaved."""
    taken: list[list[float]] = [[] for _ in programs]
    for _ in range(SAMPLES):
        for series, program in zip(taken, programs, strict=True):
            series.append(seconds(*program))
    return [statistics.median(series) for series in taken]


def line(what: str, value: float, unit: str, goal: str, met: Callable[[float], bool]) -> None:
    verdict = "met" if met(value) else "NOT MET"
    print(f"{what:<58} {value:8.2f} {unit:<3} goal {goal:<9} {verdict}", flush=True)


def main() -> int:
    """Measure and print."""
    with running(time_scale=0) as address:
        bare, cold = medians((samples.BARE,), (samples.IMPORT,))
        line(
            "import stitch_connect over the bare interpreter",
            (cold - bare) * 1000,
            "ms",
            "≤ 25",
            lambda v: v <= 25,
        )
        ours, plain, openai = medians(
            (samples.OURS, address.url), (samples.HTTPX, address.url), (samples.OPENAI,)
        )
        line(
            "import, client, first list call / httpx and a model",
            ours / plain,
            "×",
            "≤ 1.15",
            lambda v: v <= 1.15,
        )
        line(
            "import, client, first list call / openai without a call",
            ours / openai,
            "×",
            "–",
            lambda v: True,
        )
        recorded = ROOT / "spec/examples/sources.get.response.healthy.json"
        line(
            "decode 1,000 sources / json.loads",
            float(run(samples.PARSE, str(recorded))),
            "×",
            "≤ 2.5",
            lambda v: v <= 2.5,
        )
        line(
            "requests per second / bare httpx",
            float(run(samples.THROUGHPUT, address.url)),
            "×",
            "≥ 0.8",
            lambda v: v >= 0.8,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
