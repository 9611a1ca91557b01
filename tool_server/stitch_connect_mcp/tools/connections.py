"""Connection checks: what the last one found, and what to try."""

from typing import Any

from ..calls import Call
from ..registry import tool
from ..results import Answer
from .sources import SourceArgument

PHASES = ("check", "discovery", "tap", "target")
ADVICE = {
    "running": "Look again in half a minute.",
    "succeeded": "The connection works.",
    "failed": "Mend host, credentials or access as the message says; saving checks again.",
}


class ConnectionReport(Answer):
    """The last connection check of a source."""

    source_id: int
    status: str
    advice: str
    started: str
    failed_phase: str | None = None
    message: str | None = None

    def text(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in self.model_dump(exclude_none=True).items())


@tool("connection_checks.source", toolset="sources")
async def check_connection(call: Call, source: SourceArgument) -> ConnectionReport:
    """Shows the last connection check of a source: how it ended, in which phase, and why."""
    found = await call.stitch.find_source(source)
    check = await call.stitch.connection_checks.source(found.id)
    message = _message(check)
    return ConnectionReport(
        source_id=found.id,
        status=call.words.line(check.status),
        advice=ADVICE.get(str(check.status), "Look again later."),
        started=str(check.start_time),
        failed_phase=next((p for p in PHASES if getattr(check, f"{p}_exit_status")), None),
        message=call.words.free(message) if message else None,
    )


def _message(check: Any) -> str | None:
    found = (check.discovery_error_message, check.tap_error_message, check.target_error_message)
    return next(filter(None, found), None)
