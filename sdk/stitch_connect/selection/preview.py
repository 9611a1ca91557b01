"""Which streams and fields will replicate, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from stitch_connect_runtime.decode import collection_paused

from .catalog import Breadcrumb, StreamState
from .refusals import Refusal, quoted
from .rules import problems
from .truth import SENTENCES, Flag, Why


class FieldPreview(NamedTuple):
    """A field, whether it will replicate, and why.

    `chosen` is what the truth table says of it, whether or not its stream is selected.
    """

    name: str
    breadcrumb: Breadcrumb
    inclusion: str | None
    selected: Flag
    selected_by_default: Flag
    chosen: bool
    replicates: bool
    why: Why

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return SENTENCES[self.why]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPreview:
    """A stream, whether it will replicate, and why.

    Arguments:
        stream_id, tap_stream_id, name, database, schema: The stream.
        selected: Whether it is selected; None if that was never decided.
        replicates: Whether anything of it will replicate.
        reason: Why, in one sentence.
        replication_method: The method in force: the forced one outranks the one that was chosen.
        replication_key: The key in force: where there is one valid key alone, it needs no setting.
        fields: Its fields; empty where they were not read, since it is not selected.
        problems: What would make its extraction fail.
    """

    stream_id: int
    tap_stream_id: str
    name: str
    database: str | None
    schema: str | None
    selected: Flag
    replicates: bool
    reason: str
    replication_method: str | None
    replication_key: str | None
    fields: tuple[FieldPreview, ...]
    problems: tuple[Refusal, ...]

    @property
    def label(self) -> str:
        """Its name, after those of its database and schema where it has them."""
        return ".".join(filter(None, (self.database, self.schema, self.name)))

    @property
    def replicating(self) -> tuple[FieldPreview, ...]:
        """The fields that will replicate."""
        return tuple(field for field in self.fields if field.replicates)

    def __str__(self) -> str:
        return f"{quoted(self.label)}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SourcePreview:
    """What of a source will replicate."""

    source_id: int
    streams: tuple[StreamPreview, ...]

    @property
    def replicating(self) -> tuple[StreamPreview, ...]:
        """The streams that will replicate."""
        return tuple(stream for stream in self.streams if stream.replicates)

    @property
    def problems(self) -> tuple[Refusal, ...]:
        """What would make extractions fail."""
        return tuple(problem for stream in self.streams for problem in stream.problems)

    def __str__(self) -> str:
        head = f"source {self.source_id}: {len(self.replicating)} of {len(self.streams)} streams"
        lines = (f"\n  {one}" for one in (*self.streams, *self.problems))
        return f"{head} will replicate{''.join(lines)}"


def preview_streams(source_id: int, streams: Iterable[StreamState]) -> SourcePreview:
    """Return what of a source's streams will replicate."""
    with collection_paused:  # nothing made here is garbage, and there can be a lot of it
        return SourcePreview(source_id, tuple(map(preview_stream, streams)))


def preview_stream(stream: StreamState) -> StreamPreview:
    """Return what of a stream will replicate."""
    fields = tuple(_fields(stream))
    count = sum(field.replicates for field in fields)
    return StreamPreview(
        stream_id=stream.stream_id,
        tap_stream_id=stream.tap_stream_id,
        name=stream.name,
        database=stream.database,
        schema=stream.schema,
        selected=stream.selected,
        replicates=count > 0,
        reason=_reason(stream, count, len(fields)),
        replication_method=stream.method_in_force,
        replication_key=stream.key_in_force,
        fields=fields,
        problems=problems(stream),
    )


def _reason(stream: StreamState, count: int, fields: int) -> str:
    if stream.selected is not True:
        return "It is not selected." if stream.selected is False else "It was never selected."
    if not count:
        return "It is selected, but none of its fields will replicate."
    return f"It is selected, and {count} of its {fields} fields will replicate."


def _fields(stream: StreamState) -> Iterable[FieldPreview]:
    selected, chosen, rows = stream.selected is True, stream.chosen, stream.rows
    for crumb, field in (stream.fields or {}).items():
        row, own = rows[crumb], crumb in chosen
        why: Why = row.why
        if own is not row.replicates:
            why = "parent_not_replicated"
        elif own and not selected:
            why = "stream_not_selected"
        name = crumb[1] if len(crumb) == 2 else field.name
        yield FieldPreview(name, crumb, *field[1:4], own, own and selected, why)
