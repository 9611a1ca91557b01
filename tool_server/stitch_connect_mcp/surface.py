"""What a server offers: tools, and the resources and prompts that show what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from .prompts import PROMPTS, PromptSpec
from .registry import ToolSpec
from .resources import RESOURCES, ResourceSpec
from .tools import TOOLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What a server offers to callers who may see it; all that there is unless given.

    Arguments:
        tools: The tools.
        resources: Their answers at addresses; each goes where its tool goes.
        prompts: Tasks; each is there where all of its tools are.
    """

    tools: Sequence[ToolSpec] = TOOLS
    resources: Sequence[ResourceSpec] = RESOURCES
    prompts: Sequence[PromptSpec] = PROMPTS
