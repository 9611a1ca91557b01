"""What a job's log tells: which streams sent rows.

Lines are `TIMESTAMP LOCATION - TYPE MESSAGE`. The target writes one line for each stream that sent
rows; a tap may write how many it replicated of each. What else a log says is for people.
"""

import re
from collections import Counter

MOST_CHARACTERS = 512 * 1024 * 1024
MOST_STREAMS = 10_000
MOST_SCHEMAS = 100  # streams of one name that are told apart

_COUNTED = re.compile(
    r"\S+ \S+ +target - INFO \S*flush-pipeline - send-stream-record-count-impl (?P<stream>\S.*)"
)
_REPLICATED = re.compile(
    r'\S+ \S+ +tap - INFO replicated (?P<rows>\d{1,18}) records from "(?P<stream>.+)" endpoint'
)
_ENDED = re.compile(r"\S+ \S+ +main - INFO Exit status is: .*")


class Log:
    """A log as its lines are read, one after the other; keeps the names of streams alone."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._replicated: Counter[str] = Counter()
        self._size = 0
        self._ended = False

    def take(self, line: str) -> bool:
        """Read a line; return whether the log is too long to be one, so that it is left there."""
        self._size += len(line) + 1
        if " - INFO " in line:
            self._note(line.rstrip())
        return self._too_long

    @property
    def sent(self) -> tuple[str, ...] | None:
        """The streams that sent rows, as the log names them; None if it is not complete.

        A name comes as often as a line says it: streams of several schemas may share one.
        """
        if self._too_long or not self._ended:
            return None
        return tuple((self._counted or self._replicated).elements())

    @property
    def _too_long(self) -> bool:
        streams = max(len(self._counted), len(self._replicated))
        return self._size > MOST_CHARACTERS or streams > MOST_STREAMS

    def _note(self, line: str) -> None:
        if "main - INFO Exit status is" in line and _ENDED.fullmatch(line):
            self._ended = True
        elif "send-stream-record-count-impl" in line:
            self._count(self._counted, _COUNTED.fullmatch(line))
        elif "replicated" in line:
            found = _REPLICATED.fullmatch(line)
            self._count(self._replicated, found if found and int(found["rows"]) else None)

    @staticmethod
    def _count(streams: Counter[str], found: re.Match[str] | None) -> None:
        if found and streams[found["stream"]] < MOST_SCHEMAS:
            streams[found["stream"]] += 1
