"""Resources: the answers of four reading tools, at an address.

A resource is what a tool answers, so it goes where the tool goes: an operator who denies the tool
has denied the resource.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.shared.uri_template import UriTemplate
from mcp.types import Resource, ResourceTemplate

from .registry import ToolSpec
from .tools.logs import read_extraction_log
from .tools.overview import account_overview
from .tools.sources import get_source
from .tools.streams import get_stream

MIME = "text/plain"


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """A resource before any server exists.

    Arguments:
        uri: Its address, or the template of it.
        description: What it shows.
        tool: The tool whose answer it is.
        arguments: The tool's arguments, from what the address holds.
        mime: The type of what it holds.
    """

    uri: str
    description: str
    tool: ToolSpec
    arguments: Callable[[Mapping[str, str]], dict[str, Any]]
    mime: str = MIME

    @property
    def name(self) -> str:
        """The name of the resource."""
        return self.tool.name

    @property
    def is_template(self) -> bool:
        """Whether the address has holes."""
        return "{" in self.uri

    def match(self, uri: str) -> dict[str, Any] | None:
        """Return the tool's arguments if `uri` is one of this resource."""
        found = UriTemplate.parse(self.uri).match(uri)
        return None if found is None else self.arguments({k: str(v) for k, v in found.items()})

    def listed(self) -> Resource | ResourceTemplate:
        """Return how the resource is listed."""
        told: dict[str, Any] = {
            "name": self.name,
            "description": self.description,
            "mime_type": self.mime,
        }
        if self.is_template:
            return ResourceTemplate(uri_template=self.uri, **told)
        return Resource(uri=self.uri, **told)

    def contents(self, text: str) -> list[ReadResourceContents]:
        """Return what the resource holds, from the text of the tool's answer."""
        return [ReadResourceContents(content=text, mime_type=self.mime)]


def number_or_name(text: str) -> int | str:
    """Return an id where an address or a prompt holds one, else the name."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else text


RESOURCES: tuple[ResourceSpec, ...] = (
    ResourceSpec(
        "stitch://account", "The health of the account.", account_overview, lambda found: {}
    ),
    ResourceSpec(
        "stitch://sources/{id}",
        "A source with its settings.",
        get_source,
        lambda found: {"source": number_or_name(found["id"]), "detail": "full"},
    ),
    ResourceSpec(
        "stitch://sources/{id}/streams/{stream}",
        "A stream, and which of its fields will replicate.",
        get_stream,
        lambda found: {
            "source": number_or_name(found["id"]),
            "stream": number_or_name(found["stream"]),
        },
    ),
    ResourceSpec(
        "stitch://jobs/{job}/log",
        "The end of the log of a replication job.",
        read_extraction_log,
        lambda found: {"job": found["job"]},
    ),
)


def find_resource(
    specs: Iterable[ResourceSpec], uri: str
) -> tuple[ResourceSpec, dict[str, Any]] | None:
    """Return the resource that has an address, and the arguments of its tool."""
    for spec in specs:
        arguments = spec.match(uri)
        if arguments is not None:
            return spec, arguments
    return None
