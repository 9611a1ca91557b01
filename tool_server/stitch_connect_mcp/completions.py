"""Completions: what a hole in an address or an argument of a prompt may be.

A value is offered only as it is, so one that cannot be shown whole on one line is left out.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .calls import Call
from .resources import number_or_name
from .tools.history import extraction_chunks
from .tools.shared import has

MOST = 50
LONGEST = 200  # characters of a value


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be completed.

    Arguments:
        name: The argument.
        typed: What of its value is there already.
        known: The arguments before it.
    """

    name: str
    typed: str
    known: Mapping[str, str]

    def fits(self, *parts: object) -> bool:
        """Whether what was typed is in any of the parts."""
        return has(self.typed[:LONGEST] or None, *parts)


class Found(NamedTuple):
    """The values that fit, and whether there are more."""

    values: list[str]
    more: bool = False


NOTHING = Found([])
Values = Callable[[Call, Asked], Awaitable[list[str]]]


async def _source_ids(call: Call, asked: Asked) -> list[str]:
    found = await call.stitch.sources.list()
    return [str(one.id) for one in found if asked.fits(one.id, one.name, one.display_name)]


async def _source_names(call: Call, asked: Asked) -> list[str]:
    found = await call.stitch.sources.list()
    return [one.name for one in found if asked.fits(one.id, one.name, one.display_name)]


async def _streams(call: Call, asked: Asked) -> list[str]:
    if not asked.known.get("id"):
        return []
    source = await call.find_source(number_or_name(asked.known["id"]))
    found = await call.stitch.streams.list(source.id)
    names = [one.tap_stream_id for one in found if asked.fits(one.tap_stream_id, one.stream_name)]
    return sorted(names)


async def _jobs(call: Call, asked: Asked) -> list[str]:
    chunk = await (await extraction_chunks(call))(0)
    return [row.job_name for row in chunk.rows if asked.fits(row.job_name)]


_VALUES: Mapping[str, tuple[str, Values]] = {
    "id": ("list_sources", _source_ids),
    "source": ("list_sources", _source_names),
    "stream": ("list_streams", _streams),
    "job": ("list_extractions", _jobs),
}
"""By the name of the argument: the tool whose data it shows, and how values are found."""


def tool_of(asked: Asked) -> str | None:
    """Return the tool whose data a completion shows; None where nothing is known."""
    found = _VALUES.get(asked.name)
    return found[0] if found else None


async def complete(call: Call, asked: Asked) -> Found:
    """Return the values that fit what was typed."""
    _, values = _VALUES[asked.name]
    fit = [one for one in await values(call, asked) if call.words.line(one, LONGEST) == one]
    return Found(fit[:MOST], len(fit) > MOST)
