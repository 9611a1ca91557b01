"""Our server before the conformance suite of the protocol, in both of its eras."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from stitch_connect_sandbox.server import Address

from .judge import EXPECTED, expected_failures, extensions, judge, required
from .offered import OFFERED
from .server import fixtures_served

pytestmark = pytest.mark.filterwarnings("ignore:The (logging|sampling) capability is deprecated")
PASSED = {"2025-11-25": 84, "2026-07-28": 169}
"""How many checks pass, by revision; there are no others but those of the extension."""


@pytest.mark.parametrize("revision", PASSED)
def test_the_server_does_what_a_revision_requires(
    sandbox: Address, tmp_path: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fixtures_served(tmp_path / "state", sandbox) as web:
        verdict = judge(web.url, revision, tmp_path / "found")
    assert verdict.status == 0, verdict.text
    assert set(required(revision)) <= verdict.passed.keys()
    expected = set(expected_failures()) & set(extensions(revision))
    assert set(verdict.failed) == expected, verdict.text
    assert sum(verdict.passed.values()) == PASSED[revision], verdict.text
    with capsys.disabled():
        failed = sum(verdict.failed.values())
        print(f"\nmcp {revision}: {PASSED[revision]} checks passed, {failed} failed as expected")


def test_only_the_extension_of_tasks_is_expected_to_fail() -> None:
    known = {name for revision in PASSED for name in extensions(revision)}
    listed = expected_failures()
    assert len(listed) == len(set(listed)), EXPECTED
    assert set(listed) <= {name for name in known if name.startswith("tasks-")}, EXPECTED


def test_the_suite_finds_what_is_wrong(sandbox: Address, tmp_path: Path) -> None:
    without = [one for one in OFFERED.tools if one.name != "test_image_content"]
    with fixtures_served(tmp_path / "state", sandbox, replace(OFFERED, tools=without)) as web:
        verdict = judge(web.url, "2025-11-25", tmp_path / "found")
    assert verdict.status == 1
    assert set(verdict.failed) == {"tools-call-image"}, verdict.text
