"""What a build of our server for the conformance suite offers: all of ours, and the fixtures."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.types import ContentBlock, GetPromptResult, PromptArgument, PromptMessage, TextContent
from stitch_connect_mcp.prompts import PROMPTS, PromptSpec
from stitch_connect_mcp.resources import RESOURCES, ResourceSpec
from stitch_connect_mcp.surface import Surface
from stitch_connect_mcp.text import Words
from stitch_connect_mcp.tools import TOOLS

from . import asking, fixtures


class Binary(ResourceSpec):
    """A resource whose tool answers in base 64."""

    def contents(self, text: str) -> list[ReadResourceContents]:
        return [ReadResourceContents(content=base64.b64decode(text), mime_type=self.mime)]


def held(
    kind: type[ResourceSpec], uri: str, name: str = "", mime: str = "text/plain"
) -> ResourceSpec:
    """A resource that the tool of the fixtures reads."""
    return kind(
        uri,
        "A resource of the suite.",
        fixtures.test_read,
        lambda found: {"name": found.get("id", name)},
        mime,
    )


class WithContent(PromptSpec):
    """A prompt about a content."""

    def render(self, given: Mapping[str, str], words: Words) -> GetPromptResult:
        uri = given.get("resourceUri")
        about: ContentBlock = fixtures.embedded(uri, "Embedded.") if uri else fixtures.IMAGE
        content = (about, TextContent(type="text", text=self.text))
        return GetPromptResult(
            messages=[PromptMessage(role="user", content=one) for one in content]
        )


def prompt(kind: type[PromptSpec], name: str, text: str, *arguments: str) -> PromptSpec:
    """A prompt whose arguments are all required."""
    taken = [
        PromptArgument(name=one, description=f"The {one}.", required=True) for one in arguments
    ]
    return kind(name, "A prompt of the suite.", (), text, tuple(taken))


OFFERED = Surface(
    tools=(*TOOLS, *fixtures.TOOLS, *asking.TOOLS),
    resources=(
        *RESOURCES,
        held(ResourceSpec, "test://static-text", "static-text"),
        held(Binary, "test://static-binary", "static-binary", "image/png"),
        held(ResourceSpec, "test://watched-resource", "watched"),
        held(ResourceSpec, "test://template/{id}/data", mime="application/json"),
    ),
    prompts=(
        *PROMPTS,
        prompt(PromptSpec, "test_simple_prompt", "This is a simple prompt for testing."),
        prompt(PromptSpec, "test_prompt_with_arguments", "{arg1}, {arg2}", "arg1", "arg2"),
        prompt(WithContent, "test_prompt_with_embedded_resource", "What is this?", "resourceUri"),
        prompt(WithContent, "test_prompt_with_image", "What is this?"),
        prompt(PromptSpec, asking.PROMPT, "Never shown: it asks first."),
    ),
)
