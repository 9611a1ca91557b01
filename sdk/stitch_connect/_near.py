"""Names that somebody may have meant."""

import difflib
from collections.abc import Iterable


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return up to three of the known names that resemble a name, the nearest first."""
    lowered = {one.lower(): one for one in known}
    return tuple(lowered[one] for one in difflib.get_close_matches(name.lower(), lowered, 3, 0.5))


def question(names: Iterable[str]) -> str:
    """Return `did you mean 'a' or 'b'?`, or nothing where no name is near."""
    asked = " or ".join(map(repr, names))
    return f"did you mean {asked}?" if asked else ""
