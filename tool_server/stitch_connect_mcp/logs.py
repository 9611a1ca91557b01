"""Logs of the server: standard error, because standard output is the protocol; without secrets.

Redaction sits in the formatter: a filter misses what a traceback or an exception group prints.
What nobody caught goes the same way, for Python's own hooks print it as it is.
"""

import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from .text import redact, visible

LEVELS = ("debug", "info", "warning", "error")
FORMS = ("auto", "text", "json")
SHAPE = "%(levelname)s %(name)s: %(message)s"
logger = logging.getLogger(__name__)


class RedactingFormatter(logging.Formatter):
    """Formats a record, then hides the known secrets and whatever looks like one."""

    def __init__(self, secrets: tuple[str, ...] = (), shape: str = SHAPE) -> None:
        super().__init__(shape)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(visible(super().format(record)), self._secrets)


class JsonFormatter(RedactingFormatter):
    """One JSON object a line: `at`, `level`, `logger`, and the `message` with its traceback."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(secrets, "%(message)s")

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": super().format(record),
        }
        return json.dumps(line)


def log_to_stderr(secrets: tuple[str, ...] = (), given: Mapping[str, Any] | None = None) -> None:
    """Install the one handler. Call it before the server is built, which else installs its own.

    Arguments:
        secrets: What is hidden wherever it stands.
        given: The options `log` and `log-level`, where they were given.
    """
    given = given or {}
    handler = logging.StreamHandler(sys.stderr)
    form = form_for(given.get("log", "auto"), sys.stderr)
    handler.setFormatter((JsonFormatter if form == "json" else RedactingFormatter)(secrets))
    level = given.get("log-level", "warning").upper()
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def tell(sentence: str) -> None:
    """Log what the operator is to see whatever the level, such as the address of the server."""
    record = logger.makeRecord(logger.name, logging.INFO, __file__, 0, sentence, (), None)
    logger.handle(record)


def form_for(asked: str, stream: TextIO) -> str:
    """Return how logs are written: for a person at a terminal as text, else as JSON."""
    if asked != "auto":
        return asked
    return "text" if stream.isatty() else "json"


# What nobody caught ------------------------------------------------------------------------------


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("the server ended by an error", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    error = args.exc_value
    logger.error("a thread ended by an error", exc_info=error)


def _unraisable(found: "sys.UnraisableHookArgs") -> None:
    logger.error("an error that nobody could be told", exc_info=found.exc_value)
