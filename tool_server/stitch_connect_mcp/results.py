"""What a tool answers: one object, told twice.

Some clients show the model the text, others the structured content, so the text is made of the
structured content by one rule and nothing else: both carry the same data, and each stands alone. A
name has neither tabs nor line breaks in it, so no name can look like another line or column.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from mcp.types import CallToolResult, TextContent
from pydantic import BaseModel, ConfigDict

NONE = "-"


class Row(BaseModel):
    """Base of what stands in lists of an answer. Its validator is built when it is first used."""

    model_config = ConfigDict(defer_build=True)


class Answer(Row):
    """Base of every answer; its fields are the structured content.

    A subclass with `published` has its schema in the list of tools, which costs tokens.
    """

    model_config = ConfigDict(extra="forbid")
    published: ClassVar[bool] = False

    def data(self) -> dict[str, Any]:
        """Return the structured content."""
        return self.model_dump(mode="json", exclude_none=True)

    def text(self) -> str:
        """Return the same data, compact, for clients that show text."""
        return told(self.data())

    def result(self) -> CallToolResult:
        """Return the answer as the protocol's result."""
        data = self.data()
        return CallToolResult(content=_text(told(data)), structured_content=data)


class Outcome(Answer):
    """What a tool that changes something did, or would do, or refused to do."""

    published = True

    status: str
    what: str
    approval_id: str | None = None


class Started(Outcome):
    """The outcome of a start, with the handle to follow the job by."""

    job: str


def told(data: Mapping[str, Any]) -> str:
    """Return structured content as text: a line for each field, a table for each list of rows."""
    return "\n".join(_lines(data))


def _lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{indent}{name}:"
            yield from _table(value)
        else:
            yield f"{indent}{name}: {_cell(value)}"


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    yield "\t".join(columns)
    for row in rows:
        yield "\t".join(_cell(row.get(name)) for name in columns)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "\t".join(map(_cell, value)) or NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    return NONE if value is None else str(value)


def refusal(outcome: Outcome) -> CallToolResult:
    """Return `outcome` as a result that the client shows as an error."""
    return CallToolResult(
        content=_text(outcome.text()), structured_content=outcome.data(), is_error=True
    )


class Missing(CallToolResult):
    """An error about something that is not there."""


def failure(sentence: str, kind: type[CallToolResult] = CallToolResult) -> CallToolResult:
    """Return an error that is one sentence."""
    return kind(content=_text(sentence), is_error=True)


def text_of(result: CallToolResult) -> str:
    """Return the text of a result."""
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


def _text(text: str) -> list[Any]:
    return [TextContent(type="text", text=text)]
