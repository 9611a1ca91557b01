"""Chance with a seed: every choice is a function of the seed and of what is chosen for.

No sequence is kept, so a restart or a different order of requests changes nothing else.
"""

from __future__ import annotations

import functools
import random
import uuid

_GREGORIAN = 0x01B21DD213814000  # 100 ns steps between 1582-10-15 and 1970-01-01


class Chance:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.uuids = Uuids(self)

    def of(self, *key: object) -> random.Random:
        """A generator that belongs to one key."""
        return random.Random(":".join(map(str, (self.seed, *key))))

    def token(self, prefix: str, *key: object) -> str:
        return prefix + f"{self.of('token', *key).getrandbits(160):040x}"

    def between(self, low: float, high: float, *key: object) -> float:
        return self.of(*key).uniform(low, high)


class Uuids:
    """Version-1 UUIDs from a simulated clock; two of one moment still differ."""

    def __init__(self, chance: Chance) -> None:
        source = chance.of("uuid-node")
        self._node = source.getrandbits(48) | 1 << 40
        self._sequence = source.getrandbits(14)

    def at(self, moment: float, number: int) -> uuid.UUID:
        """The UUID of a moment; `number` (a running count) keeps equal moments apart."""
        steps = int(moment * 1_000_000) * 10 + number % 10 + _GREGORIAN
        sequence = (self._sequence + number // 10) & 0x3FFF
        fields = (
            steps & 0xFFFFFFFF,
            steps >> 32 & 0xFFFF,
            steps >> 48 & 0x0FFF | 0x1000,
            sequence >> 8 | 0x80,
            sequence & 0xFF,
            self._node,
        )
        return uuid.UUID(fields=fields)


@functools.lru_cache(maxsize=64)
def chance(seed: int) -> Chance:
    """The chance of a seed."""
    return Chance(seed)
