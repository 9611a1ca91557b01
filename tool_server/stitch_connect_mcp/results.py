"""What a tool answers: one object, told twice.

Some clients show the model the text, others the structured content, so both carry the same data
and each stands alone.
"""

from typing import Any

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Base of every answer; its fields are the structured content."""

    model_config = ConfigDict(extra="forbid")

    def text(self) -> str:
        """Return the same data, compact, for clients that show text."""
        raise NotImplementedError


class Outcome(Answer):
    """What a tool that changes something did, or would do, or refused to do."""

    status: str
    what: str
    job: str | None = None
    approval_id: str | None = None

    def text(self) -> str:
        lines = [f"{self.status}: {self.what}"]
        lines += [f"job: {self.job}"] if self.job else []
        lines += [f"approval_id: {self.approval_id}"] if self.approval_id else []
        return "\n".join(lines)


def render(answer: Answer) -> CallToolResult:
    """Return `answer` as the protocol's result."""
    return CallToolResult(content=_text(answer.text()), structured_content=_data(answer))


def refusal(outcome: Outcome) -> CallToolResult:
    """Return `outcome` as a result that the client shows as an error."""
    return CallToolResult(
        content=_text(outcome.text()), structured_content=_data(outcome), is_error=True
    )


def failure(sentence: str) -> CallToolResult:
    """Return an error that is one sentence."""
    return CallToolResult(content=_text(sentence), is_error=True)


def _text(text: str) -> list[Any]:
    return [TextContent(type="text", text=text)]


def _data(answer: Answer) -> dict[str, Any]:
    return answer.model_dump(mode="json", exclude_none=True)
