"""The pytest plugin: `stitch_sandbox`, a fresh simulated account for each test.

pytest imports this wherever the distribution is installed, so it needs nothing but pytest, and
starts nothing before a test asks for the fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .clock import scale
from .remote import StitchSandbox

if TYPE_CHECKING:
    from .server import Address

EXTRA = "the fixture stitch_sandbox needs its extra: pip install 'stitch-connect[sandbox]'"

__all__ = ["StitchSandbox"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("stitch-connect").addoption(
        "--stitch-time-scale",
        type=scale,
        default=0.0,
        metavar="N",
        help="seconds of stitch_sandbox for each real one; 0 (default): time moves by advances",
    )


@pytest.fixture(scope="session")
def _stitch_sandbox_server(pytestconfig: pytest.Config) -> Iterator[Address]:
    """One server for the session, or for each worker of pytest-xdist."""
    try:
        from .server import running
    except ImportError:
        raise pytest.UsageError(EXTRA) from None
    with running(time_scale=pytestconfig.getoption("--stitch-time-scale")) as address:
        yield address


@pytest.fixture
def stitch_sandbox(_stitch_sandbox_server: Address) -> StitchSandbox:
    """A simulated Stitch account as new: its address, its token, and the hands on its fate."""
    address = _stitch_sandbox_server
    found = StitchSandbox(address.url, address.token, address.logs_url, address.client_id)
    found.reset()
    return found
