"""What of Stitch is simulated, what is approximated and why, and what is absent and why.

`/_sandbox/coverage` answers with this table, and docs/sandbox-coverage.md is printed from it:

    python -m stitch_connect_sandbox.coverage
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from . import connections, replication
from .rows import Row

COVERAGE: tuple[Row, ...] = (*connections.ROWS, *replication.ROWS)


def shown() -> dict[str, Any]:
    """As the control plane answers."""
    counts = Counter(row.status for row in COVERAGE)
    return {"counts": dict(counts), "rows": [asdict(row) for row in COVERAGE]}
