"""Import statements, and the names that generated code takes from the runtime."""

from __future__ import annotations

from collections.abc import Iterable

from ..types import Imports

RUNTIME = "stitch_connect_runtime"
NONE: Imports = frozenset()
UNSET: Imports = frozenset({(f"{RUNTIME}.unset", "UNSET"), (f"{RUNTIME}.unset", "Unset")})
MODEL = (f"{RUNTIME}.models", "Model")
CALLS: Imports = frozenset(
    {
        ("..", "operations"),
        (f"{RUNTIME}.decode", "Decoder"),
        (f"{RUNTIME}.resource", "AsyncResource"),
        (f"{RUNTIME}.resource", "Resource"),
    }
)


def from_resource(*names: str) -> Imports:
    """Names of the runtime's `resource` module."""
    return frozenset((f"{RUNTIME}.resource", name) for name in names)


def from_forgetting(*names: str) -> Imports:
    """Names of the runtime's `forgetting` module."""
    return frozenset((f"{RUNTIME}.forgetting", name) for name in names)


def import_lines(imports: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Import statements, in an order that does not depend on hashing."""
    return tuple(f"from {module} import {name}" for module, name in sorted(set(imports)))
