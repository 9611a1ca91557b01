"""The scripted assistant, and the person that it works for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from mcp import Client
from mcp.types import (
    ElicitResult,
    InputRequiredResult,
    PromptReference,
    ResourceTemplateReference,
)

from ..tools.account import text
from .shown import Shown
from .transcript import Transcript

DECLINES = None


class Assistant:
    """Calls what the script says, and notes what it sees and what the person is asked.

    Arguments:
        transcript: Where that is noted.
        reads: Lets the person take the time to read.
    """

    client: Client

    def __init__(self, transcript: Transcript, reads: Callable[[], None]) -> None:
        self._transcript, self._reads = transcript, reads
        self._typed: list[str | None] = []

    # Words ---------------------------------------------------------------------------------------

    def person(self, text: str) -> None:
        """Note what the person says."""
        self._transcript.prose(f"**Person:** {text}")

    def says(self, text: str) -> None:
        """Note what the assistant says."""
        self._transcript.prose(f"**Assistant:** {text}")

    # Calls ---------------------------------------------------------------------------------------

    async def calls(
        self,
        tool: str,
        *,
        typed: Sequence[str | None] = (),
        refused: bool = False,
        shown: Shown = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Call a tool; return the structured content.

        Arguments:
            typed: What the person types when asked, or DECLINES.
            refused: Whether the call is to be an error.
            shown: Which lines of the answer are shown.
            arguments: Those of the tool.
        """
        self._typed = list(typed)
        self._transcript.uses(tool)
        self._transcript.passes(f"→ {tool}({_given(arguments)})")
        result = await self.client.call_tool(tool, arguments, progress_callback=self._told)
        self._transcript.answers(text(result), shown)
        assert bool(result.is_error) is refused, text(result)
        assert not self._typed, "the person was not asked"
        return result.structured_content or {}

    async def _told(self, progress: float, total: float | None, message: str | None) -> None:
        self._transcript.passes(f"  · {message}")

    async def asked_by_the_server(self, context: Any, question: Any) -> ElicitResult:
        """The person at the keyboard reads a question, and answers."""
        (field,) = question.requested_schema["properties"].values()
        typed = self._typed.pop(0)
        self._reads()
        self._transcript.passes(f"? {question.message}")
        if typed is DECLINES:
            self._transcript.passes("  The person declines.")
            return ElicitResult(action="decline")
        self._transcript.passes(f"  {field['title']}: {typed}")
        return ElicitResult(action="accept", content={"name": typed})

    async def keeps(self, tool: str, **arguments: Any) -> str:
        """Call a tool, and keep what is to be brought back with the answer to its question."""
        asked = await self.client.session.call_tool(tool, arguments, allow_input_required=True)
        assert isinstance(asked, InputRequiredResult)
        assert asked.request_state
        return asked.request_state

    async def replays(self, kept: str, tool: str, *, typed: str, **arguments: Any) -> None:
        """Bring it back once more, with the right answer."""
        self._transcript.passes(f"→ {tool}({_given(arguments)}), with the seal and {typed}")
        result = await self.client.session.call_tool(
            tool,
            arguments,
            input_responses={
                "confirm": ElicitResult(action="accept", content={"name": typed}),
            },
            request_state=kept,
            allow_input_required=True,
        )
        self._transcript.answers(text(result))
        assert getattr(result, "is_error", False)

    # What is not a tool --------------------------------------------------------------------------

    async def reads(self, uri: str, shown: Shown = None) -> None:
        """Read a resource."""
        self._transcript.passes(f"→ resource {uri}")
        contents = (await self.client.read_resource(uri)).contents
        self._transcript.answers("\n".join(getattr(one, "text", "") for one in contents), shown)

    async def takes(self, prompt: str, **arguments: str) -> None:
        """Have a prompt rendered, as a person who picks it from a menu."""
        self._transcript.passes(f"→ prompt {prompt}({_given(arguments)})")
        found = await self.client.get_prompt(prompt, arguments)
        self._transcript.answers("\n".join(getattr(m.content, "text", "") for m in found.messages))

    async def completes(
        self, ref: PromptReference | ResourceTemplateReference, name: str, typed: str
    ) -> list[str]:
        """Have what a person types completed."""
        self._transcript.passes(f"→ completion of {name}: {typed}")
        found = (await self.client.complete(ref, {"name": name, "value": typed})).completion.values
        self._transcript.answers(", ".join(found) or "nothing")
        return list(found)


def _given(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in arguments.items())
