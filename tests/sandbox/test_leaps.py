"""However time passes, in one leap or in many small steps, it comes to the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from stitch_connect_sandbox.app import Sandbox
from stitch_connect_sandbox.snapshots import take

from .direct import Direct

T, DAY, YEAR = "2026-03-01T08:00:00Z", 86400.0, 86400.0 * 365
SOURCES = (120643, 120645, 120649)
SCHEDULES = (
    {"frequency_in_minutes": "30"},
    {"frequency_in_minutes": "1440", "anchor_time": "2026-03-01T09:30:00Z"},
    {"cron_expression": "0 * * ? * *"},
    {"cron_expression": "0 0/7 * ? * *"},
    {"cron_expression": "0 0 9 ? * MON-FRI"},
    {"cron_expression": "0 30 4 1 * ?"},
    {"cron_expression": "0 0 0 29 2 ?"},
)
FATES = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from(SOURCES),
        "outcome": st.sampled_from(["success", "tap_failed", "load_failed"]),
        "duration": st.sampled_from([0, 10, 7200, 40 * DAY]),
        "load_delay": st.sampled_from([0, 5, 9 * DAY]),
    }
)
STEPS = st.lists(st.sampled_from([0.1, 1 / 3, 59.9, 60, 600, 5000, 90000]), max_size=12)


def passed(
    leaps: Sequence[float], schedules: Sequence[dict[str, str]], fates: Sequence[Any], seed: int
) -> dict[str, Any]:
    """Everything in an account after its time has gone by."""
    sandbox = Sandbox(seed=seed, start_at=T, time_scale=0)
    with asyncio.Runner() as runner:
        ask = Direct(sandbox, runner.get_loop())
        for source, properties in zip(SOURCES, schedules, strict=True):
            assert ask("PUT", f"/v4/sources/{source}", {"properties": properties}).ok
        for fate in fates:
            assert ask("POST", "/_sandbox/fates", fate).ok
        ask("POST", f"/v4/sources/{SOURCES[seed % 3]}/sync")
        for seconds in leaps:
            assert ask("POST", "/_sandbox/advance", {"seconds": seconds}).ok
    found = take(sandbox.store, sandbox.clock.now())["records"]
    return {name: sorted(rows, key=lambda row: str(row["id"])) for name, rows in found.items()}


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    steps=STEPS,
    rest=st.sampled_from([0, 3600, 3 * DAY, YEAR]),
    schedules=st.tuples(*[st.sampled_from(SCHEDULES)] * 3),
    fates=st.lists(FATES, max_size=3),
    seed=st.integers(0, 9),
)
def test_a_leap_and_small_steps_come_to_the_same(
    steps: list[float], rest: float, schedules: Any, fates: list[Any], seed: int
) -> None:
    whole = sum(round(step * 1e6) for step in steps) / 1e6 + rest
    small = passed([*steps, rest], schedules, fates, seed)
    assert passed([whole], schedules, fates, seed) == small
