"""The stories in their order, and the pages of the documentation that are made of them."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .stage import staged
from .told import (
    attach_and_stop,
    choosing_fields,
    deleting_a_source,
    failing_check,
    hostile_texts,
    last_night,
    moving_a_database,
    offboarding,
    start_and_wait,
    without_forms,
)
from .transcript import Transcript

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
ERAS = ("auto", "legacy")
INDEX = """\
# Ten stories

What a data engineer asks an assistant, what it calls, and what comes of it. A scripted assistant
tells them, through the official `mcp` client, with `serve` over the [sandbox](sandbox.md); no model
takes part. Each is told in both eras of the protocol, with a handshake (up to 2025-11-25) and
without (2026-07-28), and comes out the same: what happens with 2026-07-28 alone says so.
`make docs` writes these pages anew, and a test holds them against what happens.

| | story | tools |
|---|---|---|
{rows}

## How to read them

`→` is a call of the assistant's; what the model sees of its answer stands below it. `·` is told
while a call goes on. `?` is a question that the person sees, with what they type. `$` is a command
of the person's. What the account was asked to change is counted at the sandbox, past the server.

- Shown is the text of an answer; its structured content holds [the same](tools.md#answers).
  *… 5 more lines* stands for lines that are left out, wherever they stood.
- Tabs are columns, and long lines go on further in.
- The fence around what others wrote has another number in each answer. Here these are counted:
  `<<00000001: `, `<<00000002: `.
- A *seal* goes with a question of 2026-07-28: what the client brings back with the answer, so that
  the server knows the question as its own.
- The ids of confirmations are random. Here they are chosen; so are the date, and how long a person
  reads.
"""


@dataclass(frozen=True, slots=True)
class Story:
    """A story by its module."""

    number: int
    module: ModuleType

    @property
    def title(self) -> str:
        """What it is called."""
        return self._said()[0]

    @property
    def file(self) -> str:
        """The page, by its name in the documentation."""
        name = self.module.__name__.rpartition(".")[2].replace("_", "-")
        return f"stories/{self.number:02}-{name}.md"

    def page(self, told: Transcript) -> str:
        """Return the page of a telling."""
        title, lead = self._said()
        return f"# {self.number}. {title}\n\n{lead}\n\n{told.page()}\n"

    def row(self, told: Transcript) -> str:
        """Return the line of the table."""
        tools = ", ".join(f"`{tool}`" for tool in told.tools)
        return f"| {self.number} | [{self.title}]({self.file}) | {tools} |"

    def _said(self) -> tuple[str, str]:
        title, _, lead = (inspect.getdoc(self.module) or "").partition("\n\n")
        return title, lead


STORIES = tuple(
    Story(number, module)
    for number, module in enumerate(
        (
            last_night,
            failing_check,
            start_and_wait,
            attach_and_stop,
            moving_a_database,
            choosing_fields,
            deleting_a_source,
            without_forms,
            hostile_texts,
            offboarding,
        ),
        1,
    )
)


def tell(story: Story, era: str) -> Transcript:
    """Have a story happen, from the beginning to the end.

    Raises:
        AssertionError: It went otherwise.
    """
    with tempfile.TemporaryDirectory() as home, staged(era, Path(home)) as stage:
        asyncio.run(story.module.tell(stage))
        return stage.transcript


def pages(told: Mapping[Story, Transcript]) -> Iterator[tuple[Path, str]]:
    """Each page with its text, the index last."""
    for story, transcript in told.items():
        yield DOCS / story.file, story.page(transcript)
    yield DOCS / "stories.md", index(told.items())


def index(told: Iterable[tuple[Story, Transcript]]) -> str:
    """Return the page that leads to the others."""
    return INDEX.format(rows="\n".join(story.row(transcript) for story, transcript in told))
