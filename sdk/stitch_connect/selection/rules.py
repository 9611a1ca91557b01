"""What a stream must be for its extraction not to fail, and what can be asked of it, as tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from .._near import near_names
from .catalog import INCREMENTAL, METHODS, Breadcrumb, FieldState, StreamState, name_of
from .changes import EVERY, StreamChange
from .refusals import Reason, Refusal, listed, refuse
from .truth import Why, judge_field

Problems = Iterator[Refusal]
REFUSED: dict[Why, Reason] = {
    "automatic": "automatic",
    "unsupported": "unsupported",
    "undocumented": "undocumented",
}
"""Rows of the truth table that no wish can change."""


# What a selected stream must be ------------------------------------------------------------------


def problems(stream: StreamState) -> tuple[Refusal, ...]:
    """Return what would make the extraction of a stream fail, or be for nothing."""
    if stream.selected is not True or stream.fields is None:
        return ()
    return tuple(found for rule in STATE_RULES for found in rule(stream))


def _key_missing(stream: StreamState) -> Problems:
    if stream.method_in_force == INCREMENTAL and stream.key_in_force is None:
        yield refuse("key_missing", stream.label, known=_suitable(stream))


def _key_not_good(stream: StreamState) -> Problems:
    if stream.method_in_force == INCREMENTAL:
        yield from judge_key(stream, stream.key_in_force)


def _view_without_keys(stream: StreamState) -> Problems:
    if stream.is_view and not stream.view_keys:
        yield refuse("view_without_keys", stream.label)


def _exclusions(stream: StreamState) -> Problems:
    for crumb, others in _clashes(stream):
        names = tuple(map(name_of, others))
        yield refuse("exclusion", stream.label, name_of(crumb), names=listed(names), near=names)


def _clashes(stream: StreamState) -> Iterator[tuple[Breadcrumb, list[Breadcrumb]]]:
    """Fields that would replicate, with those that do not go with them; each pair is told once."""
    fields = stream.fields or {}
    apart = [(crumb, field.exclusions) for crumb, field in fields.items() if field.exclusions]
    if not apart:
        return
    place = {crumb: number for number, crumb in enumerate(fields)}
    found: defaultdict[Breadcrumb, set[Breadcrumb]] = defaultdict(set)
    for crumb, exclusions in apart:
        if crumb not in stream.chosen:
            continue
        for other in stream.chosen.intersection(exclusions) - {crumb}:
            first, second = sorted((crumb, other), key=place.__getitem__)
            found[first].add(second)
    for crumb in sorted(found, key=place.__getitem__):
        yield crumb, sorted(found[crumb], key=place.__getitem__)


def _nothing_replicates(stream: StreamState) -> Problems:
    if not stream.chosen:
        yield refuse("nothing_replicates", stream.label)


STATE_RULES: tuple[Callable[[StreamState], Problems], ...] = (
    _key_missing,
    _key_not_good,
    _view_without_keys,
    _exclusions,
    _nothing_replicates,
)


def judge_key(stream: StreamState, key: str | None) -> Problems:
    """Yield why a field cannot be the replication key of a stream."""
    if key is None:
        return
    if stream.valid_keys:
        if key not in stream.valid_keys:
            yield refuse("key_not_valid", stream.label, key, known=listed(stream.valid_keys))
        return
    field = stream.field(key)
    if field is None:
        yield refuse("key_unknown", stream.label, key, near=_near(key, stream))
    elif field.inclusion == "unsupported":
        yield refuse("unsupported", stream.label, key)
    elif not field.can_be_key:
        yield refuse("key_unsuitable", stream.label, key, known=_suitable(stream))


def _suitable(stream: StreamState) -> str:
    """The fields that can be the replication key, for a sentence."""
    fields = (field for field in (stream.fields or {}).values() if len(field.breadcrumb) == 2)
    able = [one.name for one in fields if one.can_be_key and one.inclusion != "unsupported"]
    names = stream.valid_keys or tuple(able)
    return f": {listed(names)}" if names else ""


def _near(name: str, stream: StreamState) -> tuple[str, ...]:
    return near_names(name, (crumb[1] for crumb in stream.fields or () if len(crumb) == 2))


# What can be asked of a stream -------------------------------------------------------------------


def judge_wish(stream: StreamState, change: StreamChange) -> Problems:
    """Yield what of a change can never work on this stream, whatever else is changed."""
    for rule in WISH_RULES:
        yield from rule(stream, change)


def _unknown_method(stream: StreamState, change: StreamChange) -> Problems:
    method = change.replication_method
    if method is not None and method not in METHODS:
        yield refuse("unknown_method", stream.label, names=listed((method,)), known=listed(METHODS))


def _forced_method(stream: StreamState, change: StreamChange) -> Problems:
    forced = stream.forced_method
    if change.replication_method in METHODS and forced and change.replication_method != forced:
        yield refuse("forced_method", stream.label, known=forced)


def _key(stream: StreamState, change: StreamChange) -> Problems:
    yield from judge_key(stream, change.replication_key)


def _view_keys(stream: StreamState, change: StreamChange) -> Problems:
    if change.view_key_properties is None:
        return
    if not stream.is_view:
        yield refuse("not_a_view", stream.label)
        return
    for name in change.view_key_properties:
        field = stream.field(name)
        if field is None or field.inclusion == "unsupported":
            yield refuse("view_key_unknown", stream.label, name, near=_near(name, stream))


def _not_selected(stream: StreamState, change: StreamChange) -> Problems:
    selected = stream.selected is True if change.selected is None else change.selected
    for name in () if selected else change.fields:
        yield refuse("stream_not_selected", stream.label, name)


def _fields(stream: StreamState, change: StreamChange) -> Problems:
    for name, wanted in change.fields.items():
        if name == EVERY:
            continue
        field = stream.field(name)
        if field is None:
            yield _no_field(stream, name)
        else:
            yield from judge_field_wish(stream, field, wanted)
    for field in every(stream, change):
        yield from judge_field_wish(stream, field, change.fields[EVERY])


WISH_RULES: tuple[Callable[[StreamState, StreamChange], Problems], ...] = (
    _unknown_method,
    _forced_method,
    _key,
    _view_keys,
    _not_selected,
    _fields,
)


def judge_field_wish(stream: StreamState, field: FieldState, wanted: bool) -> Problems:
    """Yield why a field cannot be selected, or not be deselected: the truth table decides."""
    row = judge_field(field.inclusion, wanted, field.selected_by_default)
    if row.why in REFUSED:
        yield refuse(REFUSED[row.why], stream.label, field.name)
    elif row.replicates is not wanted:
        yield refuse("selected_by_default", stream.label, field.name)


def every(stream: StreamState, change: StreamChange) -> list[FieldState]:
    """Return the fields that `"*"` stands for."""
    if EVERY not in change.fields:
        return []
    return [
        field
        for crumb, field in (stream.fields or {}).items()
        if len(crumb) == 2 and crumb[1] not in change.fields and field.inclusion == "available"
    ]


def _no_field(stream: StreamState, name: str) -> Refusal:
    parts: Iterable[Breadcrumb] = (crumb for crumb in stream.fields or () if len(crumb) > 2)
    part = next((crumb for crumb in parts if name_of(crumb) == name), None)
    if part is not None:
        return refuse("part_of_a_field", stream.label, name, names=listed(part[1:2]))
    return refuse("unknown_field", stream.label, name, near=_near(name, stream))
