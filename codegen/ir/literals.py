"""Rows of the operations table: calls that build a value, spelled as code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..naming import constant_name


@dataclass(frozen=True)
class Literal:
    """A call that builds a value: `Risk(level="read")`; arguments without a value are left out."""

    callee: str
    arguments: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        given = ", ".join(f"{key}={_spell(value)}" for key, value in self.arguments)
        return f"{self.callee}({given})"


def literal(callee: str, **arguments: Any) -> Literal:
    """A Literal of what is there: None and () stand for an argument's default."""
    kept = ((key, value) for key, value in arguments.items() if value not in (None, ()))
    return Literal(callee, tuple(kept))


def _spell(value: Any) -> str:
    if isinstance(value, tuple):
        inner = "".join(f"{_spell(item)}, " for item in value)
        return f"({inner})" if len(value) == 1 else f"({inner.rstrip(', ')})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k!r}: {_spell(v)}" for k, v in value.items()) + "}"
    return str(value) if isinstance(value, Literal | Name) else repr(value)


@dataclass(frozen=True)
class Name:
    """A name where a value is expected."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class OperationEntry:
    """A row of the operations table."""

    id: str
    literal: Literal

    @property
    def constant(self) -> str:
        return constant_name(self.id)
