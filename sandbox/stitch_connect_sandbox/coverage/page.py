"""The table as a page of the documentation."""

from collections import Counter
from collections.abc import Iterator

from . import COVERAGE
from .rows import STATUSES


def page() -> str:
    """As the documentation has it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What the sandbox simulates"
    yield ""
    yield "Printed from `sandbox/stitch_connect_sandbox/coverage` by `make docs`; a running"
    yield "sandbox answers with the same table at `/_sandbox/coverage`."
    yield ""
    counts = Counter(row.status for row in COVERAGE)
    for status, meaning in STATUSES.items():
        yield f"- **{status}** ({counts[status]}): {meaning}."
    for area in dict.fromkeys(row.area for row in COVERAGE):
        rows = [row for row in COVERAGE if row.area == area]
        yield from ("", f"## {area}", "", "| what | status | why |", "|---|---|---|")
        yield from (f"| {row.what} | {row.status} | {row.reason} |" for row in rows)
        operations = sorted({f"`{name}`" for row in rows for name in row.operations})
        if operations:
            yield from ("", f"Operations: {', '.join(operations)}.")
