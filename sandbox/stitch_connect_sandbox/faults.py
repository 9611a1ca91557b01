"""Trouble on demand: what goes wrong with the next calls of an operation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("status", "latency", "truncated", "not_json", "redirect")


@dataclass(slots=True)
class Fault:
    """One kind of trouble for the next `count` calls of an operation (`*` for any)."""

    operation: str
    kind: str
    count: int = 1
    status: int = 500
    retry_after: str | None = None
    seconds: float = 1.0


class Faults:
    """The faults that are armed."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []

    def arm(self, given: dict[str, Any]) -> Fault:
        """Arm a fault; raises TypeError or ValueError for one that makes no sense."""
        fault = Fault(**given)
        if fault.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        self._armed.append(fault)
        return fault

    def clear(self) -> None:
        self._armed.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._armed]

    def take(self, operation: str) -> Fault | None:
        """The fault that strikes this call, if any."""
        for fault in self._armed:
            if fault.operation in (operation, "*"):
                fault.count -= 1
                if fault.count <= 0:
                    self._armed.remove(fault)
                return fault
        return None


Answer = tuple[int, dict[str, str], bytes]


async def strike(fault: Fault, answer: Callable[[], Answer]) -> Answer:
    """What is answered instead."""
    if fault.kind == "status":
        headers = {"retry-after": fault.retry_after} if fault.retry_after else {}
        return fault.status, headers, b""
    if fault.kind == "redirect":
        return 302, {"location": "https://elsewhere.example/"}, b""
    if fault.kind == "not_json":
        return 200, {"content-type": "text/html"}, b"<html>Bad luck</html>"
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
        return answer()
    status, headers, body = answer()
    return status, headers, body[: len(body) // 2]
