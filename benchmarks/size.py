"""What a large account costs the sandbox: 5,000 sources with 50,000 streams against 50 with 500."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
from stitch_connect_sandbox.app import Sandbox
from stitch_connect_sandbox.collecting import no_search

from tests.sandbox.process import T, serving

from .measure import Line, interleaved

FEW, MANY, STREAMS = 50, 5000, 10
Calls = Mapping[str, Callable[[], object]]
SOURCES = "/v4/sources"
GOALS: Mapping[str, float] = {
    "one source": 1.3,
    "the streams of a source": 1.3,
    "a change": 1.3,
    "a page of loads": 1.3,
    "a page of extractions": 2.5,  # 100 rows against 55
    "the board": 5,
    "the board after a change": 50,
    "all sources": 150,  # 100 times the rows
}


def report() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "large.db"
        with _account(FEW) as few, _account(MANY) as many, _account(MANY, db) as kept:
            for what, goal in GOALS.items():
                took = interleaved(few[what], many[what])
                Line(f"{what}: of 5,000 sources / of 50", "×", at_most=goal).show(took[1] / took[0])
            took = interleaved(many["a change"], kept["a change"])
            Line("a change among 5,000 sources: with a file / without", "×", at_most=1.5).show(
                took[1] / took[0]
            )
        _start(str(db))


@contextmanager
def _account(sources: int, db: Path | None = None) -> Iterator[Calls]:
    headers = {"Authorization": "Bearer sandbox-token"}
    with (
        serving(db) as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=120) as http,
    ):
        body = {"sources": sources, "streams": STREAMS}
        http.post("/_sandbox/seed", json=body).raise_for_status()
        yield _calls(http)


def _calls(http: httpx.Client) -> Calls:
    """What is measured, by name."""
    one = f"{SOURCES}/{http.get(SOURCES).json()[-1]['id']}"
    paths = {
        "one source": one,
        "the streams of a source": f"{one}/streams",
        "a page of loads": "/v4/116078/loads?page=2",
        "a page of extractions": "/v4/116078/extractions",
        "the board": "/",
        "all sources": SOURCES,
    }
    change = partial(http.put, one, json={"display_name": "Measured"})

    def changed_board() -> None:
        change()
        http.get("/")

    reads: Calls = {what: partial(http.get, path) for what, path in paths.items()}
    return {**reads, "a change": change, "the board after a change": changed_board}


def _start(db: str) -> None:
    """How long a start with a large file takes, against reading its rows and nothing else."""
    begin = time.perf_counter()
    Sandbox(time_scale=0, start_at=T, db=db).store.close()
    start = time.perf_counter() - begin
    database = sqlite3.connect(db)
    with no_search():
        begin = time.perf_counter()
        rows = [json.loads(text) for (text,) in database.execute("SELECT body FROM records")]
        reading = time.perf_counter() - begin
    database.close()
    what = f"start with {len(rows):,} records in a file"
    Line(f"{what} / json.loads of each", "×", at_most=4).show(start / reading)
    Line(what, "s").show(start)
