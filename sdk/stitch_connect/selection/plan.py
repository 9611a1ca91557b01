"""The exact update that changes ask for: a value, made without sending anything."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .catalog import STREAM, Breadcrumb, StreamState, name_of
from .refusals import Refusal, quoted

BATCH_STREAMS = 100  # in one request
BATCH_SETTINGS = 500  # in one request
SELECTED = "selected"


class Setting(NamedTuple):
    """One setting of a stream or field, and what it is to become.

    `before` and `after` are the same where Stitch wants an unchanged setting with the others.
    """

    breadcrumb: Breadcrumb
    name: str
    before: Any
    after: Any

    @property
    def field(self) -> str | None:
        """The field, or None where it is the stream's."""
        return name_of(self.breadcrumb) if self.breadcrumb else None

    def __str__(self) -> str:
        name = f"{quoted(self.field)} {self.name}" if self.field else self.name
        if self.before == self.after:
            return f"{name}: {_shown(self.after)} as before"
        return f"{name}: {_shown(self.before)} → {_shown(self.after)}"


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What is to change in one stream.

    `rest` tells whether anything else that matters is still as it was; `with_fields` is whether
    that includes the fields.
    """

    stream_id: int
    tap_stream_id: str
    label: str
    settings: tuple[Setting, ...]
    rest: str
    with_fields: bool

    def update(self) -> dict[str, Any]:
        """Return what is sent of it."""
        entries: dict[Breadcrumb, dict[str, Any]] = {}
        for setting in self.settings:
            after = list(setting.after) if isinstance(setting.after, tuple) else setting.after
            entries.setdefault(setting.breadcrumb, {})[setting.name] = after
        metadata = [{"breadcrumb": list(at), "metadata": said} for at, said in entries.items()]
        return {"tap_stream_id": self.tap_stream_id, "metadata": metadata}

    def __str__(self) -> str:
        lines = (f"\n    {setting}" for setting in self.settings)
        return f"{quoted(self.label)} ({quoted(self.tap_stream_id)}){''.join(lines)}"


@dataclass(frozen=True, slots=True)
class SelectionPlan:
    """What is to change in the selection of a source. It is false if nothing is.

    Arguments:
        source_id: The source.
        streams: The changes, stream by stream.
        warnings: What would fail already and is not touched by the plan.
    """

    source_id: int
    streams: tuple[StreamPlan, ...] = ()
    warnings: tuple[Refusal, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.streams)

    @property
    def count(self) -> int:
        """How many settings are to change."""
        return sum(one.before != one.after for stream in self.streams for one in stream.settings)

    def update(self) -> list[dict[str, Any]]:
        """Return the whole update, as `streams.update_metadata(source_id, streams=…)` takes it."""
        return [stream.update() for stream in self.streams]

    def batches(self) -> "list[SelectionPlan]":
        """Return the plan in pieces, each of which goes into one request."""
        return [replace(self, streams=streams, warnings=()) for streams in _batches(self.streams)]

    def __str__(self) -> str:
        if not self.streams:
            head = f"source {self.source_id}: nothing changes"
        else:
            head = f"source {self.source_id}: {self.count} changes in {len(self.streams)} streams"
        streams = (f"\n  {stream}" for stream in self.streams)
        warnings = (f"\n  already: {warning}" for warning in self.warnings)
        return "".join((head, *streams, *warnings))


def joined(source_id: int, plans: "Iterable[SelectionPlan]") -> SelectionPlan:
    """Return several pieces of a plan as one."""
    return SelectionPlan(source_id, tuple(one for plan in plans for one in plan.streams))


def holds(stream: StreamState, setting: Setting) -> bool:
    """Return whether a setting is what it is to become."""
    return bool(stream.setting(setting.breadcrumb, setting.name) == setting.after)


def fingerprint(stream: StreamState, settings: Iterable[Setting]) -> str:
    """Return what tells whether a stream is the same, apart from some of its settings."""
    touched = {(setting.breadcrumb, setting.name) for setting in settings}
    own = [(name, said) for name, said in stream.settings.items() if (STREAM, name) not in touched]
    fields = [
        (*field[:2], (crumb, SELECTED) in touched or field.selected is True, *field[3:5])
        for crumb, field in sorted((stream.fields or {}).items())
    ]
    facts = (stream.tap_stream_id, stream.is_view, stream.forced_method, stream.valid_keys)
    told = json.dumps((facts, own, fields))
    return hashlib.sha256(told.encode()).hexdigest()


def _batches(streams: Iterable[StreamPlan]) -> Iterator[tuple[StreamPlan, ...]]:
    """Whole streams as long as they fit; one that does not fit by itself is cut."""
    batch: list[StreamPlan] = []
    room = BATCH_SETTINGS
    for piece in (piece for stream in streams for piece in _pieces(stream)):
        if batch and (len(batch) == BATCH_STREAMS or len(piece.settings) > room):
            yield tuple(batch)
            batch, room = [], BATCH_SETTINGS
        batch.append(piece)
        room -= len(piece.settings)
    if batch:
        yield tuple(batch)


def _pieces(stream: StreamPlan) -> Iterator[StreamPlan]:
    for start in range(0, len(stream.settings), BATCH_SETTINGS):
        yield replace(stream, settings=stream.settings[start : start + BATCH_SETTINGS])


def _shown(value: object) -> str:
    told = list(value) if isinstance(value, tuple) else value
    return json.dumps(told, ensure_ascii=False) if not isinstance(value, str) else quoted(value)
