"""What the tool server costs in tokens, counted as o200k does: `make tokens`.

The tests hold an estimate against these limits, because a tokenizer is a download; this counts, and
holds the estimate too.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from mcp import Client
from stitch_connect_mcp.logs import log_to_stderr
from stitch_connect_mcp.server import INSTRUCTIONS
from stitch_connect_mcp.weight import weight

from .account import Account, call, opened, text
from .hostile import CORPUS
from .surface import as_seen, compact, of_level, tools
from .test_hostility import FREE, NAME, numbered, plant

COUNTER = Path(__file__).resolve().parent.parent.parent / ".ci/tokens.mjs"
SOURCES = 300
STEP = 100  # sources between the two lists of which one row is the difference
WIDE = (
    "漢字仮名交じり文" * 60,
    "🧑🏽‍🚀🏳️‍🌈🫠" * 60,
    "Ελληνικά кириллица עברית" * 30,
    "x9Q!z@7#" * 90,
)
TOO_LOW = 1.25  # the most that a count may be above the estimate

LIMITS: tuple[tuple[str, int], ...] = (
    ("instructions", 120),
    ("tools/list", 6000),
    ("tools/list, reading", 2600),
    ("tools/list, as a model sees it", 3000),
    ("tools/list, reading, as a model sees it", 1500),
    ("a source in list_sources, text", 40),
    ("a source in list_sources, structured", 40),
)
RESULT_LIMIT = 8000
RESULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("account_overview", {}),
    ("list_sources", {"limit": 200}),
    ("list_sources", {"limit": 200, "detail": "full"}),
    ("get_source", {"source": 120643, "detail": "full"}),
    ("check_connection", {"source": 120646}),
    ("list_extractions", {"limit": 200}),
    ("list_loads", {"limit": 200}),
    ("read_extraction_log", {"source": 120643, "tail": 500}),
    ("list_streams", {"source": 120643, "detail": "full"}),
    ("get_stream", {"source": 120643, "stream": 2288740}),
    ("list_connection_types", {"limit": 200}),
    ("get_connection_type", {"name": "platform.hp-mysql", "limit": 200}),
    ("list_destinations", {"detail": "full"}),
    ("list_notifications", {}),
)


class Line(NamedTuple):
    """A line of the table: what was counted, the limit, and whether rows share the count."""

    name: str
    limit: int
    texts: tuple[str, ...]
    rows: int = 1

    def tokens(self, counts: dict[str, int]) -> float:
        """The count of the last text, less that of the one before, for one row."""
        more, *less = (counts[one] for one in reversed(self.texts))
        return (more - sum(less)) / self.rows


def count(texts: list[str]) -> dict[str, int]:
    """The tokens of each text."""
    run = subprocess.run(
        ["node", str(COUNTER)], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return dict(zip(texts, json.loads(run.stdout), strict=True))


async def surface() -> list[tuple[str, ...]]:
    listed = await tools()
    read = of_level(listed, "read")
    parts = (listed, read, as_seen(listed), as_seen(read))
    return [(INSTRUCTIONS,), *((compact(part),) for part in parts)]


async def rows(client: Client) -> list[tuple[str, ...]]:
    few = await call(client, "list_sources", limit=50)
    many = await call(client, "list_sources", limit=50 + STEP)
    return [
        (text(few), text(many)),
        (compact(few.structured_content), compact(many.structured_content)),
    ]


async def results(client: Client, kind: str = "") -> list[Line]:
    found = []
    for tool, given in RESULTS:
        result = await call(client, tool, **given)
        shown = kind + " ".join([tool, *map(str, given.values())])
        found.append(Line(f"{shown}, text", RESULT_LIMIT, (text(result),)))
        found.append(Line(shown, RESULT_LIMIT, (compact(result.structured_content),)))
    return found


async def lines(account: Account) -> list[Line]:
    """Everything that is counted."""
    httpx.post(f"{account.url}/_sandbox/seed", json={"sources": SOURCES, "streams": 3}, timeout=90)
    async with Client(account.server()) as client:
        parts = [*await surface(), *await rows(client)]
        limited = [
            Line(name, limit, part, STEP if len(part) > 1 else 1)
            for (name, limit), part in zip(LIMITS, parts, strict=True)
        ]
        found = await results(client)
        plant(account, numbered(FREE, (*CORPUS, *WIDE)), numbered(NAME, (*WIDE, *CORPUS)))
        account.clock.sleep(3600)  # until nothing that is kept is young enough
        return [*limited, *found, *await results(client, "hostile ")]


def wrong(line: Line, counts: dict[str, int]) -> Iterator[str]:
    """What does not hold."""
    if line.tokens(counts) > line.limit:
        yield "over its limit"
    estimate = weight(line.texts[-1])
    if counts[line.texts[-1]] > estimate * TOO_LOW:
        yield f"estimated too low, at {estimate}"


def main() -> int:
    """Print the table; the exit code is 0 when every limit holds."""
    log_to_stderr()
    with opened() as account:
        found = asyncio.run(lines(account))
    counts = count(sorted({one for line in found for one in line.texts}))
    failed = False
    for line in found:
        problems = ", ".join(wrong(line, counts))
        failed = failed or bool(problems)
        print(f"{line.tokens(counts):8.0f} of {line.limit:5}  {line.name}  {problems}".rstrip())
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
