"""What every room's tests share: a sandbox over HTTP, and clients that point at it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from stitch_connect_api import AsyncClient, Client

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no failure: how long things take is for benchmarks/.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--recordings",
        default=str(ROOT / "spec/examples"),
        help="folder of recorded payloads to hold against the contract",
    )
    parser.addoption("--soak", action="store_true", help="the long version, as `make soak` runs it")
    parser.addoption("--base-url", help="what answers one call of each operation, if no sandbox")
    parser.addoption("--behind", help="the sandbox that --base-url passes requests on to, if any")


@pytest.fixture
def soak(pytestconfig: pytest.Config) -> bool:
    """Whether a test that has a long version is to run it."""
    return bool(pytestconfig.getoption("--soak"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A developer's own token and confirmations never reach a test."""
    for name in list(os.environ):
        if name.startswith("STITCH_CONNECT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(tmp_path_factory.getbasetemp() / "state"))


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Holds a text against the one that was accepted; `make snapshot` accepts the present one."""
    assert request.node.get_closest_marker("snapshot"), "mark it, or `make snapshot` misses it"

    def hold(name: str, text: str) -> None:
        accepted = ROOT / "tests/snapshots" / name
        if os.environ.get("SNAPSHOT") == "accept":
            accepted.write_text(text, encoding="utf-8")
        assert accepted.read_text(encoding="utf-8") == text, "run `make snapshot` to accept this"

    return hold


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """A fresh account whose time stands still until a test moves it."""
    from stitch_connect_sandbox.server import running

    with running(token="sandbox-token", seed=7, time_scale=0) as address:
        yield address


@pytest.fixture
def client(sandbox: Any) -> Iterator[Client]:
    from stitch_connect_api import Client

    with Client(sandbox.token, base_url=sandbox.url, strict=True) as client:
        yield client


@pytest.fixture
async def async_client(sandbox: Any) -> AsyncIterator[AsyncClient]:
    from stitch_connect_api import AsyncClient

    async with AsyncClient(sandbox.token, base_url=sandbox.url, strict=True) as client:
        yield client
