"""What a client may do next, each as often as its weight says."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import anyio
from mcp import Client, MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from ..account import text
from ..test_every_tool import READS
from . import person

if TYPE_CHECKING:
    from .day import Day

DEADLINE = 60.0  # seconds for an answer
SOURCES = (120643, 120644, 120645)
STREAMS = ("customers", "orders")
SLOW = "source_types.get"
"""The operation whose answers take so long that a client gives up."""

SLIPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no_such_tool", {}),
    ("list_sources", {"limit": "10"}),
    ("list_sources", {"lmit": 3}),
    ("list_sources", {"cursor": "nonsense"}),
    ("get_source", {}),
    ("get_source", {"source": True}),
    ("get_source", {"source": "null"}),
    ("get_source", {"source": "nobody"}),
    ("get_source", {"source": 999}),
    ("get_job", {"job": "nonsense"}),
    ("get_job", {"job": "x", "wait_seconds": 26}),
    ("read_extraction_log", {}),
    ("delete_notification", {"kind": "email", "notification": 10**9}),
    ("delete_source", {"source": 120643, "dryrun": True}),
    ("update_source", {"source": 120643}),
    ("update_source", {"source": 120643, "every_minutes": 30, "cron": "0 0 * * * ?"}),
    ("select_streams", {"source": 120643, "changes": {"orders": {"method": "FULL_TABLE"}}}),
    ("create_notification", {"to": "http://plain.example/", "destination": 155582}),
)

DOCUMENTED = re.compile(
    "|".join(
        (
            r'unknown tool "',
            r"(in \"\w+\": )?(unknown )?argument \"",
            r"The cursor is not of this list",
            r"The account's request budget is used up; call again in \d+ s\.",
            r"Not found\.",
            r"No source is named ",
            r"Stitch is in trouble; call again",
            r"Stitch asks for patience; call again",
            r"Stitch's answer makes no sense; call again later\.",
            r"Stitch did not answer; call again later\.",
            r"Stitch cannot be reached; nothing was sent\.",
            r"Stitch refused: ",
            r"A job of this source is running",
            r"not the handle of a job",
            r"give either the source, whose last extraction is meant, or the job",
            r"no extraction of source \d+ has completed within 60 days",
            r"a schedule is every_minutes",
            r"status: refused\n",
        )
    ),
    re.DOTALL,
)
"""What an error may say: a sentence that tells what to do next."""


@dataclass
class Seat:
    """One who calls, one call after the other."""

    day: Day
    client: Client
    chance: Random

    async def call(self, tool: str, **given: Any) -> Any:
        """Call a tool; it answers in time, with a result or with a documented sentence."""
        with anyio.fail_after(DEADLINE):
            result = await self.client.call_tool(tool, given)
        self.day.answered(tool)
        if result.is_error:
            assert DOCUMENTED.match(text(result)), (tool, given, text(result))
            self.day.outcomes["refused"] += 1
        else:
            assert text(result)
            assert result.structured_content
        return result

    async def drop(self, seconds: float, tool: str, **given: Any) -> None:
        """Call a tool, and give up after some seconds."""
        with anyio.move_on_after(seconds) as scope:
            await self.call(tool, **given)
        if scope.cancelled_caught:
            self.day.answered("given up")


async def read(seat: Seat) -> None:
    tool, given = seat.chance.choice(READS)
    await seat.call(tool, **given)


async def slip(seat: Seat) -> None:
    tool, given = seat.chance.choice(SLIPS)
    assert (await seat.call(tool, **given)).is_error


async def operate(seat: Seat) -> None:
    source = seat.chance.choice(SOURCES)
    label = f"Shop {seat.chance.randrange(1000)}"
    changes: dict[str, Any] = {"notification": 41, "enabled": seat.chance.random() < 0.5}
    tool, given = seat.chance.choice(
        (
            ("start_job", {"source": source}),
            ("stop_job", {"source": source}),
            ("pause_source", {"source": source}),
            ("resume_source", {"source": source}),
            ("set_notification", {"kind": "email", **changes}),
            ("update_source", {"source": source, "display_name": label}),
            ("select_streams", {"source": 120643, "changes": {"orders": True}}),
        )
    )
    await seat.call(tool, **given)


async def give_up(seat: Seat) -> None:
    """While Stitch takes its time, or anywhere on the way."""
    if seat.chance.random() < 0.5:
        await seat.drop(0.1, "get_connection_type", name="platform.hp-postgres")
    else:
        tool, given = seat.chance.choice(READS)
        await seat.drop(seat.chance.random() * 0.03, tool, **given)


async def offer(seat: Seat) -> None:
    """What is there besides tools."""
    client, template = (
        seat.client,
        ResourceTemplateReference(type="ref/resource", uri="stitch://sources/{id}"),
    )
    prompt = PromptReference(type="ref/prompt", name="diagnose_source")
    given: dict[str, str] = seat.chance.choice(({"source": "heroku"}, {}))
    ask: tuple[Callable[[], Awaitable[Any]], ...] = (
        client.list_tools,
        client.list_resources,
        lambda: client.read_resource("stitch://sources/heroku", cache_mode="bypass"),
        lambda: client.read_resource("stitch://sources/999", cache_mode="bypass"),
        lambda: client.get_prompt("diagnose_source", given),
        lambda: client.complete(template, {"name": "id", "value": "12"}),
        lambda: client.complete(prompt, {"name": "source", "value": "h"}),
    )
    with anyio.fail_after(DEADLINE):
        try:
            await seat.chance.choice(ask)()
        except MCPError as error:
            if not OFFERED.search(str(error)):
                raise
    seat.day.answered("offer")


OFFERED = re.compile(
    f'{DOCUMENTED.pattern}|source not found|argument "source" is missing', re.DOTALL
)


async def confirm(seat: Seat) -> None:
    """A notification is deleted, if the person says so."""
    day = seat.day
    async with day.asking:
        target = await day.plant()
        answer = seat.chance.choices(list(ANSWERS), list(ANSWERS.values()))[0]
        await _asked(seat, target, answer)
        if answer in (person.HANG, person.REFLEX):  # nobody has answered yet
            await _asked(seat, target, person.ACCEPT)
        await day.clear(target)


async def _asked(seat: Seat, target: int, answer: str) -> None:
    seat.day.person.answers[target] = answer
    given: dict[str, Any] = {"kind": "email", "notification": target}
    if answer == person.HANG:
        await seat.drop(0.4, "delete_notification", **given)
    else:
        seat.day.told(target, await seat.call("delete_notification", **given))


ANSWERS = {person.ACCEPT: 10, person.WRONG: 2, person.DECLINE: 1, person.REFLEX: 1, person.HANG: 1}


async def redirect(seat: Seat) -> None:
    """Where a source connects is changed, which a person confirms."""
    host = f"db{seat.chance.randrange(10**9)}.example.net"
    given = {"source": "billing_mysql", "properties": {"host": host}}
    await seat.call("update_source", **given, dry_run=True)
    await seat.call("update_source", **given)


class Move(NamedTuple):
    """Something to do, and how often."""

    weight: int
    make: Callable[[Seat], Awaitable[None]]


MOVES = (
    Move(50, read),
    Move(14, operate),
    Move(12, slip),
    Move(10, offer),
    Move(5, give_up),
    Move(8, confirm),
    Move(1, redirect),
)
