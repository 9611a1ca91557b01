"""What the server offers besides tools: resources, prompts and completions.

All of them show what tools answer, and go where the tools go: what the caller may not call, the
caller is not shown by another name.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolResult,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    GetPromptResult,
    Prompt,
    Resource,
    ResourceTemplate,
)
from pydantic import AnyUrl

from .arguments import nearest
from .completions import Asked, Found, tool_of
from .prompts import PromptSpec
from .registry import ToolSpec
from .resources import ResourceSpec, find_resource
from .results import Missing, text_of
from .surface import Surface
from .text import Words


class Carrier(Protocol):
    """Carries out calls."""

    async def __call__(
        self, spec: ToolSpec, ctx: Context[Any, Any], given: dict[str, Any]
    ) -> Any: ...

    async def complete(self, ctx: Context[Any, Any], asked: Asked) -> Found: ...

    def words(self) -> Words: ...


class OfferingServer(MCPServer[Any]):
    """The protocol's server, with the resources, prompts and completions of the tools it offers.

    Arguments:
        surface: What there is to offer.
        runner: Carries out the calls.
        name: What the server is called.
        options: What the protocol's server takes.
    """

    def __init__(self, surface: Surface, runner: Carrier, name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self._surface, self._runner = surface, runner
        self._lowlevel_server.add_request_handler(
            "completion/complete", CompleteRequestParams, self._complete
        )

    def offers(self, tool: str) -> bool:
        """Whether the caller may call a tool, and so see what shows its data."""
        raise NotImplementedError

    # Resources -----------------------------------------------------------------------------------

    def _resources(self) -> list[ResourceSpec]:
        return [spec for spec in self._surface.resources if self.offers(spec.tool.name)]

    async def list_resources(self) -> list[Resource]:
        """Return the resources that have one address."""
        listed = (spec.listed() for spec in self._resources())
        return [one for one in listed if isinstance(one, Resource)]

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """Return the resources that have an address for each thing."""
        listed = (spec.listed() for spec in self._resources())
        return [one for one in listed if isinstance(one, ResourceTemplate)]

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents]:
        """Return what the tool of a resource answers."""
        found = find_resource(self._resources(), str(uri))
        if found is None or context is None:
            raise ResourceNotFoundError("no such resource; the templates say which there are")
        spec, arguments = found
        answer = await self._runner(spec.tool, context, arguments)
        assert isinstance(answer, CallToolResult)  # a reading tool asks for nothing
        if answer.is_error:
            kind = ResourceNotFoundError if isinstance(answer, Missing) else ResourceError
            raise kind(text_of(answer))
        return spec.contents(text_of(answer))

    # Prompts -------------------------------------------------------------------------------------

    def _prompts(self) -> dict[str, PromptSpec]:
        return {one.name: one for one in self._surface.prompts if all(map(self.offers, one.tools))}

    async def list_prompts(self) -> list[Prompt]:
        """Return the prompts whose tools are all offered."""
        return [one.listed() for one in self._prompts().values()]

    async def get_prompt(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        context: Context[Any, Any] | None = None,
    ) -> GetPromptResult:
        """Return a prompt with its arguments in it."""
        found = self._prompts().get(name)
        if found is None:
            hint = nearest(name, self._prompts())
            raise MCPError(code=INVALID_PARAMS, message=f"unknown prompt; {hint}")
        wrong = found.complaint(arguments or {})
        if wrong:
            raise MCPError(code=INVALID_PARAMS, message=wrong)
        return found.render(arguments or {}, self._runner.words())

    # Completions ---------------------------------------------------------------------------------

    async def _complete(
        self, request: ServerRequestContext[Any], params: CompleteRequestParams
    ) -> CompleteResult:
        known = (params.context.arguments if params.context else None) or {}
        asked = Asked(params.argument.name, params.argument.value, known)
        found = Found([])
        tool = tool_of(asked)
        if tool is not None and self.offers(tool):
            ctx = Context[Any, Any](request_context=request, mcp_server=self)
            found = await self._runner.complete(ctx, asked)
        return CompleteResult(completion=Completion(values=found.values, has_more=found.more))
