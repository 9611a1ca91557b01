"""Prints the list of tools that fastmcp makes of a contract: a tool for each operation.

Arguments: the contract, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2


async def main() -> None:
    contract = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    fastmcp: Any = import_module("fastmcp")
    async with httpx2.AsyncClient(base_url="http://127.0.0.1:1") as api:
        server = fastmcp.FastMCP.from_openapi(openapi_spec=contract, client=api)
        async with fastmcp.Client(server) as client:
            listed = await client.list_tools()
    told = [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in listed]
    print(json.dumps(told))


asyncio.run(main())
