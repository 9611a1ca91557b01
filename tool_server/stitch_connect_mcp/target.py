"""What a gated call will touch: read, worded and fingerprinted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAME_CAP = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a gated call will touch, as read a moment ago.

    Arguments:
        id: The id in Stitch.
        name: The name a person types to confirm.
        account: The account it belongs to.
        wording: The question, our words first; what Stitch or the model worded comes last, quoted.
        facts: What the question rests on; a change of any of these refuses the act.
        blocked: Why the act makes no sense, so that nobody is asked.
        needs_gate: Whether somebody is asked; False where the arguments ask for nothing risky.
        operation: The operation of the act, where that is not the tool's own.
        change: What the act sends, as the reader worked it out.
        requests: How many requests the act sends at most.
    """

    id: int
    name: str
    account: int
    wording: str
    facts: Mapping[str, Any]
    blocked: str | None = None
    needs_gate: bool = True
    operation: str | None = None
    change: Mapping[str, Any] = field(default_factory=dict)
    requests: int = 1

    def __post_init__(self) -> None:
        numbered(self.id, self.account)

    @property
    def revision(self) -> str:
        """The fingerprint of the state that was shown."""
        return digest([self.id, self.wording, self.facts])

    @property
    def typed(self) -> str:
        """What the person types: the name, or the id where a name cannot be typed exactly."""
        plain = self.name.isascii() and self.name.isprintable() and self.name.strip() == self.name
        return self.name if self.name and plain and len(self.name) <= NAME_CAP else str(self.id)


class NoSense(Exception):
    """An answer of Stitch whose ids are none: they would stand in our own words."""


def numbered(*ids: object) -> None:
    """Hold what was answered as ids to be numbers.

    Raises:
        NoSense: One is none.
    """
    if not all(isinstance(one, int) for one in ids):
        raise NoSense


def digest(value: Any) -> str:
    """Return the fingerprint of a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
