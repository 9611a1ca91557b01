"""Prompts: four tasks that people give, worded so that the tools fit together.

A prompt is offered only where every tool that it names is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mcp.types import GetPromptResult, Prompt, PromptArgument, PromptMessage, TextContent

from .text import Words

SOURCE = PromptArgument(name="source", description="Id or name of the source.", required=True)


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A prompt before any server exists.

    Arguments:
        tools: Those that the text names.
        text: What is asked for; arguments stand in braces.
    """

    name: str
    description: str
    tools: tuple[str, ...]
    text: str
    arguments: tuple[PromptArgument, ...] = ()

    def listed(self) -> Prompt:
        """Return how the prompt is listed."""
        title = self.name.replace("_", " ").capitalize()
        return Prompt(
            name=self.name,
            title=title,
            description=self.description,
            arguments=list(self.arguments),
        )

    def complaint(self, given: Mapping[str, str]) -> str | None:
        """Return in one line what is wrong with the arguments, or None."""
        known = [one.name for one in self.arguments]
        missing = [one.name for one in self.arguments if one.required and not given.get(one.name)]
        if missing:
            return f'argument "{missing[0]}" is missing'
        unknown = sorted(given.keys() - set(known))
        if unknown:
            shown = Words().line(unknown[0], 40)
            return f'unknown argument "{shown}"; valid: {", ".join(known) or "none"}'
        return None

    def render(self, given: Mapping[str, str], words: Words) -> GetPromptResult:
        """Return the text with the arguments in it, quoted."""
        values = {one.name: words.quote(given.get(one.name, ""), 80) for one in self.arguments}
        content = TextContent(type="text", text=self.text.format(**values))
        return GetPromptResult(
            description=self.description, messages=[PromptMessage(role="user", content=content)]
        )


PROMPTS: tuple[PromptSpec, ...] = (
    PromptSpec(
        "diagnose_source",
        "Why a source fails, from its check, its last extraction and its log.",
        ("get_source", "check_connection", "list_extractions", "read_extraction_log", "list_loads"),
        "Find out why the Stitch source {source} does not replicate. Look at get_source, "
        "check_connection and list_extractions for it; where an extraction failed, at the end of "
        "its read_extraction_log; where extraction succeeded, at list_loads. Say in which phase it "
        "fails, quote the one line that shows it, and say what I can do. Change nothing.",
        (SOURCE,),
    ),
    PromptSpec(
        "weekly_report",
        "The state of the account for people who do not use Stitch.",
        ("account_overview", "list_extractions", "list_loads"),
        "Report on my Stitch account for people who do not use Stitch: from account_overview, how "
        "many sources work and which do not; from list_extractions and list_loads, what failed and "
        "since when. One paragraph, then a table of what needs somebody, most urgent first, each "
        "with the reason and a next step. Say how old the data is.",
    ),
    PromptSpec(
        "plan_selection",
        "Which streams and fields of a source to replicate, as a plan to be confirmed.",
        ("list_streams", "get_stream", "select_streams"),
        "Plan which streams of the Stitch source {source} to replicate. The aim: {goal}. Read "
        "list_streams, and get_stream for those in question; mind replication methods and keys. "
        "Show me the plan by select_streams with dry_run, and wait for my word before it is done.",
        (
            SOURCE,
            PromptArgument(name="goal", description="What the data is for.", required=False),
        ),
    ),
    PromptSpec(
        "safe_offboarding",
        "Take a source out of service without losing what is still needed.",
        ("get_source", "list_loads", "list_import_tokens", "pause_source", "delete_source"),
        "Help me take the Stitch source {source} out of service. Show it with get_source, what it "
        "has loaded with list_loads, and its tokens with list_import_tokens if it is an Import API "
        "source. Propose to pause it first, with pause_source, and name what would be lost by "
        "delete_source. Do neither before I say so.",
        (SOURCE,),
    ),
)
