"""What an assistant is shown, as it goes over the wire: for snapshots and for counting."""

from __future__ import annotations

import json
from typing import Any

from mcp import Client
from stitch_connect_mcp.registry import ToolSpec
from stitch_connect_mcp.server import build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.tools import TOOLS

SPECS: dict[str, ToolSpec] = {spec.name: spec for spec in TOOLS}
MODEL_SEES = ("name", "description", "inputSchema")


async def tools() -> list[dict[str, Any]]:
    """The list of tools of the default toolsets."""
    async with Client(build_server(Settings())) as client:
        found = (await client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in found]


def of_level(listed: list[dict[str, Any]], *levels: str) -> list[dict[str, Any]]:
    """Those tools whose operation carries one of the risks."""
    return [tool for tool in listed if SPECS[tool["name"]].operation.risk.level in levels]


def as_seen(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The part of each tool that a model is shown."""
    return [{name: tool[name] for name in MODEL_SEES} for tool in listed]


def compact(value: Any) -> str:
    """JSON without spaces, as the protocol sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
