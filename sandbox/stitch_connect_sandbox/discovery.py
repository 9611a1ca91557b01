"""Turns the templates into streams of a source, as a discovery would find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from . import stream_templates as templates
from .catalog import ConnectionType
from .records import Source, Stream
from .store import Store

Json = Any
FIRST_STREAM = 2288740


def discover(store: Store, source: Source, kind: ConnectionType) -> list[Stream]:
    """Streams of a source; what was found before, with its selection, is kept."""
    known = store.streams_of.of(source.id)
    if known or kind.kind == "import":
        return known
    return put_streams(
        store, source, _database(source) if kind.kind == "database" else _saas(source)
    )


def put_streams(store: Store, source: Source, found: Iterable[dict[str, Json]]) -> list[Stream]:
    """Keep streams as those of a source."""
    return [
        store.streams.put(
            Stream(id=store.next("stream", FIRST_STREAM), source_id=source.id, **stream)
        )
        for stream in found
    ]


def _saas(source: Source) -> Iterator[dict[str, Json]]:
    short = source.type.rpartition(".")[2]
    return saas_streams(templates.SAAS.get(short, templates.GENERIC))


def saas_streams(template: templates.Template) -> Iterator[dict[str, Json]]:
    """The streams a template describes."""
    for name, text in template.items():
        fields = {field: _saas_field(kind, flag) for field, kind, flag in _fields(text)}
        yield {
            "tap_stream_id": name,
            "name": name,
            "metadata": _saas_metadata(text),
            "fields": fields,
        }


def _saas_metadata(text: str) -> dict[str, Json]:
    automatic = [(name, kind) for name, kind, flag in _fields(text) if flag == "!"]
    keys = [name for name, kind in automatic[1:] if kind in templates.REPLICATION_KEYS]
    metadata: dict[str, Json] = {"selected": None, "table-key-properties": [automatic[0][0]]}
    if not keys:
        return metadata | {"forced-replication-method": "FULL_TABLE"}
    return metadata | {
        "forced-replication-method": "INCREMENTAL",
        "valid-replication-keys": keys,
    }


def _saas_field(kind: str, flag: str) -> dict[str, Json]:
    metadata: dict[str, Json] = {"inclusion": _INCLUSION[flag]}
    if flag == "*":
        metadata["selected-by-default"] = True
    return {"schema": dict(templates.JSON_TYPES[kind]), "metadata": metadata}


_INCLUSION = {"!": "automatic", "*": "available", "?": "unsupported", "": "available"}


def _database(source: Source) -> Iterator[dict[str, Json]]:
    database = str(source.properties.get("dbname") or source.name)
    for schema, tables in templates.DATABASE.items():
        for table, text in tables.items():
            yield _table(database, schema, table, text)


def _table(database: str, schema: str, table: str, text: str) -> dict[str, Json]:
    fields = list(_fields(text))
    is_view = table.endswith("_view")
    return {
        "tap_stream_id": f"{database}-{schema}-{table}",
        "name": table,
        "metadata": {
            "selected": None,
            "database-name": database,
            "schema-name": schema,
            "is-view": is_view,
            "row-count": 0 if is_view else 137 * len(table),
            "table-key-properties": [name for name, _, flag in fields if flag == "!"],
        },
        "fields": {name: _column(kind, flag) for name, kind, flag in fields},
    }


def _column(kind: str, flag: str) -> dict[str, Json]:
    metadata: dict[str, Json] = {
        "inclusion": _INCLUSION[flag],
        "sql-datatype": kind,
        "selected-by-default": flag in ("!", "*"),
    }
    if flag == "?":
        metadata["unsupported-description"] = f"Unsupported data type {kind}"
    return {"schema": dict(templates.SQL_TYPES[kind]), "metadata": metadata}


def _fields(text: str) -> Iterator[tuple[str, str, str]]:
    """Name, type and flag of each field; a name may hold colons of its own (`ga:date`)."""
    for word in text.split():
        flag = word[-1] if word[-1] in "!*?" else ""
        name, _, kind = word.removesuffix(flag).rpartition(":")
        if kind in templates.JSON_TYPES or kind in templates.SQL_TYPES:
            yield name, kind, flag
        else:
            yield word.removesuffix(flag), "string", flag


def is_selected(stream: Stream) -> bool:
    return stream.metadata.get("selected") is True


def replicates(metadata: Mapping[str, Json]) -> bool:
    """Whether a field of a selected stream is replicated."""
    inclusion = metadata.get("inclusion")
    chosen = metadata.get("selected") is True or metadata.get("selected-by-default") is True
    return inclusion == "automatic" or (inclusion == "available" and chosen)


def selection_is_complete(streams: list[Stream]) -> bool:
    """One selected stream with one replicated field completes the selection."""
    return any(
        is_selected(stream)
        and any(replicates(field["metadata"]) for field in stream.fields.values())
        for stream in streams
    )
