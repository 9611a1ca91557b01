"""What a job's log tells: which streams sent rows.

Lines are `TIMESTAMP LOCATION - TYPE MESSAGE`. The target writes one line for each stream that sent
rows; a tap may write how many it replicated of each. What else a log says is for people.
"""

import re
from collections.abc import Iterable

_COUNTED = re.compile(
    r"\S+ \S+ +target - INFO \S*flush-pipeline - send-stream-record-count-impl (?P<stream>\S.*?)\s*"
)
_REPLICATED = re.compile(
    r'\S+ \S+ +tap - INFO replicated (?P<rows>\d+) records from "(?P<stream>.+)" endpoint\s*'
)
_ENDED = re.compile(r"\S+ \S+ +main - INFO Exit status is: .*")


def tells(line: str) -> bool:
    """Return whether a line says something about streams, or ends the log."""
    return any(pattern.fullmatch(line) for pattern in (_COUNTED, _REPLICATED, _ENDED))


def streams_with_rows(lines: Iterable[str]) -> tuple[str, ...] | None:
    """Return the streams that sent rows, as the log names them; None if the log is not complete.

    A name comes as often as a line says it: streams of several schemas may share one.
    """
    counted: list[str] = []
    replicated: list[str] = []
    ended = False
    for line in lines:
        if found := _COUNTED.fullmatch(line):
            counted.append(found["stream"])
        elif (found := _REPLICATED.fullmatch(line)) and int(found["rows"]):
            replicated.append(found["stream"])
        ended = ended or bool(_ENDED.fullmatch(line))
    return tuple(counted or replicated) if ended else None
