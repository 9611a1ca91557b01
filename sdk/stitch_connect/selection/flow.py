"""Reads what is selected, and sends a plan: in batches, checked before and read back after."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from stitch_connect_runtime.errors import (
    InvalidArgument,
    ServerError,
    StitchError,
    TransportError,
    UnexpectedResponse,
)

from .. import _sound
from .._flow import Flow, Many
from ..lookup import find_source, source_id_of, waiting_step
from .catalog import StreamState, read_stream
from .changes import Changes, StreamRef, checked_ref, read_changes
from .errors import (
    Difference,
    SelectionChanged,
    SelectionNotConfirmed,
    SelectionRefused,
    SelectionUnfinished,
)
from .names import Directory
from .plan import SelectionPlan, Setting, StreamPlan, fingerprint, holds, joined
from .planning import plan_changes
from .preview import SourcePreview, preview_stream, preview_streams
from .refusals import Refusal, refuse

if TYPE_CHECKING:
    from stitch_connect_api.models import Source, Stream, StreamSchema

T = TypeVar("T")
AT_A_TIME = 8  # schemas that the async client reads at a time
MOST_SCHEMAS = 500  # that a preview reads unasked
SELECTABLE = (None, "field_selection")  # steps at which Stitch takes a selection


def preview(
    api: Any, source: "int | str | Source", streams: Iterable[StreamRef] | None, limit: int
) -> Flow[SourcePreview]:
    """Tell what will replicate. An unselected stream is read only if it is named."""
    named = None if streams is None else _refs(streams)
    source_id = yield from source_id_of(api, source)
    listed = yield from _listed(api, source_id)
    states = [read_stream(stream) for stream in listed]
    if named is not None:
        states = _found(states, named)
    wanted = [one for one in states if named is not None or one.selected is True]
    if named is None and len(wanted) > limit:
        raise InvalidArgument(
            f"{len(wanted)} schemas would be read, with one request each: "
            f"name some, as streams=[…], or allow more than limit={limit}"
        )
    seen = yield from _with_fields(api, source_id, listed, wanted, preview_stream)
    shown = (seen.get(one.stream_id) or preview_stream(one) for one in states)
    return SourcePreview(source_id, tuple(shown))


def plan(api: Any, source: "int | str | Source", changes: Changes) -> Flow[SelectionPlan]:
    """Make a plan; only the schemas that it needs are read."""
    wishes = read_changes(changes)
    found = (yield from find_source(api, source)) if isinstance(source, int | str) else source
    yield from source_id_of(api, found)
    listed = yield from _listed(api, found.id)
    states = [read_stream(stream) for stream in listed]
    meant = Directory(states)
    wanted = [
        stream
        for ref, change in wishes.items()
        for stream in meant.candidates(ref)
        if change.needs_fields
    ]
    read = yield from _with_fields(api, found.id, listed, wanted, _as_read)
    known = (read.get(one.stream_id, one) for one in states)
    return plan_changes(found.id, known, wishes, tuple(_not_ready(found)))


def apply(api: Any, plan: SelectionPlan) -> Flow[SourcePreview]:
    """Send a plan, and return how its streams read back."""
    if not isinstance(plan, SelectionPlan):
        raise InvalidArgument("a plan is what stitch.selection.plan(…) returns")
    if not plan:
        return SourcePreview(plan.source_id, ())
    states = yield from _states(api, plan)
    if changed := tuple(_changed(plan, states)):
        raise SelectionChanged(changed)
    pending = _pending(plan, states)
    yield from _send(api, pending.batches())
    return (yield from _confirmed(api, pending, plan))


def _send(api: Any, batches: list[SelectionPlan]) -> Flow[None]:
    for number, batch in enumerate(batches):
        try:
            yield api.streams.update_metadata(batch.source_id, streams=batch.update())
        except StitchError as error:
            raise SelectionUnfinished(
                joined(batch.source_id, batches[:number]),
                batch,
                joined(batch.source_id, batches[number + 1 :]),
                may_have_arrived=_may_have_arrived(error),
            ) from error


def _confirmed(api: Any, sent: SelectionPlan, plan: SelectionPlan) -> Flow[SourcePreview]:
    try:
        states = yield from _states(api, plan)
    except StitchError as error:
        raise SelectionNotConfirmed(sent) from error
    if wrong := tuple(_compared(plan, states, lambda setting: (setting.after,))):
        raise SelectionNotConfirmed(sent, wrong)
    return preview_streams(plan.source_id, (states[one.tap_stream_id] for one in plan.streams))


def _may_have_arrived(error: StitchError) -> bool:
    if isinstance(error, TransportError):
        return error.may_have_arrived
    return isinstance(error, ServerError | UnexpectedResponse)


# What is read ------------------------------------------------------------------------------------


def _listed(api: Any, source_id: int) -> "Flow[list[Stream]]":
    """The streams that can be read and named; one without its ids is neither."""
    return _sound.rows((yield api.streams.list(source_id)), stream_id=int, tap_stream_id=str)


def _with_fields(
    api: Any,
    source_id: int,
    listed: "list[Stream]",
    wanted: Sequence[StreamState],
    made: Callable[[StreamState], T],
) -> Flow[dict[int, T]]:
    """Read the schemas of some streams, each once, and return what is made of each stream."""
    meant = {one.stream_id for one in wanted}
    streams = {one.stream_id: one for one in listed if one.stream_id in meant}

    def keep(number: int, schema: "StreamSchema") -> T:
        return made(read_stream(streams[number], schema))

    ask = partial(api.streams.schema, source_id)
    found = yield Many(list(streams), ask, keep, AT_A_TIME)
    return dict(zip(streams, found, strict=True))


def _as_read(stream: StreamState) -> StreamState:
    return stream


def _states(api: Any, plan: SelectionPlan) -> Flow[dict[str, StreamState]]:
    """Read the streams of a plan as they are now; one that is gone is absent."""
    listed = yield from _listed(api, plan.source_id)
    states = {state.tap_stream_id: state for state in map(read_stream, listed)}
    planned = {one.tap_stream_id: one for one in plan.streams}
    found = {name: state for name, state in states.items() if name in planned}
    wanted = [state for name, state in found.items() if planned[name].with_fields]
    read = yield from _with_fields(api, plan.source_id, listed, wanted, _as_read)
    return {name: read.get(state.stream_id, state) for name, state in found.items()}


def _refs(streams: Iterable[StreamRef]) -> list[StreamRef]:
    if isinstance(streams, str):
        raise InvalidArgument("streams are a list, such as streams=['orders']")
    return [checked_ref(ref) for ref in streams]


def _found(states: list[StreamState], refs: Iterable[StreamRef]) -> list[StreamState]:
    found = [one for _, one in Directory(states).find(refs)]
    refusals = tuple(one for one in found if isinstance(one, Refusal))
    if refusals:
        raise SelectionRefused(refusals)
    return [one for one in found if isinstance(one, StreamState)]


def _not_ready(source: "Source") -> Iterator[Refusal]:
    step = waiting_step(source)
    if source.deleted_at is not None:
        yield refuse("source_not_ready", source.name, state="was deleted")
    elif step not in SELECTABLE:
        yield refuse("source_not_ready", source.name, state=f"waits for the step {step}")


# What has changed --------------------------------------------------------------------------------


def _changed(plan: SelectionPlan, states: dict[str, StreamState]) -> Iterator[Difference]:
    """What is neither as it was nor as it is to become."""
    yield from _compared(plan, states, lambda setting: (setting.before, setting.after))
    for one in plan.streams:
        state = states.get(one.tap_stream_id)
        if state is not None and fingerprint(state, one.settings) != one.rest:
            yield Difference(one.label, None, "", "the rest of it", "is not as it was")


def _compared(
    plan: SelectionPlan,
    states: dict[str, StreamState],
    allowed: Callable[[Setting], tuple[Any, ...]],
) -> Iterator[Difference]:
    """Streams that are gone, and settings that are none of what they may be."""
    for one in plan.streams:
        state = states.get(one.tap_stream_id)
        if state is None:
            yield Difference(one.label, None, "", "it was there", "it is gone")
            continue
        for setting in one.settings:
            found, may = state.setting(setting.breadcrumb, setting.name), allowed(setting)
            if found not in may:
                yield Difference(one.label, setting.field, setting.name, may[0], found)


def _pending(plan: SelectionPlan, states: dict[str, StreamState]) -> SelectionPlan:
    """Return the plan without what is in place already."""
    pending = ((one, _missing(one, states[one.tap_stream_id])) for one in plan.streams)
    return replace(
        plan, streams=tuple(replace(one, settings=left) for one, left in pending if left)
    )


def _missing(one: StreamPlan, state: StreamState) -> tuple[Any, ...]:
    """The settings to send; those of the stream itself go together."""
    left = {setting for setting in one.settings if not holds(state, setting)}
    own = any(not setting.breadcrumb for setting in left)
    return tuple(s for s in one.settings if s in left or (own and not s.breadcrumb))
