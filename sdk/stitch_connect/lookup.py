"""What people should not have to know: the id behind a source's name, and the account's own."""

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from stitch_connect_runtime.errors import ConfigurationError, InvalidArgument, StitchError

from ._flow import Flow

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


def find_source(api: Any, source: int | str) -> "Flow[Source]":
    """Return a source by id, exact name or display name."""
    if isinstance(source, str):
        return match_source((yield api.sources.list()), source)
    found: Source = yield api.sources.get((yield from source_id_of(api, source)))
    return found


def source_id_of(api: Any, source: "int | str | Source") -> Flow[int]:
    """Return the id of a source that is given by id, by name, or as itself."""
    if isinstance(source, str):
        return (yield from find_source(api, source)).id
    number = getattr(source, "id", source)
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidArgument("a source is given by its id, its name, or as a Source")
    return number


def find_client_id(api: Any) -> Flow[int]:
    """Return the account's id: the one given, or the one that its objects carry."""
    for look in (_given, _from_sources, _from_destinations, _from_emails):
        client_id: int | None = yield from look(api)
        if client_id is not None:
            api.__dict__["_found_client_id"] = client_id
            return client_id
    raise ConfigurationError(
        "the account's id is not known, and it has no objects that carry it: "
        "give client_id=, or set STITCH_CONNECT_CLIENT_ID"
    )


def _given(api: Any) -> Flow[int | None]:
    yield None
    known: int | None = api.client_id or api.__dict__.get("_found_client_id")
    return known


def _from_sources(api: Any) -> Flow[int | None]:
    return next((source.stitch_client_id for source in (yield api.sources.list())), None)


def _from_destinations(api: Any) -> Flow[int | None]:
    return next((one.stitch_client_id for one in (yield api.destinations.list())), None)


def _from_emails(api: Any) -> Flow[int | None]:
    return next((email.client_id for email in (yield api.custom_emails.list())), None)


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
