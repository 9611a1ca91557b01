"""What people should not have to know: the id behind a source's name, and the account's own."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from stitch_connect_runtime.errors import ConfigurationError, InvalidArgument, StitchError

from . import _sound
from ._flow import Flow
from ._near import near_names as near_names
from ._near import question

if TYPE_CHECKING:
    from stitch_connect_api.models import Source

CONFIGURED = "fully_configured"
CARRIERS = (  # lists of objects that carry the account's id, and the field that holds it
    ("sources", "stitch_client_id"),
    ("destinations", "stitch_client_id"),
    ("custom_emails", "client_id"),
)


class UnknownSource(StitchError):
    """No source has that name. `near` lists names that resemble it."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        super().__init__("; ".join(filter(None, (f"no source is named {name!r}", question(near)))))
        self.name = name
        self.near = near

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.name, self.near)


class AmbiguousSource(StitchError):
    """Several sources have that name. `candidates` lists them as (id, name, display name)."""

    def __init__(self, name: str, candidates: tuple[tuple[int, str, str], ...]) -> None:
        ids = ", ".join(str(number) for number, _, _ in candidates)
        super().__init__(f"{len(candidates)} sources are named {name!r}; give the id: {ids}")
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
    if not _sound.is_a(number, int):
        raise InvalidArgument("a source is given by its id, its name, or as a Source")
    return number


def find_client_id(api: Any) -> Flow[int]:
    """Return the account's id: the one given, or the one that its objects carry."""
    known: int | None = api.client_id or api.__dict__.get("_found_client_id")
    for resource, field in CARRIERS:
        if known is None:
            objects = _sound.rows((yield getattr(api, resource).list()), **{field: int})
            known = getattr(objects[0], field) if objects else None
    if known is None:
        raise ConfigurationError(
            "the account's id is not known, and it has no objects that carry it: "
            "give client_id=, or set STITCH_CONNECT_CLIENT_ID"
        )
    api.__dict__["_found_client_id"] = known
    return known


def match_source(sources: Iterable["Source"], name: str) -> "Source":
    """Return the source whose name, or else whose display name, is exactly `name`.

    Deleted sources stay listed by Stitch; they are found only where no living one has the name.

    Raises:
        UnknownSource: None has it.
        AmbiguousSource: Several have it.
    """
    known = _sound.rows(sources, id=int, name=str)
    living = [source for source in known if source.deleted_at is None]
    for group in (living, known):
        for attribute in ("name", "display_name"):
            found = [source for source in group if getattr(source, attribute) == name]
            if len(found) == 1:
                return found[0]
            if found:
                raise AmbiguousSource(name, tuple((s.id, s.name, s.display_name) for s in found))
    raise UnknownSource(name, near_names(name, _names(living)))


def _names(sources: "Iterable[Source]") -> Iterator[str]:
    for source in sources:
        yield source.name
        if _sound.is_a(source.display_name, str):
            yield source.display_name


def waiting_step(source: "Source") -> str | None:
    """Return the step of its configuration that a source waits for; None once all are completed."""
    card = source.report_card
    named = getattr(card, "current_step_type", None) or getattr(_current(card), "type", None)
    return None if named in (None, CONFIGURED) else str(named)


def _current(card: object) -> object:
    """The step that a card without its type counts to, from 1."""
    steps = _sound.only(getattr(card, "steps", None), list) or []
    number = _sound.only(getattr(card, "current_step", None), int) or 0
    return steps[number - 1] if 0 < number <= len(steps) else None
