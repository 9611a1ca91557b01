"""A model that sends whatever it likes: refused in one line, nothing repeated, nothing done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp.types import ElicitResult
from stitch_connect_mcp.server import StitchServer

from .conftest import SOURCE, World
from .test_tools import text

HUGE = "a" * 300_000
ODD: dict[str, Any] = {
    "null": None,
    "true": True,
    "a huge number": 10**400,
    "an empty text": "",
    "a blank": " \t",
    "a huge text": HUGE,
    "control characters": "heroku\r\n\x00\x1b[31m",
    "what cannot be seen": "her\u200boku\u202e",
    "a look-alike": "hеroku",  # the second letter is Cyrillic
    "a full-width id": "１２０６４３",
    "a path": "../../v4/sources/120643",
    "a list": [SOURCE],
    "deeply nested": [[[[[[[[[[SOURCE]]]]]]]]]],
    "json in a text": '{"source": 120643}',
}


def sent(world: World) -> dict[str, int]:
    """How often each operation that changes something has reached the account."""
    found = httpx.get(f"{world.address.url}/_sandbox/requests").json()["operations"]
    return {name: count for name, count in found.items() if not reads(name)}


def reads(operation: str) -> bool:
    from stitch_connect.operations import OPERATIONS

    known = OPERATIONS.get(operation)
    return known is not None and known.risk.level == "read"


async def nobody(context: Any, params: Any) -> ElicitResult:
    return ElicitResult(action="decline")


def required(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Plausible values for what a tool needs."""
    plausible = {"string": "x", "integer": 1, "boolean": False, "array": [], "object": {}}
    for name in schema.get("required", ()):
        kind = schema["properties"][name].get("type", "string")
        yield name, plausible.get(kind, "x")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_odd_argument_is_answered_and_changes_nothing(
    server: StitchServer, world: World, odd: Any
) -> None:
    async with Client(server, elicitation_callback=nobody) as client:
        for tool in (await client.list_tools()).tools:
            for name in tool.input_schema["properties"]:
                arguments = {**dict(required(tool.input_schema)), name: odd}
                result = await client.call_tool(tool.name, arguments)
                said = text(result)
                assert not said.startswith("Error executing tool"), (tool.name, name, said[:200])
                assert len(said) < 40_000, (tool.name, name)
                if result.is_error:
                    assert len(said) < 700, (tool.name, name, said)
                assert world.address.token not in said
    assert set(sent(world)) <= {"replication_jobs.start"}


async def test_an_argument_that_does_not_exist_is_refused_by_every_tool(
    server: StitchServer, world: World
) -> None:
    async with Client(server, elicitation_callback=nobody) as client:
        for tool in (await client.list_tools()).tools:
            for extra in ("dryrun", "DRY_RUN", "force", "__class__", "ctx", "self", "a" * 5000):
                arguments = {**dict(required(tool.input_schema)), extra: True}
                result = await client.call_tool(tool.name, arguments)
                assert result.is_error
                assert "unknown argument" in text(result)
                assert len(text(result)) < 700
    assert sent(world) == {}


async def test_a_host_that_is_too_long_to_be_shown_shows_its_end_and_says_so(
    server: StitchServer,
) -> None:
    host = f"db.customer.example.{'a' * 80}.evil.example"
    given = {"source": 120646, "properties": {"host": host}, "dry_run": True}
    async with Client(server) as client:
        question = text(await client.call_tool("update_source", given))
        given["properties"] = {"host": "db.cust\u043emer.example"}  # a Cyrillic letter
        alike = text(await client.call_tool("update_source", given))
    assert "evil.example»" in question
    assert f"({len(host)} characters, not all of them shown or plain)" in question
    assert "not all of them shown or plain" in alike


async def test_where_a_source_writes_in_the_destination_is_asked_about(
    server: StitchServer, world: World
) -> None:
    given = {"include_schemas_in_destination_stream_name": "true"}
    async with Client(server) as client:
        told = await client.call_tool("update_source", {"source": 120646, "properties": given})
    assert told.structured_content["status"] == "needs_approval"
    assert "sources.update" not in sent(world)
