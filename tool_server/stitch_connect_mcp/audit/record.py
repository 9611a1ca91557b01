"""What is noted of a call: names and outcomes, no values."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from mcp.types import CallToolResult
from mcp.types import InputRequiredResult as Question

from .chain import Broken

if TYPE_CHECKING:
    from ..confirmations.rows import Row

logger = logging.getLogger(__name__)
UNREADABLE = (OSError, Broken, sqlite3.Error)


class Journal(Protocol):
    """Where entries go."""

    def write(self, entry: Mapping[str, Any], *, safely: bool = False) -> None: ...


class NoJournal:
    """Keeps nothing."""

    def write(self, entry: Mapping[str, Any], *, safely: bool = False) -> None:
        return


class Audit:
    """Notes calls in a journal.

    Arguments:
        journal: Where.
        home: Which account's home this is.
        now: Seconds since 1970, in real time.
    """

    def __init__(
        self, journal: Journal, home: str = "", now: Callable[[], float] = time.time
    ) -> None:
        self._journal, self._home, self._now = journal, home, now

    def called(
        self, *, who: str, tool: str, arguments: Iterable[str], result: object, seconds: float
    ) -> None:
        """Note a call that has ended. What cannot be noted is told in the log, and no more."""
        entry = {
            "event": "call",
            "who": who,
            "tool": tool,
            "arguments": sorted(arguments),
            "outcome": outcome_of(result),
            "ms": round(seconds * 1000),
        }
        try:
            self._journal.write(self._dated(entry))
        except UNREADABLE as error:
            logger.warning("a call was not noted in the audit journal: %s", error)

    def intends(self, row: "Row", target: object, account: object) -> None:
        """Note, safely, that a confirmed call is about to be carried out.

        Raises:
            OSError, sqlite3.Error: It cannot be noted.
            Broken: The journal was changed by somebody else.
        """
        entry = {
            "event": "intent",
            "who": row.caller,
            "tool": row.tool,
            "target": target,
            "account": account,
            "confirmation": row.id,
            "by": str(row.channel),
        }
        self._journal.write(self._dated(entry), safely=True)

    def ended(self, row: "Row", state: str) -> None:
        """Note how a confirmed call has ended."""
        entry = {"event": "end", "tool": row.tool, "confirmation": row.id, "state": state}
        try:
            self._journal.write(self._dated(entry), safely=True)
        except UNREADABLE as error:
            logger.warning("the end of a call was not noted in the audit journal: %s", error)

    def _dated(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds")
        return {"at": at.replace("+00:00", "Z"), "home": self._home, **entry}


def outcome_of(result: object) -> str:
    """Return how a call ended, in a word."""
    if isinstance(result, Question):
        return "asked"
    if not isinstance(result, CallToolResult):
        return "error"
    status = (result.structured_content or {}).get("status")
    if status in ("preview", "needs_approval", "refused", "unknown", "done"):
        return str(status)
    return "error" if result.is_error else "ok"
