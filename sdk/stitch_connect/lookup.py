"""A source by the name people know it by."""

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from stitch_connect_runtime.errors import StitchError

if TYPE_CHECKING:
    from stitch_connect_api.models import Source


class UnknownSource(StitchError):
    """No source has that name. `near` lists names that resemble it."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(f"no source is named {name!r}")
        self.name = name
        self.near = near

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.name, self.near)


class AmbiguousSource(StitchError):
    """Several sources have that name. `candidates` lists them as (id, name, display name)."""

    def __init__(self, name: str, candidates: tuple[tuple[int, str, str], ...]) -> None:
        super().__init__(f"{len(candidates)} sources are named {name!r}")
        self.name = name
        self.candidates = candidates

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.name, self.candidates)


def match_source(sources: Iterable["Source"], name: str) -> "Source":
    """Return the source whose name, or else whose display name, is exactly `name`.

    Deleted sources stay listed by Stitch; they are found only where no living one has the name.

    Raises:
        UnknownSource: None has it.
        AmbiguousSource: Several have it.
    """
    known = list(sources)
    living = [source for source in known if source.deleted_at is None]
    for group in (living, known):
        for attribute in ("name", "display_name"):
            found = [source for source in group if getattr(source, attribute) == name]
            if len(found) == 1:
                return found[0]
            if found:
                raise AmbiguousSource(name, tuple((s.id, s.name, s.display_name) for s in found))
    raise UnknownSource(name, _near(living, name))


def _near(sources: list["Source"], name: str) -> tuple[str, ...]:
    names = {n for source in sources for n in (source.name, source.display_name) if n}
    lowered = {n.lower(): n for n in names}
    close = difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)
    return tuple(lowered[n] for n in close)
