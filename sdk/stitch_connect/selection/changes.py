"""What is asked for: changes of streams, checked as far as that needs no catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from stitch_connect_runtime.errors import InvalidArgument

from .._near import near_names, question

StreamRef = int | str
EVERY = "*"  # stands for every field that is available; a name outranks it


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamChange:
    """What to change in a stream; what is not given stays as it is.

    Arguments:
        selected: Whether the stream is to replicate.
        fields: Whether a field is to replicate, by its name; `"*"` is every available field that
            is not named.
        replication_method: `FULL_TABLE`, `INCREMENTAL` or `LOG_BASED`.
        replication_key: The field that tells what is new.
        view_key_properties: The fields that identify a row of a database view.
    """

    selected: bool | None = None
    fields: Mapping[str, bool] = field(default_factory=dict)
    replication_method: str | None = None
    replication_key: str | None = None
    view_key_properties: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Check what is given.

        Raises:
            InvalidArgument: A value is not what it has to be.
        """
        for name, said, fits in _CHECKS:
            value = getattr(self, name)
            if value is not None and not fits(value):
                raise InvalidArgument(f"{name} is {said}, not {value!r:.80}")

    @property
    def settles(self) -> bool:
        """Whether it is about how the stream replicates, beyond its fields."""
        said = (self.replication_method, self.replication_key, self.view_key_properties)
        return self.selected is True or any(one is not None for one in said)

    @property
    def needs_fields(self) -> bool:
        """Whether it takes the schema of the stream to judge it."""
        return self.settles or bool(self.fields)


def _is_fields(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(wanted, bool) for name, wanted in value.items()
    )


def _is_names(value: object) -> bool:
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    return listed and all(isinstance(one, str) for one in value)  # type: ignore[attr-defined]


_CHECKS: tuple[tuple[str, str, Any], ...] = (
    ("selected", "True or False", lambda value: isinstance(value, bool)),
    ("fields", "True or False for each name", _is_fields),
    ("replication_method", "a text", lambda value: isinstance(value, str)),
    ("replication_key", "the name of a field", lambda value: isinstance(value, str)),
    ("view_key_properties", "a list of names", _is_names),
)
Change = bool | StreamChange | Mapping[str, Any]
Changes = Mapping[Any, Change]  # by a StreamRef; keys of a mapping are invariant
_NAMES = tuple(one.name for one in fields(StreamChange))


def read_changes(changes: Changes) -> dict[StreamRef, StreamChange]:
    """Return changes in their full form.

    Raises:
        InvalidArgument: Not changes of streams.
    """
    if not isinstance(changes, Mapping):
        raise InvalidArgument("changes are given by stream, such as {'orders': True}")
    return {checked_ref(ref): _change(change) for ref, change in changes.items()}


def checked_ref(ref: StreamRef) -> StreamRef:
    """Return what names a stream.

    Raises:
        InvalidArgument: It cannot name one.
    """
    if isinstance(ref, bool) or not isinstance(ref, int | str):
        raise InvalidArgument("a stream is given by its name, tap_stream_id or stream_id")
    return ref


def _change(given: Change) -> StreamChange:
    if isinstance(given, StreamChange):
        return given
    if isinstance(given, bool):
        return StreamChange(selected=given)
    if not isinstance(given, Mapping):
        raise InvalidArgument("a change is True, False, a StreamChange or a mapping of its fields")
    return StreamChange(**{_known(name): value for name, value in given.items()})


def _known(name: object) -> str:
    found = str(name).replace("-", "_")
    if found in _NAMES:
        return found
    hint = question(near_names(found, _NAMES)[:1]) or f"it is one of {', '.join(_NAMES)}"
    raise InvalidArgument(f"a change has no {found!r:.80}: {hint}")
