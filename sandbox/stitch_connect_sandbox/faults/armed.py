"""The faults that are armed, and which of them strikes a call."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

from ..chance import Chance
from .fields import Fault, fault_of

LOG_TEXT = "log_store.get"
"""What reading a log at the other host is called, which is no operation of the contract."""


class Faults:
    """The faults of one sandbox.

    Args:
        operations: the ids that a fault may name.
        chance: gives what decides whom a fault with a probability strikes.
    """

    def __init__(self, operations: Collection[str], chance: Callable[[], Chance]) -> None:
        self._operations, self._chance = sorted([*operations, LOG_TEXT]), chance
        self.clear()

    def clear(self) -> None:
        """Disarm all of them, and begin to count anew."""
        self._armed: dict[int, Fault] = {}
        self._ever, self._calls = 0, 0

    def __len__(self) -> int:
        return len(self._armed)

    def arm(self, given: dict[str, Any]) -> Fault:
        """Arm a fault; raises ValueError for one that makes no sense."""
        fault = fault_of(given, self._operations)
        self._ever += 1
        self._armed[self._ever] = fault
        return fault

    def listed(self) -> list[dict[str, Any]]:
        """The armed ones, with what is left of their counts."""
        return [asdict(fault) for fault in self._armed.values()]

    def take(self, *names: str, client_id: int | None = None) -> Fault | None:
        """The fault that strikes a call, if any.

        Args:
            names: what its operation is called.
            client_id: whose call it is, where that is known.
        """
        self._calls += 1
        for number, fault in self._armed.items():
            if _is_meant(fault, names, client_id) and self._strikes(number, fault):
                return self._used(number, fault)
        return None

    def _strikes(self, number: int, fault: Fault) -> bool:
        if fault.skip:
            fault.skip -= 1
            return False
        if fault.probability is None:
            return True
        return self._chance().of("fault", number, self._calls).random() < fault.probability

    def _used(self, number: int, fault: Fault) -> Fault:
        if fault.count is not None:
            fault.count -= 1
            if not fault.count:
                del self._armed[number]
        return fault


def _is_meant(fault: Fault, names: tuple[str, ...], client_id: int | None) -> bool:
    return fault.operation in (*names, "*") and fault.client_id in (None, client_id)
