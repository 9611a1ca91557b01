"""The sandbox keeps the contract, whatever it is asked; what the contract says is what it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from stitch_connect_api import Client
from stitch_connect_sandbox.server import Address

from .fuzzing import ALONE, EXCEPTIONS, KNOWN, SEQUENCES, Known, Profile, Report, run

OPERATIONS, ROUNDS = 45, 20
UNVARIED = {"GET /v2/import/status"}  # takes no credential, no parameter and no body


@pytest.fixture
def known(sandbox: Address) -> dict[str, Known]:
    """The parameters by which something is found, a job with a log among them."""
    with Client(sandbox.token, base_url=sandbox.url) as client:
        job = next(iter(client.extractions.list(sandbox.client_id)))
        streams = [one.stream_id for one in client.streams.list(job.source_id)]
    found: dict[str, Known] = {
        "path.job_name": ([job.job_name], 0.7),
        "path.stream_id": (streams, 0.7),
    }
    return KNOWN | found


def test_no_answer_to_an_operation_is_outside_the_contract(
    sandbox: Address, profile: Profile, known: dict[str, Known], tmp_path: Path, record: Any
) -> None:
    report = run(sandbox.url, tmp_path, ALONE, profile, known)
    record(report)
    assert report.exit_code == 0, report.text[-20_000:]
    assert report.found["complete"]
    assert len(report.calls) == OPERATIONS
    assert {name for name, n in report.calls.items() if n < profile.examples} <= UNVARIED


def test_no_answer_in_a_sequence_is_outside_the_contract(
    sandbox: Address, profile: Profile, known: dict[str, Known], tmp_path: Path, record: Any
) -> None:
    """A run ends early when it meets what it cannot replay; then another seed goes on."""
    tried = 0
    for seed in range(ROUNDS):
        report = run(sandbox.url, tmp_path, SEQUENCES, profile, known, seed)
        record(report)
        assert report.exit_code == 0, report.text[-20_000:]
        tried += report.sequences
        if tried >= profile.sequences:
            return
    pytest.fail(f"only {tried} sequences in {ROUNDS} runs")


@pytest.mark.parametrize("exception", EXCEPTIONS, ids=lambda one: str(one["check"]))
def test_every_exception_has_a_reason_and_a_witness(
    exception: dict[str, Any], sandbox: Address
) -> None:
    assert exception["reason"].endswith(".")
    headers, made = {"Authorization": f"Bearer {sandbox.token}"}, 0
    with httpx.Client(base_url=sandbox.url, headers=headers) as http:
        for one in exception["witness"]:
            answer = http.request(one["method"], one["path"].format(id=made), json=one.get("body"))
            made = answer.json()["id"] if "body" in one else made
    assert answer.status_code == exception["answer"]
    assert "allow" not in answer.headers
    held = exception.get("statuses", [])
    assert not held or {exception["answer"], f"{exception['answer'] // 100}xx"} & {*held}


@pytest.fixture
def record(capsys: pytest.CaptureFixture[str]) -> Any:
    def tell(report: Report) -> None:
        with capsys.disabled():
            print(f"\nschemathesis: {report.figures()}")

    return tell
