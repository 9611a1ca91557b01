"""`@tool`: metadata in the decorator, the signature is the schema, the docstring the text.

The decorator names the operation that the tool stands for; title, hints and gate follow from that
operation's risk in the contract, never from a hand.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import Field
from stitch_connect.operations import OPERATIONS, Operation

from .access import TOOLSETS
from .arguments import StrictMetadata, input_schema, output_schema, strict_model
from .calls import Call
from .confirmations.permit import CONFIRMED, needs_permit
from .results import Answer, Outcome
from .target import Target

DESCRIPTION_CAP = 200

# risk -> readOnly, destructive (in the protocol's sense: not only additive)
HINTS = {
    "read": (True, False),
    "operate": (False, False),
    "configure": (False, True),
    "destructive": (False, True),
}

Reader = Callable[..., Awaitable[Target]]
Runner = Callable[..., Awaitable[Any]]


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function, eval_str=True)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool before any server exists."""

    name: str
    description: str
    operation: Operation
    toolset: str
    body: Callable[..., Awaitable[Answer]] = field(repr=False)
    target: Reader | None = field(default=None, repr=False)
    asks: bool = False

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The arguments, as the model gives them."""
        source = self.body if self.target is None else self.target
        return list(_signature(source).parameters.values())[1:]

    @property
    def answer(self) -> type[Answer]:
        """The type of the answer."""
        returned = _signature(self.body).return_annotation
        assert isinstance(returned, type)
        assert issubclass(returned, Answer)
        return returned

    @property
    def annotations(self) -> ToolAnnotations:
        """Title and hints, from the operation's risk."""
        extra, (read_only, destructive) = "", HINTS[self.operation.risk.level]
        if self.target is not None:
            extra = " (asks a person first)" if self.always_asks else " (may ask a person first)"
        return ToolAnnotations(
            title=self.name.replace("_", " ").capitalize() + extra,
            read_only_hint=read_only,
            destructive_hint=destructive,
            idempotent_hint=self.operation.retry == "safe",
            open_world_hint=True,  # what a source is called, or why it failed, others write
        )

    @property
    def always_asks(self) -> bool:
        """Whether a person confirms every call, and not only some."""
        return self.operation.risk.level in CONFIRMED or self.asks

    def said(self, arguments: Mapping[str, Any]) -> list[str]:
        """Return the names of the arguments that are not left at their default."""
        defaults = {one.name: one.default for one in self.parameters}
        defaults |= {name: default for name, _, default in _GATE}
        return [name for name, value in arguments.items() if value != defaults.get(name)]

    async def read_target(self, call: Call, **arguments: Any) -> Target:
        """Read what a gated call would touch."""
        assert self.target is not None
        return await self.target(call, **arguments)

    async def act(self, call: Call, target: Target) -> Outcome:
        """Carry out a gated call; only the gate does this."""
        outcome = await self.body(call, target)
        assert isinstance(outcome, Outcome)
        return outcome


def tool(
    operation: str, *, toolset: str, target: Reader | None = None, asks: bool = False
) -> Callable[[Callable[..., Awaitable[Answer]]], ToolSpec]:
    """Make a tool of a function.

    Arguments:
        operation: The operation id in the contract whose risk the tool carries.
        toolset: One of :data:`~stitch_connect_mcp.access.TOOLSETS`.
        target: Reads and words what will be touched. Required where the risk is gated, possible
            where only some arguments are; its arguments are the tool's, and the body is given
            what it returned.
        asks: Whether its target always needs the gate, though the risk would not say so.
    """

    def make(body: Callable[..., Awaitable[Answer]]) -> ToolSpec:
        described = OPERATIONS[operation]
        if toolset not in TOOLSETS:
            raise TypeError(f"{body.__name__}: there is no toolset {toolset}")
        if needs_permit(described) and target is None:
            raise TypeError(
                f"{body.__name__}: {operation} is {described.risk.level} and has no gate"
            )
        text = " ".join((body.__doc__ or "").split())
        if not 0 < len(text) <= DESCRIPTION_CAP:
            raise TypeError(f"{body.__name__}: the description has {len(text)} characters")
        return ToolSpec(body.__name__, text, described, toolset, body, target, asks)

    return make


DryRun = Annotated[bool, Field(description="Only say what would happen.")]
Confirm = Annotated[str | None, Field(description="The single-use token of the preview.")]
_GATE = (("dry_run", DryRun, False), ("confirm", Confirm, None))


def bind(spec: ToolSpec, run: Runner, *, tokens: bool) -> Tool:
    """Return the protocol's tool for `spec`, which calls `run(spec, ctx, arguments)`.

    Arguments:
        tokens: Publish the argument that takes a single-use token.
    """

    async def called(ctx: Context[Any, Any], **arguments: Any) -> Any:
        return await run(spec, ctx, arguments)

    model = strict_model(spec.name, [*spec.parameters, *_of_the_gate(spec, tokens)])
    answer = spec.answer if spec.answer.published else None
    return Tool(
        fn=called,
        name=spec.name,
        title=None,  # it is one of the annotations
        description=spec.description,
        parameters=input_schema(model),
        fn_metadata=StrictMetadata(
            arg_model=model,
            output_model=answer,
            output_schema=output_schema(answer) if answer else None,
        ),
        is_async=True,
        context_kwarg="ctx",
        annotations=spec.annotations,
    )


def _of_the_gate(spec: ToolSpec, tokens: bool) -> Iterator[inspect.Parameter]:
    for name, annotation, default in _GATE if spec.target else ():
        if tokens or name != "confirm":
            yield inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
            )
