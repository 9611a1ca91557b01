"""Any sequence of operations leaves an account that holds together, and forgets nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .account_machine import AccountMachine

CALM = settings(
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
SHORT = settings(CALM, max_examples=80, stateful_step_count=15, derandomize=True)
LONG = settings(CALM, max_examples=10_000, stateful_step_count=15)


@pytest.fixture
def machine() -> Iterator[type[AccountMachine]]:
    AccountMachine.loop = asyncio.new_event_loop()
    yield AccountMachine
    AccountMachine.loop.close()


def test_every_sequence_keeps_what_was_acknowledged(
    machine: type[AccountMachine], soak: bool
) -> None:
    chosen = LONG if soak else SHORT
    run_state_machine_as_test(machine, settings=chosen)
    never = machine.refused.keys() - machine.acknowledged.keys()
    assert not soak or never == {"half right"}, "each write has been acknowledged at least once"
    assert len(machine.acknowledged) > 10
    assert machine.sequences >= chosen.max_examples
    print(f"\n{machine.sequences} sequences, {sum(machine.acknowledged.values())} writes")
    print(f"acknowledged: {dict(machine.acknowledged)}\nrefused: {dict(machine.refused)}")
