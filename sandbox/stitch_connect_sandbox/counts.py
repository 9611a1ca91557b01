"""What has been asked for, and when: the record that a request budget is judged by."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Any

WINDOW = 600.0


class Counts:
    """Every request at its arrival, also one that is refused or struck by a fault."""

    def __init__(self) -> None:
        self.operations: Counter[str] = Counter()
        self.jobs_log: list[tuple[float, int | None, str]] = []

    def note(self, operation: str, budget: str | None, client_id: int | None, at: float) -> None:
        self.operations[operation] += 1
        if budget is not None:
            self.jobs_log.append((at, client_id, operation))

    def clear(self) -> None:
        self.operations.clear()
        self.jobs_log.clear()

    def shown(self) -> dict[str, Any]:
        """As the control plane prints it; moments are seconds since 1970 by the clock here."""
        return {
            "operations": dict(self.operations),
            "jobs_group": [at for at, _, _ in self.jobs_log],
            "jobs_log": self.jobs_log,
            "max_in_window": self._max_in_window(),
        }

    def _max_in_window(self) -> dict[str, int]:
        """By client id, the most requests of the group in any window, its end excluded."""
        most: dict[str, int] = {}
        recent: defaultdict[int | None, deque[float]] = defaultdict(deque)
        for at, client_id, _ in self.jobs_log:
            window = recent[client_id]
            window.append(at)
            while window[0] <= at - WINDOW:
                window.popleft()
            most[str(client_id)] = max(most.get(str(client_id), 0), len(window))
        return most
