"""Every test of the runtime runs under a watch for secrets in the logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from .calling import SECRETS, Caller


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param)


@pytest.fixture(autouse=True)
def _nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for secret in SECRETS:
        assert secret not in caplog.text
