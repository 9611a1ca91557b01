"""What was asked for last: enough to watch an assistant by, and nothing that is secret.

Neither headers nor bodies nor query strings are kept. Of a path that the contract does not know,
only plain words and numbers are: anything else might be a token that was put in the wrong place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

KEPT = 200
NUMBER = re.compile(r"[0-9]{1,15}")
PLAIN = re.compile(r"[a-z]{1,24}|[0-9]{1,12}|v[0-9]|[a-z]+(-[a-z]+){1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, or several of the same kind in a row."""

    number: int
    operation: str
    """The id of the operation or variant; method and path where there is none."""
    level: str
    """What the operation may do, in the contract's word; empty where there is no operation."""
    client_id: int | None
    """Whose token it carried; None where it carried none that is known."""
    target: str
    """The number that the path names."""
    status: int
    """0 where the connection was reset."""
    fault: str
    """The kind of the fault that struck it."""
    at: float
    times: int = 1

    @property
    def in_vain(self) -> bool:
        """Whether it has certainly changed nothing."""
        return 400 <= self.status < 500


class Recent:
    """The last requests, the newest first.

    Args:
        document: the contract, which says what each operation may do.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._levels = dict(_levels(document))
        self._kept: deque[Asked] = deque(maxlen=KEPT)
        self._number = 0

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._kept)

    def note(
        self,
        *,
        operation: str,
        client_id: int | None,
        target: str,
        status: int,
        fault: str,
        at: float,
    ) -> None:
        """Remember a request that has been answered."""
        self._number += 1
        fresh = Asked(
            number=self._number,
            operation=operation,
            level=self._levels.get(operation, ""),
            client_id=client_id,
            target=target if NUMBER.fullmatch(target) else "",
            status=status,
            fault=fault,
            at=at,
        )
        before = self._kept[0] if self._kept else None
        if before is not None and _kind(before) == _kind(fresh):
            self._kept[0] = replace(before, at=at, times=before.times + 1)
        else:
            self._kept.appendleft(fresh)

    def clear(self) -> None:
        self._kept.clear()


def _kind(asked: Asked) -> tuple[object, ...]:
    return asked.operation, asked.client_id, asked.target, asked.status, asked.fault


def plain(path: str, is_secret: Callable[[str], bool]) -> str:
    """A path with a mark in place of every part that might be secret."""
    parts = path.split("/")[:8]
    shown = [part if _is_plain(part) and not is_secret(part) else "…" for part in parts[1:]]
    return "/" + "/".join(shown)


def _is_plain(part: str) -> bool:
    return not part or PLAIN.fullmatch(part) is not None


def _levels(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each operation and each variant may do."""
    for item in document["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict) or "x-risk" not in operation:
                continue
            level = operation["x-risk"]["level"]
            yield operation["operationId"], level
            for variant in operation.get("x-variants", ()):
                name = f"{operation['x-resource']}.{variant['method']}"
                yield name, variant.get("risk", {}).get("level", level)
