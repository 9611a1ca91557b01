"""What the sandbox says of itself: complete, with reasons, and the same wherever it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from stitch_connect_sandbox import contract, diagrams, lifecycle
from stitch_connect_sandbox.coverage import COVERAGE
from stitch_connect_sandbox.coverage.page import page
from stitch_connect_sandbox.coverage.rows import ABSENT, SIMULATED, STATUSES, Row
from stitch_connect_sandbox.routing import Routes

from .conftest import Account

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATIONS = list(Routes(contract.document()))


def test_every_operation_is_in_the_table_once() -> None:
    named = [name for row in COVERAGE for name in row.operations]
    assert len(named) == len(set(named))
    assert set(named) == {name for one in OPERATIONS for name in (one.id, *one.variants)}


def test_an_operation_is_absent_exactly_where_the_contract_says_so() -> None:
    absent = {name for row in COVERAGE if row.status == ABSENT for name in row.operations}
    assert absent == {one.id for one in OPERATIONS if one.absent}


@pytest.mark.parametrize("row", COVERAGE, ids=lambda row: row.what)
def test_what_is_not_simulated_names_its_reason(row: Row) -> None:
    assert row.status in STATUSES
    assert bool(row.reason) is (row.status != SIMULATED)


def test_a_running_sandbox_answers_with_the_table(account: Account) -> None:
    told = account("GET", "/_sandbox/coverage").json()
    assert len(told["rows"]) == len(COVERAGE) == sum(told["counts"].values())
    assert {row["what"]: row["reason"] for row in told["rows"]} == {
        row.what: row.reason for row in COVERAGE
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [("sandbox-coverage.md", page()), ("lifecycles.md", diagrams.page())],
)
def test_a_printed_page_is_up_to_date(name: str, text: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.parametrize("life", diagrams.LIVES, ids=lambda life: life.title)
def test_a_diagram_shows_every_move_and_no_other(life: diagrams.Life) -> None:
    drawn: dict[tuple[str, str], str] = {}
    for line in diagrams.diagram(life.moves):
        states, arrow, events = line.partition(": ")
        if arrow:
            state, _, after = states.partition(" --> ")
            drawn |= {(state.strip(), event): after for event in events.split(", ")}
    assert drawn == life.moves


def test_every_table_of_moves_is_drawn() -> None:
    tables = [value for name, value in vars(lifecycle).items() if _is_table(value)]
    assert len(tables) == len(diagrams.LIVES)
    assert all(any(life.moves is table for life in diagrams.LIVES) for table in tables)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, tuple) for key in value)
