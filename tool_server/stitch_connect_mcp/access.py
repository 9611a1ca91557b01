"""Who may call what: one vocabulary for the operator's options, scopes and principals.

The levels are those of the contract's risks, each including the ones before it. What is not
allowed is neither listed nor carried out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stitch_connect.operations import RISK_LEVELS

if TYPE_CHECKING:
    from .registry import ToolSpec

LEVELS = RISK_LEVELS
TOOLSETS: Mapping[str, bool] = {
    "overview": True,
    "sources": True,
    "jobs": True,
    "streams": True,
    "catalog": True,
    "destinations": True,
    "notifications": True,
    "tokens": True,
    "partner": False,
}
"""The toolsets, and whether each is on by default."""
DEFAULT_TOOLSETS = frozenset(name for name, is_on in TOOLSETS.items() if is_on)
SCOPES: Mapping[str, str] = {f"stitch:{level}": level for level in LEVELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What may be called.

    Arguments:
        level: The highest risk.
        toolsets: The toolsets that are on.
        tools: Only these, of what is on; all when None.
        deny: Never these.
    """

    level: str = LEVELS[-1]
    toolsets: frozenset[str] = DEFAULT_TOOLSETS
    tools: frozenset[str] | None = None
    deny: frozenset[str] = frozenset()

    def lowered(self, levels: Iterable[str]) -> "Access":
        """Return the access with the lowest of its own level and the given ones."""
        return replace(self, level=min([self.level, *levels], key=LEVELS.index))

    def lists(self, spec: "ToolSpec") -> bool:
        """Whether a tool is there at all."""
        return self.refusal(spec) is None

    def refusal(self, spec: "ToolSpec") -> str | None:
        """Return why a tool may not be called, naming what is missing; None if it may."""
        needed = spec.operation.risk.level
        if spec.toolset not in self.toolsets:
            return f"{spec.name} is in the toolset {spec.toolset}, which is off here"
        if spec.name in self.deny or (self.tools is not None and spec.name not in self.tools):
            return f"{spec.name} is not offered here"
        if is_above(needed, self.level):
            return f"{spec.name} needs the access level {needed}; this is {self.level}"
        return None


def is_above(level: str, other: str) -> bool:
    """Whether a level includes another and more."""
    return LEVELS.index(level) > LEVELS.index(other)


def level_of(scopes: Iterable[str]) -> str | None:
    """Return the highest level that scopes grant, or None where they grant nothing here."""
    granted = [SCOPES[scope] for scope in scopes if scope in SCOPES]
    return max(granted, key=LEVELS.index) if granted else None
