"""Prism reads the contract by itself: its mock serves our client, and it judges our sandbox."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from stitch_connect import Stitch
from stitch_connect.errors import StitchError
from stitch_connect_api.operations import OPERATIONS
from stitch_connect_sandbox.remote import StitchSandbox
from stitch_connect_sandbox.server import Address

from .prism import every_operation, judging, mocking

UNSERVED = {
    "extractions.logs": "Answers with a redirect to another host: a mock has no log there, and as a"
    " proxy Prism follows it itself, with the token that the other host must not see.",
}
"""Operations that Prism cannot pass on, with the reason."""
LOG = re.compile(r"get /v4/\d+/extractions/")
CALLED = sum(one.provenance != "absent" for one in OPERATIONS.values())
SERVED = " and ".join(f"not {one}" for one in UNSERVED)
TESTS = 3 * (CALLED - len(UNSERVED)) + 1  # sync, async, raw; and the one of the table


def test_a_mock_of_the_contract_serves_the_client(tmp_path: Path) -> None:
    with mocking(tmp_path) as prism:
        passed, said = every_operation(prism, "-k", SERVED)
        assert passed == TESTS, said
        passed, said = every_operation(prism, "-k", f"not ({SERVED})")
        assert passed == 0, "a mock can do it by now: take it off the list"
        assert f"{2 * len(UNSERVED)} failed" in said


def test_a_judge_between_client_and_sandbox_finds_nothing(
    sandbox: Address, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with judging(tmp_path, sandbox.url) as prism:
        passed, said = every_operation(prism, "-k", SERVED, "--behind", sandbox.url)
        assert passed == TESTS, said
        tell_a_story(sandbox, prism.url)
    assert [one for one in prism.violations() if not LOG.match(one)] == []
    assert prism.exchanges() > TESTS
    with capsys.disabled():
        print(f"\nprism: {prism.exchanges()} exchanges, no violation")


def tell_a_story(sandbox: Address, url: str) -> None:
    """Jobs of all outcomes, started, waited for and explained through the judge."""
    hands = StitchSandbox(sandbox.url, sandbox.token, sandbox.logs_url, sandbox.client_id)
    hands.reset()
    with Stitch(sandbox.token, base_url=url, clock=hands.clock, budget_wait=3600) as stitch:
        for outcome, state in STORY.items():
            hands.fate(120643, outcome)
            job = stitch.jobs.start(120643)
            assert stitch.jobs.wait(job, deadline=7200).state == state


STORY = {  # what can be told without the log of a job
    "success": "loaded",
    "discovery_failed": "extraction_failed",
    "tap_failed": "extraction_failed",
    "target_failed": "extraction_failed",
    "load_failed": "load_failed",
    "terminated": "terminated",
}


def test_the_judge_finds_what_is_wrong(sandbox: Address, tmp_path: Path) -> None:
    hands = StitchSandbox(sandbox.url, sandbox.token, sandbox.logs_url, sandbox.client_id)
    with (
        judging(tmp_path, sandbox.url) as prism,
        Stitch(sandbox.token, base_url=prism.url, max_retries=0) as stitch,
    ):
        assert stitch.connection_checks.source(120643)
        for number, kind in enumerate(("content_type", "new_enums", "not_json"), 1):
            before = len(prism.violations())
            hands.fault("connection_checks.source", kind)
            with suppress(StitchError):
                stitch.connection_checks.source(120643)
            assert len(prism.violations()) > before, kind
            assert prism.exchanges() == 1 + number
