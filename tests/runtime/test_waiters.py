"""Waiting for a state: asked at the contract's pace, ended by it, and never without end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stitch_connect_api import models
from stitch_connect_runtime import errors

from .calling import Caller, fails
from .hostile import answer, hostile

EXAMPLES = Path(__file__).resolve().parents[2] / "spec/examples"


def check(state: str) -> bytes:
    recorded = EXAMPLES / f"connection_checks.source.response.{state}.json"
    return answer(200, json.dumps(json.loads(recorded.read_bytes())))


def wait(client: Any, **options: Any) -> Any:
    return client.wait_for("connection_check", source_id=1, **options)


def test_what_runs_is_asked_for_until_it_is_over(call: Caller) -> None:
    with hostile(check("running"), check("running"), check("succeeded")) as server:
        found = call(server.url, wait)
        assert len(server.requests) == 3
    assert found.status is models.CheckStatus.SUCCEEDED
    assert call.clock.slept == 10


def test_what_failed_is_an_error_with_the_last_answer(call: Caller) -> None:
    with hostile(check("running"), check("failed")) as server:
        error = fails(errors.WaitFailed, call, server, wait)
    assert error.last.status is models.CheckStatus.FAILED


def test_a_deadline_is_kept_to_the_second(call: Caller) -> None:
    with hostile(check("running")) as server:
        with pytest.raises(errors.WaitTimeout) as caught:
            call(server.url, lambda client: wait(client, deadline=12))
        assert len(server.requests) == 4, "after 0, 5, 10 and 12 seconds"
    assert caught.value.last.status is models.CheckStatus.RUNNING
    assert call.clock.slept == 12


def test_there_is_an_end_even_without_a_deadline(call: Caller) -> None:
    with hostile(check("running")) as server:
        with pytest.raises(errors.WaitTimeout):
            call(server.url, lambda client: wait(client, deadline=1e9))
        assert len(server.requests) == 120


def test_an_unknown_state_is_waited_out(call: Caller) -> None:
    odd = check("running").replace(b'"running"', b'"napping"')
    with hostile(odd, check("succeeded")) as server:
        assert call(server.url, wait).status == "succeeded"


def test_an_unknown_waiter_is_answered_with_those_there_are(call: Caller) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.ConfigurationError, match="there is connection_check"):
            call(server.url, lambda client: client.wait_for("check", source_id=1))
        assert server.requests == []
