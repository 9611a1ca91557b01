"""A sandbox that is killed in the middle of writes has kept each that it acknowledged."""

from __future__ import annotations

import signal
from pathlib import Path

from .process import serving
from .writers import Chain, losses, write_until

WRITES_OF_A_CHAIN = 4


def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path, soak: bool) -> None:
    rounds, writes = (10, 2000) if soak else (2, 300)
    db, chains, acknowledged = tmp_path / "account.db", [], 0
    for number in range(rounds):
        new = [Chain(f"round {number} {n}") for n in range(writes // WRITES_OF_A_CHAIN)]
        chains += new
        with serving(db) as (url, process):
            assert losses(url, chains) == []
            after = writes * (number + 1) // (rounds + 1)
            acknowledged += write_until(url, new, after, process.kill)
            assert process.wait(20) == -signal.SIGKILL
        with serving(db) as (url, _):
            assert losses(url, chains) == []
    half_done = [chain for chain in chains if chain.id is not None and chain.job is None]
    assert half_done, "the kills came in the middle"
    print(f"\n{rounds} kills, {acknowledged} acknowledged writes, 0 lost")
