"""A clock for demonstrations and tests: real time, faster."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ScaledClock:
    """Time that runs `factor` times as fast as real time, starting at the real time.

    Two with the same start and factor are the same clock.
    """

    factor: float
    start: float = field(default_factory=time.time)
    _mark: float = field(default_factory=time.monotonic, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.factor > 0:
            raise ValueError("the factor of a ScaledClock is a number above 0")

    def now(self) -> float:
        return self.start + (time.monotonic() - self._mark) * self.factor

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.factor)

    async def asleep(self, seconds: float) -> None:
        import anyio

        await anyio.sleep(seconds / self.factor)
