"""What the judges share: a profile, and a sandbox whose time stands still between calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stitch_connect_sandbox.server import Address, running

from .fuzzing import CI, SOAK, Profile


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="the long version, as `make soak` runs it")


@pytest.fixture
def profile(pytestconfig: pytest.Config) -> Profile:
    return SOAK if pytestconfig.getoption("--soak") else CI


@pytest.fixture
def sandbox() -> Iterator[Address]:
    with running(seed=7, time_scale=0, start_at="2026-03-01T08:00:00Z") as address:
        yield address
