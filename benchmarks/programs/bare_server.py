"""A server of the protocol's library and nothing else, which ours is measured beside.

Arguments: a port, or 0 for standard input and output; the address and the token of an account.
"""

from __future__ import annotations

import sys
from typing import Any

from mcp.server import MCPServer

server = MCPServer("bare", log_level="WARNING")
kept: list[Any] = []


@server.tool()
def echo(text: str) -> str:
    """Returns a text."""
    return text


@server.tool()
async def source(number: int) -> str:
    """Shows a source, as the API does."""
    answer = await _client().get(f"/v4/sources/{number}")
    return str(answer.text)


def _client() -> Any:
    """Made at the first call, as ours is."""
    if not kept:
        import httpx

        headers = {"Authorization": f"Bearer {sys.argv[3]}"}
        kept.append(httpx.AsyncClient(base_url=sys.argv[2], headers=headers))
    return kept[0]


if sys.argv[1] == "0":
    server.run("stdio")
else:
    server.run("streamable-http", port=int(sys.argv[1]))
