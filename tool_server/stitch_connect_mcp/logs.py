"""Logs of the server: standard error, because standard output is the protocol; without secrets.

Redaction sits in the formatter: a filter misses what a traceback or an exception group prints.
"""

import logging
import sys

from .text import redact

LEVEL = logging.WARNING


class RedactingFormatter(logging.Formatter):
    """Formats a record, then hides the known secrets and whatever looks like one."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


def log_to_stderr(secrets: tuple[str, ...] = ()) -> None:
    """Install the one handler. Call it before the server is built, which else installs its own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=LEVEL, handlers=[handler], force=True)
