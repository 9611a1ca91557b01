"""The budget across processes: 30 requests in 10 minutes, however many servers a user runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stitch_connect import Stitch
from stitch_connect.errors import BudgetExhausted
from stitch_connect_mcp.request_budget import SharedBudget
from stitch_connect_mcp.state_file import Place, database

KEY, REQUESTS, PERIOD = "https://api|jobs|116078", 30, 600.0


def process(folder: Path, home: str = "") -> SharedBudget:
    """A budget as another process opens it."""
    return SharedBudget(database(Place(folder / "state", False)), home)


def test_servers_spend_from_one_budget(tmp_path: Path) -> None:
    one, two = process(tmp_path), process(tmp_path)
    taken = [
        budget.take(KEY, REQUESTS, PERIOD, 1000.0 + n) for n in range(15) for budget in (one, two)
    ]
    assert taken == [0.0] * 30
    assert one.take(KEY, REQUESTS, PERIOD, 1100.0) == 1600.0
    assert two.left(KEY, REQUESTS, PERIOD, 1100.0) == 0
    assert two.left(KEY, REQUESTS, PERIOD, 1600.0) == 2
    assert two.take(KEY, REQUESTS, PERIOD, 1600.0) == 0.0


def test_of_many_at_once_just_as_many_fit_as_there_are(tmp_path: Path) -> None:
    budgets = [process(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda n: budgets[n % 8].take(KEY, REQUESTS, PERIOD, 1.0), range(80)))
    assert taken.count(0.0) == 30


def test_another_home_is_another_account(tmp_path: Path) -> None:
    one, other = process(tmp_path, "a"), process(tmp_path, "b")
    for _ in range(30):
        one.take(KEY, REQUESTS, PERIOD, 1.0)
    assert one.take(KEY, REQUESTS, PERIOD, 1.0)
    assert other.take(KEY, REQUESTS, PERIOD, 1.0) == 0.0


def test_a_clock_that_was_set_back_gives_nothing_away(tmp_path: Path) -> None:
    budget = process(tmp_path)
    for _ in range(30):
        budget.take(KEY, REQUESTS, PERIOD, 5000.0)
    assert budget.take(KEY, REQUESTS, PERIOD, 1000.0) == 1600.0


def test_clients_of_two_processes_are_refused_together(sandbox: object, tmp_path: Path) -> None:
    url, token = sandbox.url, sandbox.token  # type: ignore[attr-defined]
    clients = [Stitch(token, base_url=url, budget=process(tmp_path)) for _ in range(2)]
    with clients[0] as one, clients[1] as two:
        for _ in range(15):
            list(one.loads.list(116078))
            list(two.loads.list(116078))
        for client in (one, two):
            with pytest.raises(BudgetExhausted):
                list(client.loads.list(116078))
            assert client.budget_left("jobs", 116078) == 0
