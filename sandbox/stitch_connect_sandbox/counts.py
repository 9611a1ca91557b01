"""What has been asked for, and when: the record that a request budget is judged by."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Any

WINDOW = 600.0
KEPT = 10_000  # entries of the log; the counts know of all


class Counts:
    """Every request at its arrival, also one that is refused or struck by a fault."""

    def __init__(self) -> None:
        self.operations: Counter[str] = Counter()
        self.jobs_log: deque[tuple[float, int | None, str]] = deque(maxlen=KEPT)
        self._recent: defaultdict[int | None, deque[float]] = defaultdict(deque)
        self._most: dict[str, int] = {}

    def note(self, operation: str, budget: str | None, client_id: int | None, at: float) -> None:
        self.operations[operation] += 1
        if budget is not None:
            self.jobs_log.append((at, client_id, operation))
            self._widen(client_id, at)

    def clear(self) -> None:
        for kept in (self.operations, self.jobs_log, self._recent, self._most):
            kept.clear()

    def shown(self) -> dict[str, Any]:
        """As the control plane prints it; moments are seconds since 1970 by the clock here.

        `max_in_window` has, by client id, the most requests of the group in any window, its end
        excluded.
        """
        return {
            "operations": dict(self.operations),
            "jobs_group": [at for at, _, _ in self.jobs_log],
            "jobs_log": list(self.jobs_log),
            "max_in_window": self._most,
        }

    def _widen(self, client_id: int | None, at: float) -> None:
        window = self._recent[client_id]
        window.append(at)
        while window[0] <= at - WINDOW:
            window.popleft()
        self._most[str(client_id)] = max(self._most.get(str(client_id), 0), len(window))
