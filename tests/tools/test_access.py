"""Access, on every way to the server: what is above a level or denied, by whatever name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.client.stdio import StdioServerParameters
from mcp.types import PromptReference, ResourceTemplateReference
from stitch_connect_mcp.access import DEFAULT_TOOLSETS, LEVELS, Access
from stitch_connect_mcp.commands.config import command
from stitch_connect_mcp.prompts import PROMPTS
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.web.plan import Plan
from stitch_connect_sandbox.server import running

from .account import text
from .web import connected, serving

Way = Callable[..., AbstractAsyncContextManager[Client]]
ERAS = ("auto", "legacy")
WAYS = ("stdio", "http")
JOB = "116078.120643.sync.x"
ADDRESSES = {
    "stitch://account": "account_overview",
    "stitch://sources/120643": "get_source",
    "stitch://sources/120643/streams/2288740": "get_stream",
    f"stitch://jobs/{JOB}/log": "read_extraction_log",
}
HOLES = {"id": "list_sources", "stream": "list_streams", "job": "list_extractions"}


@pytest.fixture(scope="module")
def address() -> Iterator[Any]:
    with running(time_scale=0) as found:
        yield found


@pytest.fixture(params=WAYS)
def way(request: Any, address: Any, tmp_path: Path) -> Way:
    """Connects a client to a server that allows what is given."""

    @asynccontextmanager
    async def stdio(era: Any, **allowed: Any) -> AsyncIterator[Client]:
        [program, *line] = [*command(), "serve"]
        for name, value in allowed.items():
            line += [
                "--access" if name == "level" else f"--{name}",
                value if isinstance(value, str) else ",".join(value),
            ]
        env = {
            "STITCH_CONNECT_STATE": str(tmp_path / "state"),
            "STITCH_CONNECT_TOKEN": address.token,
            "STITCH_CONNECT_BASE_URL": address.url,
        }
        started = StdioServerParameters(command=program, args=line, env=env)
        async with Client(started, mode=era) as client:
            yield client

    @asynccontextmanager
    async def http(era: Any, **allowed: Any) -> AsyncIterator[Client]:
        settings = Settings(where="sandbox", access=Access(**allowed))
        plan = Plan(host="127.0.0.1", port=0)
        with serving(plan, tmp_path / "state", address, settings, {None: address.token}) as web:
            async with connected(web, web.token, era) as client:
                yield client

    found: Way = {"stdio": stdio, "http": http}[request.param]
    return found


async def refusal(client: Client, tool: str) -> str:
    """What a call without any argument is told."""
    try:
        return text(await client.call_tool(tool, {}))
    except MCPError as error:
        return str(error)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("level", LEVELS)
async def test_a_tool_above_the_level_is_neither_listed_nor_called(
    way: Way, level: str, era: Any
) -> None:
    allowed = LEVELS[: LEVELS.index(level) + 1]
    on = [spec for spec in TOOLS if spec.toolset in DEFAULT_TOOLSETS]
    async with way(era, level=level) as client:
        listed = {tool.name for tool in (await client.list_tools()).tools}
        told = {spec.name: await refusal(client, spec.name) for spec in TOOLS}
    assert listed == {spec.name for spec in on if spec.operation.risk.level in allowed}
    for spec in on:
        needed = spec.operation.risk.level
        named = f"needs the access level {needed}; this is {level}" in told[spec.name]
        assert named == (needed not in allowed), told[spec.name]
    for spec in TOOLS:
        assert ("toolset partner, which is off" in told[spec.name]) == (spec not in on)


@pytest.mark.parametrize("era", ERAS)
async def test_a_resource_goes_where_its_tool_goes(way: Way, era: Any) -> None:
    async with way(era, deny=frozenset(ADDRESSES.values())) as client:
        for uri in ADDRESSES:
            with pytest.raises(MCPError, match="no such resource"):
                await client.read_resource(uri)
        assert (await client.list_resource_templates()).resource_templates == []
        assert (await client.list_resources()).resources == []
    async with way(era, deny=frozenset({"get_source"})) as client:
        assert "updated_at" in str(
            await client.read_resource("stitch://sources/120643/streams/2288740")
        )
        with pytest.raises(MCPError, match="no such resource"):
            await client.read_resource("stitch://sources/120643")


@pytest.mark.parametrize("era", ERAS)
async def test_prompts_and_completions_go_where_their_tools_go(way: Way, era: Any) -> None:
    denied = frozenset({*(tool for one in PROMPTS for tool in one.tools), *HOLES.values()})
    log = ResourceTemplateReference(type="ref/resource", uri="stitch://jobs/{job}/log")
    stream = ResourceTemplateReference(
        type="ref/resource", uri="stitch://sources/{id}/streams/{stream}"
    )
    prompt = PromptReference(type="ref/prompt", name="diagnose_source")
    async with way(era, deny=denied) as client:
        assert (await client.list_prompts()).prompts == []
        for one in PROMPTS:
            with pytest.raises(MCPError, match="unknown prompt"):
                await client.get_prompt(one.name, {})
        for ref, name, known in (
            (log, "job", {}),
            (stream, "id", {}),
            (stream, "stream", {"id": "120643"}),
            (prompt, "source", {}),
        ):
            found = await client.complete(
                ref, {"name": name, "value": ""}, context_arguments=known or None
            )
            assert found.completion.values == []


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_denied_is_refused_though_its_name_is_known(way: Way, era: Any) -> None:
    async with way(era, deny=frozenset({"list_sources"})) as client:
        assert "not offered here" in await refusal(client, "list_sources")
        assert "Warehouse" in text(await client.call_tool("list_destinations", {}))
