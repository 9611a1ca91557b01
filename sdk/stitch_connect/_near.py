"""Names that somebody may have meant."""

import difflib
from collections.abc import Iterable

LONGEST = 200  # characters of a name that is compared with others


def near_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return up to three names that resemble one, whatever their case, the nearest first."""
    lowered = {one.lower(): one for one in names if len(one) <= LONGEST}
    close = difflib.get_close_matches(name.lower()[:LONGEST], lowered, n=3, cutoff=0.5)
    return tuple(lowered[one] for one in close)


def question(names: Iterable[str]) -> str:
    """Return `did you mean 'a' or 'b'?`, or nothing where no name is near."""
    asked = " or ".join(map(repr, names))
    return f"did you mean {asked}?" if asked else ""
