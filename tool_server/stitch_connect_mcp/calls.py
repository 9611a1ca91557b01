"""What a tool is given: the account, the clock, and words that are safe to show."""

from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context
from stitch_connect import AsyncStitch

from .settings import Settings
from .text import Words


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one tool."""

    stitch: AsyncStitch
    ctx: Context[Any, Any]
    words: Words
    settings: Settings
    caller: str  # who a confirmation belongs to

    async def progress(self, done: float, total: float | None, text: str) -> None:
        """Tell the client how far the call is; silently nothing where it did not ask."""
        await self.ctx.report_progress(done, total, text)
