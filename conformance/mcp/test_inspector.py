"""Our server before the inspector of the protocol, in both of its eras."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stitch_connect_mcp.calls import Call
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.web.plan import Plan
from stitch_connect_sandbox.server import Address

from tests.tools.web import serving

from .fixtures import Shown, fixture, said
from .inspector import NOT_LET_IN, OURS, TOOL_FAILED, Inspector, inspect
from .offered import OFFERED
from .server import fixtures_served


@pytest.fixture(params=["modern", "legacy"])
def inspector(request: pytest.FixtureRequest, tmp_path: Path) -> Inspector:
    return Inspector(request.param, tmp_path)


def test_it_has_nothing_to_say_of_our_schemas(inspector: Inspector) -> None:
    seen = inspector.list_tools()
    assert (seen.status, seen.complaints) == (0, "")
    listed = {one["name"] for one in seen.answer["tools"]}
    assert listed == {one.name for one in TOOLS if one.toolset != "partner"}


def test_it_reads_an_answer_in_both_parts(inspector: Inspector) -> None:
    seen = inspector.call("get_source", source="heroku")
    assert seen.status == 0, seen.complaints
    assert seen.answer["structuredContent"]["id"] == 120643
    assert "id: 120643" in seen.answer["content"][0]["text"]


def test_it_is_told_what_waits_for_a_person_since_it_cannot_ask_one(inspector: Inspector) -> None:
    seen = inspector.call("delete_source", source="120643")
    assert seen.status == 0, seen.complaints
    outcome = seen.answer["structuredContent"]
    assert outcome["status"] == "needs_approval"
    assert "Nothing was sent to Stitch" in outcome["what"]
    assert outcome["approval_id"] in waiting(inspector.home)


def waiting(home: Path) -> str:
    """What waits for an answer, as a person at a terminal is shown it."""
    env = {**os.environ, "XDG_STATE_HOME": str(home)}
    command = [str(OURS), "pending"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def test_it_sees_an_error_of_a_tool_as_one(inspector: Inspector) -> None:
    seen = inspector.call("get_source", sorce="heroku")
    assert seen.status == TOOL_FAILED
    assert 'did you mean "source"?' in seen.answer["content"][0]["text"]


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_it_is_let_in_over_http_with_the_token_alone(
    sandbox: Address, tmp_path: Path, era: str
) -> None:
    tokens: dict[str | None, str] = {None: sandbox.token}
    plan = Plan(host="127.0.0.1", port=0)
    with serving(plan, tmp_path, sandbox, Settings(where="sandbox"), tokens) as web:
        asked = ("--method", "tools/list", "--strict", "--protocol-era", era)
        refused = inspect(web.url, *asked)
        seen = inspect(web.url, *asked, "--header", f"Authorization: Bearer {web.token}")
    assert (refused.status, refused.text) == (NOT_LET_IN, "")
    assert (seen.status, seen.complaints) == (0, "")
    assert "delete_source" in {one["name"] for one in seen.answer["tools"]}


@fixture
async def vague(call: Call, anything: Any) -> Shown:
    """Takes anything, and so tells a model nothing."""
    return said("done")


def test_it_finds_what_is_wrong(sandbox: Address, tmp_path: Path) -> None:
    more = replace(OFFERED, tools=[*OFFERED.tools, vague])
    with fixtures_served(tmp_path, sandbox, more) as web:
        seen = inspect(web.url, "--method", "tools/list", "--strict")
    assert "vague" in seen.complaints
