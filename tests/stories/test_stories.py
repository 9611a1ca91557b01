"""The stories go as the documentation tells them, in both eras."""

from __future__ import annotations

import re

import pytest
from stitch_connect_mcp.access import DEFAULT_TOOLSETS
from stitch_connect_mcp.tools import TOOLS

from .book import DOCS, INDEX, STORIES, Story, tell

LONGEST = 80  # lines of a page


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.file)
def test_a_story_goes_as_it_is_told_in_both_eras(story: Story) -> None:
    modern, legacy = tell(story, "auto"), tell(story, "legacy")
    page = (DOCS / story.file).read_text("utf-8")
    assert story.page(modern) == page, "run `make docs`"
    assert legacy.entries == modern.common()
    assert len(page.splitlines()) <= LONGEST
    assert story.row(modern) in (DOCS / "stories.md").read_text("utf-8"), "run `make docs`"


def test_every_tool_of_the_default_toolsets_is_in_a_story() -> None:
    rows = re.findall(r"^\| \d+ \|.*$", (DOCS / "stories.md").read_text("utf-8"), re.MULTILINE)
    shown = {tool for row in rows for tool in re.findall(r"`(\w+)`", row)}
    assert shown == {spec.name for spec in TOOLS if spec.toolset in DEFAULT_TOOLSETS}


def test_there_is_a_page_for_each_story_and_no_other() -> None:
    pages = {f"stories/{page.name}" for page in (DOCS / "stories").iterdir()}
    assert pages == {story.file for story in STORIES}
    assert (DOCS / "stories.md").read_text("utf-8").startswith(INDEX.partition("{rows}")[0])
