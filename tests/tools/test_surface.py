"""What an assistant is shown: accepted as a whole, and small."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from stitch_connect_mcp import manual
from stitch_connect_mcp.access import TOOLSETS, Access
from stitch_connect_mcp.server import INSTRUCTIONS, StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.weight import weight

from .surface import SPECS, as_seen, compact, of_level, tools

ERAS = ("auto", "legacy")
NEAR = 1.1  # the estimate against the tokens that `make check` counts


@pytest.mark.snapshot
async def test_the_tools_are_as_they_were_accepted(snapshot: Callable[[str, str], None]) -> None:
    snapshot("tools.json", json.dumps(await tools(), indent=1, ensure_ascii=False) + "\n")


@pytest.mark.snapshot
async def test_the_rest_is_as_it_was_accepted(snapshot: Callable[[str, str], None]) -> None:
    server = build_server(Settings(access=Access(toolsets=frozenset(TOOLSETS))))
    async with Client(server) as client:
        found: list[Any] = [
            *(await client.list_resources()).resources,
            *(await client.list_resource_templates()).resource_templates,
            *(await client.list_prompts()).prompts,
            *(t for t in (await client.list_tools()).tools if SPECS[t.name].toolset == "partner"),
        ]
    shown = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in found]
    text = json.dumps([INSTRUCTIONS, *shown], indent=1, ensure_ascii=False)
    snapshot("surface.json", text + "\n")


def test_the_page_about_the_tools_is_what_they_say() -> None:
    page = Path(__file__).resolve().parent.parent.parent / "docs/tools.md"
    assert page.read_text("utf-8") == manual.page(), "run `make docs`"


async def test_the_list_of_tools_is_small() -> None:
    listed = await tools()
    read = of_level(listed, "read")
    assert len(listed) <= 28
    assert weight(compact(listed)) <= 6000 / NEAR
    assert weight(compact(read)) <= 2600 * NEAR
    assert weight(compact(as_seen(listed))) <= 3000
    assert weight(compact(as_seen(read))) <= 1500 * NEAR
    assert weight(INSTRUCTIONS) <= 120 / NEAR


@pytest.mark.parametrize("era", ERAS)
async def test_the_server_says_its_name_and_version(server: StitchServer, era: Any) -> None:
    async with Client(server, mode=era) as client:
        told = client.server_info
    assert told is not None
    assert (told.name, told.version) == ("stitch-connect", version("stitch-connect"))


@pytest.mark.parametrize("era", ERAS)
async def test_each_tool_says_how_risky_it_is(server: StitchServer, era: Any) -> None:
    async with Client(server, mode=era) as client:
        listed = (await client.list_tools()).tools
    for tool in listed:
        spec, hints = SPECS[tool.name], tool.annotations
        assert hints is not None
        level = spec.operation.risk.level
        assert hints.read_only_hint is (level == "read")
        assert hints.destructive_hint is (level in ("configure", "destructive"))
        assert hints.open_world_hint is True
        assert hints.idempotent_hint is not None
        assert hints.title
        assert tool.input_schema["additionalProperties"] is False
        assert 0 < len(tool.description or "") <= 200
        assert ("dry_run" in tool.input_schema["properties"]) is (spec.target is not None)


async def test_only_these_answers_have_a_schema() -> None:
    schemas = {tool["name"] for tool in await tools() if "outputSchema" in tool}
    reading = {name for name in schemas if SPECS[name].operation.risk.level == "read"}
    assert reading == {"account_overview", "list_sources", "get_job", "check_connection"}
    assert schemas - reading == {
        name for name, spec in SPECS.items()
        if spec.operation.risk.level != "read" and spec.toolset != "partner"
    }  # fmt: skip


def told(*arguments: str) -> str:
    command = [sys.executable, "-m", "stitch_connect_mcp.cli", "tools", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


async def test_the_command_lists_what_an_assistant_would_be_shown() -> None:
    assert json.loads(told("--json")) == await tools()
    some = json.loads(told("--json", "--access", "read", "--toolsets", "jobs"))
    assert some == [
        t for t in of_level(await tools(), "read") if SPECS[t["name"]].toolset == "jobs"
    ]


async def test_the_table_says_what_stops_at_a_person() -> None:
    rows = [line.split(maxsplit=3) for line in told().splitlines()[1:]]
    assert [row[0] for row in rows] == [tool["name"] for tool in await tools()]
    assert {row[3] for row in rows if row[2] == "destructive"} == {"always"}
    assert {row[3] for row in rows if row[2] in ("read", "operate")} == {"never"}
    assert ["create_notification", "notifications", "configure", "always"] in rows
    assert ["select_streams", "streams", "configure", "for some arguments"] in rows
