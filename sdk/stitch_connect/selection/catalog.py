"""Streams and fields as the API's models tell them, in one plain form.

What Stitch documents in two spellings is read in both, and what does not fit the contract counts as
not said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from stitch_connect_runtime.errors import UnexpectedResponse

from .truth import Flag, Row, judge_field

if TYPE_CHECKING:
    from stitch_connect_api.models import Stream, StreamSchema

Breadcrumb = tuple[str, ...]
STREAM: Breadcrumb = ()
_TEXT = {str}
_NOTHING: Mapping[str, Any] = {}
PROPERTIES = "properties"
INCREMENTAL = "INCREMENTAL"
METHODS = ("FULL_TABLE", INCREMENTAL, "LOG_BASED")
_SQL_KEY = re.compile(
    r"(tiny|small|medium|big)?int(eger|\d)?\b|(small|big)?serial\b|timestamp|(small)?datetime|date\b",
    re.IGNORECASE,
)


class FieldState(NamedTuple):
    """A field, with what decides whether it replicates."""

    breadcrumb: Breadcrumb
    inclusion: str | None = None
    selected: Flag = None
    selected_by_default: Flag = None
    exclusions: tuple[Breadcrumb, ...] = ()
    sql_datatype: str | None = None
    json_schema: Any = None

    @property
    def name(self) -> str:
        """Its name; of a part of a field, the names on the way to it, with dots."""
        return name_of(self.breadcrumb)

    @property
    def row(self) -> Row:
        """The row of the truth table that it falls under."""
        return judge_field(*self[1:4])

    @property
    def can_be_key(self) -> bool:
        """Whether it is an integer, a date-time or a timestamp, or nothing is known of its type."""
        told = list(_types(self.json_schema))
        if not told and self.sql_datatype is None:
            return True
        sql = self.sql_datatype and _SQL_KEY.match(self.sql_datatype)
        return bool(sql) or bool({"integer", "date-time"}.intersection(told))


@dataclass(frozen=True)
class StreamState:
    """A stream, with what decides whether and how it replicates.

    `fields` is None where its schema was not read; `writable` is None where Stitch does not say
    which settings can be changed.
    """

    stream_id: int
    tap_stream_id: str
    name: str
    database: str | None = None
    schema: str | None = None
    is_view: bool = False
    selected: Flag = None
    method: str | None = None
    key: str | None = None
    view_keys: tuple[str, ...] = ()
    forced_method: str | None = None
    valid_keys: tuple[str, ...] = ()
    writable: frozenset[str] | None = None
    fields: dict[Breadcrumb, FieldState] | None = None

    @cached_property
    def label(self) -> str:
        """Its name, after those of its database and schema where it has them."""
        return ".".join(filter(None, (self.database, self.schema, self.name)))

    @property
    def method_in_force(self) -> str | None:
        return self.forced_method or self.method

    @property
    def key_in_force(self) -> str | None:
        """The replication key; the only valid one goes without being set."""
        if self.key is None and len(self.valid_keys) == 1:
            return self.valid_keys[0]
        return self.key

    @cached_property
    def rows(self) -> dict[Breadcrumb, Row]:
        """The row of the truth table that each field falls under."""
        return {crumb: field.row for crumb, field in (self.fields or {}).items()}

    @cached_property
    def chosen(self) -> frozenset[Breadcrumb]:
        """The fields that replicate if the stream is selected; a part needs what it is part of."""
        listed = {crumb for crumb, row in self.rows.items() if row.replicates}
        parts = [crumb for crumb in listed if len(crumb) > 2]
        lost = {
            part for part in parts if any(p in self.rows and p not in listed for p in above(part))
        }
        return frozenset(listed - lost)

    def field(self, name: str) -> FieldState | None:
        """Return a field that is no part of another."""
        return (self.fields or {}).get((PROPERTIES, name))

    def setting(self, breadcrumb: Breadcrumb, name: str) -> Any:
        """Return a setting that can be written; what was never decided counts as not selected."""
        if breadcrumb:
            found = (self.fields or {}).get(breadcrumb)
            return found is not None and found.selected is True
        return self.settings[name]

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the stream itself, by their names in the API."""
        return {
            "selected": self.selected is True,
            "replication-method": self.method,
            "replication-key": self.key,
            "view-key-properties": self.view_keys,
        }


def read_stream(stream: "Stream", schema: "StreamSchema | None" = None) -> StreamState:
    """Return a stream as it is listed and, where its schema was read, as that tells it.

    Raises:
        UnexpectedResponse: It has no id, so that nothing can be done with it.
    """
    number, name = getattr(stream, "stream_id", None), getattr(stream, "tap_stream_id", None)
    if not isinstance(number, int) or not isinstance(name, str) or not name:
        raise UnexpectedResponse("a stream is listed without its ids", status=200)
    entries = dict(_entries(schema))
    told, listed = _told(stream, entries.get(STREAM)), getattr(stream, "selected", None)
    return StreamState(
        stream_id=number,
        tap_stream_id=name,
        name=_text(getattr(stream, "stream_name", None)) or name,
        database=_text(told.get("database_name")),
        schema=_text(told.get("schema_name")),
        is_view=told.get("is_view") is True,
        selected=_flag(told.get("selected", listed)),
        method=_text(told.get("replication_method")),
        key=_text(told.get("replication_key")),
        view_keys=_texts(told.get("view_key_properties")),
        forced_method=_text(told.get("forced_replication_method")),
        valid_keys=_texts(told.get("valid_replication_keys")),
        writable=frozenset(_texts(getattr(schema, "non_discoverable_metadata_keys", ()))) or None,
        fields=None if schema is None else _fields(schema, entries),
    )


def name_of(breadcrumb: Breadcrumb) -> str:
    """Return what a breadcrumb leads to, in words."""
    return ".".join(breadcrumb[1::2]) if len(breadcrumb) % 2 == 0 else "/".join(breadcrumb)


def above(breadcrumb: Breadcrumb) -> Iterator[Breadcrumb]:
    """The breadcrumbs of what a part of a field belongs to."""
    return (breadcrumb[:length] for length in range(2, len(breadcrumb)))


def _told(stream: "Stream", own: Any) -> dict[str, Any]:
    """The settings of the stream; those that came with its schema outrank those that are listed."""
    told: dict[str, Any] = {}
    for metadata in (getattr(stream, "metadata", None), own):
        said = getattr(metadata, "model_fields_set", ())
        told |= {name: getattr(metadata, name) for name in said}
    return told


def _fields(
    schema: "StreamSchema", entries: Mapping[Breadcrumb, Any]
) -> dict[Breadcrumb, FieldState]:
    """The fields that have settings, and those that the JSON schema alone tells of."""
    properties = _properties(getattr(schema, "schema_", None))
    found = {
        crumb: _field(crumb, told, properties.get(crumb[1]) if len(crumb) == 2 else None)
        for crumb, told in entries.items()
        if len(crumb) > 1 and crumb[0] == PROPERTIES
    }
    named = {crumb[1] for crumb in found if len(crumb) == 2}
    for name, json_schema in properties.items():
        if name not in named:
            crumb = (PROPERTIES, name)
            found[crumb] = FieldState(crumb, json_schema=json_schema)
    return found


def _field(crumb: Breadcrumb, told: Any, json_schema: Any) -> FieldState:
    said = getattr(told, "__dict__", _NOTHING)  # not attributes: a source can have 400,000 fields
    apart = said.get("field_exclusions") or _extra(told, "fieldExclusion")
    return FieldState(
        crumb,
        _text(said.get("inclusion")),
        _flag(said.get("selected")),
        _flag(said.get("selected_by_default")),
        tuple(_exclusions(apart)) if apart else (),
        _text(said.get("sql_datatype")),
        json_schema,
    )


def _entries(schema: "StreamSchema | None") -> Iterator[tuple[Breadcrumb, Any]]:
    """Each breadcrumb with what is said under it; one that cannot be read is passed over."""
    listed = getattr(schema, "metadata", None)
    for entry in listed if isinstance(listed, list) else ():
        said = getattr(entry, "__dict__", _NOTHING)
        crumb = said.get("breadcrumb")
        if crumb is None:
            crumb = _extra(entry, "breadcrumbs")
        if isinstance(crumb, list) and _are_texts(crumb):
            yield tuple(crumb), said.get("metadata")


def _extra(model: Any, name: str) -> Any:
    """What came with a model under a name that the contract does not know."""
    extra = getattr(model, "__pydantic_extra__", None)
    return extra.get(name) if extra else None


def _exclusions(listed: Any) -> Iterator[Breadcrumb]:
    """The fields that one cannot be combined with, given as breadcrumbs or as names."""
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, str):
            yield PROPERTIES, one
        elif isinstance(one, list) and _are_texts(one):
            yield tuple(one)


def _properties(given: Any) -> Mapping[str, Any]:
    """The properties of a JSON schema, which is documented as a text and shown as an object too."""
    from pydantic_core import from_json

    if isinstance(given, str):
        try:
            given = from_json(given)
        except ValueError:
            return {}
    found = given.get(PROPERTIES) if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _types(json_schema: Any) -> Iterator[str]:
    """The types and formats that a property may have, at the top or as alternatives."""
    if not isinstance(json_schema, Mapping):
        return
    others: list[Any] = [json_schema.get("anyOf"), json_schema.get("oneOf")]
    alternatives = [one for many in others if isinstance(many, list) for one in many]
    for one in (json_schema, *alternatives):
        if isinstance(one, Mapping):
            yield from _texts(one.get("type"))
            yield from _texts(one.get("format"))


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value else None


def _texts(value: Any) -> tuple[str, ...]:
    given: Iterable[Any] = (value,) if isinstance(value, str) else value or ()
    if not isinstance(given, list | tuple):
        return ()
    return tuple(str(one) for one in given if isinstance(one, str))


def _are_texts(values: list[Any]) -> bool:
    return {*map(type, values)} <= _TEXT


def _flag(value: Any) -> Flag:
    return value if isinstance(value, bool) else None
