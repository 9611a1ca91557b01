"""What an assistant is shown, held against a snapshot. `make snapshot` accepts the present one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from stitch_connect_mcp.server import build_server
from stitch_connect_mcp.settings import Settings

SNAPSHOT = Path(__file__).parent / "surface.json"


async def surface() -> list[dict[str, Any]]:
    async with Client(build_server(Settings())) as client:
        tools = (await client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


@pytest.mark.snapshot
async def test_the_tools_are_as_they_were_accepted() -> None:
    text = json.dumps(await surface(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("SNAPSHOT") == "accept":
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert SNAPSHOT.read_text(encoding="utf-8") == text, "run `make snapshot` to accept the change"
