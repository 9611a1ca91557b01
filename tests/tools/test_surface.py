"""What an assistant is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from stitch_connect_mcp.server import build_server
from stitch_connect_mcp.settings import Settings


async def surface() -> list[dict[str, Any]]:
    async with Client(build_server(Settings())) as client:
        tools = (await client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


@pytest.mark.snapshot
async def test_the_tools_are_as_they_were_accepted(snapshot: Callable[[str, str], None]) -> None:
    snapshot("tools.json", json.dumps(await surface(), indent=1, ensure_ascii=False) + "\n")
