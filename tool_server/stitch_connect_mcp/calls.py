"""What a tool is given: the account, the clock, and words that are safe to show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import stitch_connect as sdk
from mcp.server.mcpserver import Context

from .recent import Recent
from .settings import Settings
from .target import numbered
from .text import Words


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one tool."""

    stitch: sdk.AsyncStitch
    ctx: Context[Any, Any]
    words: Words
    settings: Settings
    caller: str  # who a confirmation belongs to
    recent: Recent = field(default_factory=Recent)

    def now(self) -> float:
        """Return the time by the client's clock, in seconds since the epoch."""
        return self.stitch.clock.now()

    async def find_source(self, source: int | str) -> sdk.models.Source:
        """Return a source by id or name, whose id is a number, whatever was answered."""
        found = await self.stitch.find_source(source)
        numbered(found.id)
        return found

    async def progress(self, done: float, total: float | None, text: str) -> None:
        """Tell the client how far the call is; silently nothing where it did not ask."""
        await self.ctx.report_progress(done, total, text)
