"""Connection checks: what the last one found, by phase, and what to try."""

from typing import Any

from ..calls import Call
from ..registry import tool
from ..results import Answer
from .shared import SourceArgument, free_or_none, when

PHASES = ("discovery", "tap", "target", "check")
ADVICE = {
    "running": "It has not ended; look again in half a minute.",
    "succeeded": "The connection works.",
    "discovery": "Stitch could not connect or list streams: host, port, firewall, SSH, login.",
    "tap": "Stitch connected and could not read: permissions of the login, or limits of the API.",
    "target": "What was read could not be passed on: the destination, or trouble at Stitch.",
    "check": "The check failed without naming a phase: login, network, then Stitch's support.",
}


class ConnectionReport(Answer):
    """The last connection check of a source."""

    published = True

    source_id: int
    status: str
    advice: str
    phases: dict[str, str]
    started: str | None = None
    ended: str | None = None
    failed_phase: str | None = None
    message: str | None = None


@tool("connection_checks.source", toolset="sources")
async def check_connection(call: Call, source: SourceArgument) -> ConnectionReport:
    """Explains the last connection check of a source by phase, and what to try."""
    found = await call.find_source(source)
    return _report(call, found.id, await call.stitch.connection_checks.source(found.id))


def _report(call: Call, source_id: int, check: Any) -> ConnectionReport:
    failed = _failed(check)
    return ConnectionReport(
        source_id=source_id,
        status=call.words.line(check.status),
        advice=ADVICE.get(failed or str(check.status), ADVICE["check"]),
        phases=_phases(check),
        started=when(check.start_time),
        ended=when(check.completion_time),
        failed_phase=failed,
        message=free_or_none(call.words, _message(check)),
    )


def _failed(check: Any) -> str | None:
    """The phase that failed; payloads keep nulls in checks that have ended, so `error` decides."""
    if not (check.error or str(check.status) == "failed"):
        return None
    return next((one for one in PHASES if getattr(check, f"{one}_exit_status")), "check")


def _phases(check: Any) -> dict[str, str]:
    """How each phase ended of which that is told."""
    statuses = {phase: getattr(check, f"{phase}_exit_status") for phase in PHASES}
    told = {phase: status for phase, status in statuses.items() if status is not None}
    return {phase: "failed" if status else "succeeded" for phase, status in told.items()}


def _message(check: Any) -> str | None:
    found = (check.discovery_error_message, check.tap_error_message, check.target_error_message)
    return next(filter(None, found), None)
