"""Tools that the scenarios of the conformance suite call by name, as tools of ours.

They pass through everything that our own tools do: access, strict arguments, the runner and its
errors. Only what they answer is of the protocol's own making.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Annotated, Any

from mcp.types import (
    AudioContent,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)
from pydantic import ConfigDict, Field
from stitch_connect.operations import OPERATIONS
from stitch_connect_mcp.calls import Call
from stitch_connect_mcp.registry import ToolSpec, tool
from stitch_connect_mcp.results import Answer

# A red point, and no sound.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
WAV = base64.b64encode(
    b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0"
).decode()
READING, TOOLSET = "sources.list", "overview"
STEP = 0.05  # seconds between notifications, which a client is to see one by one

fixture = tool(READING, toolset=TOOLSET)


class Shown(Answer):
    """What a fixture answers, as the protocol says it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    shown: Any

    def result(self) -> Any:
        return self.shown


def said(text: str) -> Shown:
    """An answer of one text."""
    return Shown(shown=CallToolResult(content=[TextContent(type="text", text=text)]))


def embedded(uri: str, text: str, mime: str = "text/plain") -> EmbeddedResource:
    """A resource inside of an answer."""
    held = TextResourceContents(uri=uri, mime_type=mime, text=text)
    return EmbeddedResource(type="resource", resource=held)


# Contents ----------------------------------------------------------------------------------------

IMAGE = ImageContent(type="image", data=PNG, mime_type="image/png")
CONTENTS: Mapping[str, list[ContentBlock]] = {
    "test_simple_text": [
        TextContent(type="text", text="This is a simple text response for testing.")
    ],
    "test_image_content": [IMAGE],
    "test_audio_content": [AudioContent(type="audio", data=WAV, mime_type="audio/wav")],
    "test_embedded_resource": [
        embedded("test://embedded-resource", "This is an embedded resource content.")
    ],
    "test_multiple_content_types": [
        TextContent(type="text", text="Multiple content types test:"),
        IMAGE,
        embedded(
            "test://mixed-content-resource", '{"test":"data","value":123}', "application/json"
        ),
    ],
}


def showing(name: str, content: list[ContentBlock]) -> ToolSpec:
    """A tool that answers with one content."""

    async def body(call: Call) -> Shown:
        return Shown(shown=CallToolResult(content=content))

    return ToolSpec(name, "Shows a content.", OPERATIONS[READING], TOOLSET, body)


# What happens during a call ----------------------------------------------------------------------


@fixture
async def test_error_handling(call: Call) -> Shown:
    """Fails, as nobody foresaw."""
    raise RuntimeError("This tool intentionally returns an error for testing")


@fixture
async def test_tool_with_logging(call: Call) -> Shown:
    """Tells the client three times what it is about."""
    for text in ("execution started", "processing data", "execution completed"):
        await call.ctx.info(f"Tool {text}")
        await asyncio.sleep(STEP)
    return said("done")


@fixture
async def test_logging_tool(call: Call) -> Shown:
    """Tells a client that asked for it what it is about."""
    await call.ctx.info("under way")
    return said("done")


@fixture
async def test_tool_with_progress(call: Call) -> Shown:
    """Tells how far it is."""
    for done in (0, 50, 100):
        await call.progress(done, 100, f"{done} of 100")
        await asyncio.sleep(STEP)
    return said("done")


@fixture
async def test_reconnection(call: Call) -> Shown:
    """Closes the stream of its answer; the client comes back for the rest."""
    await call.ctx.info("before")
    await call.ctx.close_sse_stream()
    await asyncio.sleep(4 * STEP)
    return said("after")


@fixture
async def test_trigger_tool_change(call: Call) -> Shown:
    """Tells who listens that the tools have changed."""
    await call.ctx.notify_tools_changed()
    return said("told")


@fixture
async def test_trigger_prompt_change(call: Call) -> Shown:
    """Tells who listens that the prompts have changed."""
    await call.ctx.notify_prompts_changed()
    return said("told")


@fixture
async def test_sampling(call: Call, prompt: str) -> Shown:
    """Asks the client's model."""
    question = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    found = await call.ctx.session.create_message(
        [question], max_tokens=100, related_request_id=call.ctx.request_id
    )
    answer = found.content.text if isinstance(found.content, TextContent) else "nothing"
    return said(f"LLM response: {answer}")


@fixture
async def test_headers(
    call: Call, region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]
) -> Shown:
    """Takes an argument that a header of the request repeats."""
    return said(region)


SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""What `json_schema_2020_12_tool` publishes; the scenario compares it word by word."""


@fixture
async def json_schema_2020_12_tool(call: Call) -> Shown:
    """Publishes a schema of many words."""
    return said("done")


@fixture
async def test_read(call: Call, name: str) -> Shown:
    """Reads one of the resources."""
    return said(RESOURCES.get(name, f'{{"id": "{name}", "data": "of {name}"}}'))


RESOURCES = {
    "static-text": "This is the content of the static text resource.",
    "static-binary": PNG,
    "watched": "This may change.",
}

TOOLS: tuple[ToolSpec, ...] = (
    *(showing(name, content) for name, content in CONTENTS.items()),
    test_error_handling,
    test_tool_with_logging,
    test_logging_tool,
    test_tool_with_progress,
    test_reconnection,
    test_trigger_tool_change,
    test_trigger_prompt_change,
    test_sampling,
    test_headers,
    json_schema_2020_12_tool,
    test_read,
)
