"""From changes to a plan, or to everything that speaks against it. Pure: nothing is sent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from .catalog import INCREMENTAL, PROPERTIES, STREAM, Breadcrumb, StreamState
from .changes import EVERY, Changes, StreamChange, read_changes
from .errors import SelectionRefused
from .names import Directory
from .plan import SELECTED, SelectionPlan, Setting, StreamPlan, fingerprint
from .refusals import Refusal, refuse
from .rules import every, judge_wish, problems

METHOD, KEY, VIEW_KEYS = "replication-method", "replication-key", "view-key-properties"
Wishes = dict[Breadcrumb, bool]


def plan_changes(
    source_id: int,
    streams: Iterable[StreamState],
    changes: Changes,
    refused: tuple[Refusal, ...] = (),
) -> SelectionPlan:
    """Return the plan for changes of streams, whose fields were read where they are needed.

    Args:
        source_id: The source.
        streams: Its streams, all of them.
        changes: What is to change, by whatever names a stream.
        refused: What speaks against it already.

    Raises:
        SelectionRefused: What is asked for cannot be, or would fail later.
        InvalidArgument: Not changes of streams.
    """
    wishes = read_changes(changes)
    refusals, plans, warnings = list(refused), [], []
    for ref, found in Directory(streams).find(wishes):
        if isinstance(found, Refusal):
            refusals.append(found)
            continue
        against, already, plan = plan_stream(found, wishes[ref])
        refusals += against
        warnings += already
        plans += [plan] if plan.settings else []
    if refusals:
        raise SelectionRefused(tuple(refusals))
    return SelectionPlan(source_id, tuple(plans), tuple(warnings))


def plan_stream(
    stream: StreamState, change: StreamChange
) -> tuple[list[Refusal], list[Refusal], StreamPlan]:
    """Return what speaks against a change, what would fail already, and the plan."""
    wishes = _wishes(stream, change)
    settings = tuple(_settings(stream, change, wishes))
    after = changed(stream, settings)
    refusals = [*judge_wish(stream, change), *_not_writable(stream, settings)]
    before, warnings = problems(stream), []
    for found in problems(after):
        if _is_asked(found, change) or not _is_old(found, before):
            refusals.append(found)
        else:
            warnings.append(found)
    plan = StreamPlan(
        stream_id=stream.stream_id,
        tap_stream_id=stream.tap_stream_id,
        label=stream.label,
        settings=settings,
        rest=fingerprint(stream, settings),
        with_fields=stream.fields is not None,
    )
    return list(dict.fromkeys(refusals)), warnings, plan


def changed(stream: StreamState, settings: Iterable[Setting]) -> StreamState:
    """Return a stream as it is once settings are in place."""
    own = {"selected": stream.selected, "method": stream.method, "key": stream.key,
           "view_keys": stream.view_keys}  # fmt: skip
    fields = dict(stream.fields) if stream.fields is not None else None
    for setting in settings:
        if setting.breadcrumb == STREAM:
            own[_ATTRIBUTES[setting.name]] = setting.after
        elif fields is not None:
            fields[setting.breadcrumb] = fields[setting.breadcrumb]._replace(selected=setting.after)
    made: Any = own
    return replace(stream, **made, fields=fields)


_ATTRIBUTES = {SELECTED: "selected", METHOD: "method", KEY: "key", VIEW_KEYS: "view_keys"}


def _wishes(stream: StreamState, change: StreamChange) -> Wishes:
    """The fields that are meant, with what is wanted of them."""
    named = {(PROPERTIES, name): wanted for name, wanted in change.fields.items() if name != EVERY}
    others = {field.breadcrumb: change.fields[EVERY] for field in every(stream, change)}
    known = stream.fields or {}
    return {crumb: wanted for crumb, wanted in (named | others).items() if crumb in known}


def _settings(stream: StreamState, change: StreamChange, wishes: Wishes) -> Iterator[Setting]:
    """What becomes different: the stream first, since without it no field counts."""
    for name, after in _of_the_stream(stream, change):
        before = stream.settings[name]
        if before != after or (name == VIEW_KEYS and _is_new(stream, change)):
            yield Setting(STREAM, name, before, after)
    for turn in (False, True):  # room is made before something is chosen that needs it
        for crumb, wanted in wishes.items():
            before = stream.setting(crumb, SELECTED)
            if wanted is turn and wanted is not before:
                yield Setting(crumb, SELECTED, before, wanted)


def _of_the_stream(stream: StreamState, change: StreamChange) -> Iterator[tuple[str, Any]]:
    if change.selected is not None:
        yield SELECTED, change.selected
    if change.replication_method is not None:
        yield METHOD, change.replication_method
    key = change.replication_key or _only_key(stream, change)
    if key is not None:
        yield KEY, key
    if change.view_key_properties is not None:
        yield VIEW_KEYS, tuple(dict.fromkeys(change.view_key_properties))
    elif stream.is_view and stream.view_keys and _is_new(stream, change):
        yield VIEW_KEYS, stream.view_keys  # Stitch wants it in the request that selects


def _is_new(stream: StreamState, change: StreamChange) -> bool:
    return change.selected is True and stream.selected is not True


def _only_key(stream: StreamState, change: StreamChange) -> str | None:
    """The only valid key of a stream that is to be selected and has none.

    Stitch documents both that it goes without saying and that it has to be set; set, it is right.
    """
    method = stream.forced_method or change.replication_method or stream.method
    selected = stream.selected if change.selected is None else change.selected
    if change.settles and selected and method == INCREMENTAL and stream.key is None:
        return stream.key_in_force
    return None


def _not_writable(stream: StreamState, settings: Iterable[Setting]) -> Iterator[Refusal]:
    for one in settings:
        if stream.writable and one.name not in stream.writable and one.before != one.after:
            yield refuse("not_writable", stream.label, one.field, names=one.name)


def _is_asked(found: Refusal, change: StreamChange) -> bool:
    """Whether a problem is about what was asked for, even if it is not new."""
    named = {found.field, *found.near}
    return change.settles or any(change.fields.get(str(name)) for name in named if name)


def _is_old(found: Refusal, before: tuple[Refusal, ...]) -> bool:
    """Whether a problem was there before, to the same extent or a greater one."""
    return any(
        (one.reason, one.field) == (found.reason, found.field) and {*found.near} <= {*one.near}
        for one in before
    )
