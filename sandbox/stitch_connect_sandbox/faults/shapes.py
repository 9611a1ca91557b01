"""Answers that the contract does not foresee, derived from what it does foresee."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import jsonschema_rs

Json = Any
Schema: TypeAlias = Mapping[str, Any]
Change: TypeAlias = Callable[[Sequence[Schema], Json], Json]

FOREIGN_FIELD = "unheard_of"
FOREIGN_VALUE = "unheard_of"
BRANCHES = ("oneOf", "anyOf")


class Shapes:
    """The schemas of one contract."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._base = {"components": {"schemas": document["components"]["schemas"]}}
        self._validators: dict[int, tuple[Schema, Any]] = {}

    def of(self, responses: Mapping[str, Json], status: int) -> Shape:
        """The shape of the answer of an operation with a status; a free one where it has none."""
        response = self._resolved(responses.get(str(status), {}))
        for content in response.get("content", {}).values():
            return Shape(self, content.get("schema", {}))
        return Shape(self, {})

    def parts(self, schema: Schema, value: Json) -> Iterator[Schema]:
        """The schemas that a value is held against, without references and alternatives."""
        schema = self._resolved(schema)
        yield schema
        for one in schema.get("allOf", ()):
            yield from self.parts(one, value)
        for branch in (one for key in BRANCHES for one in schema.get(key, ())):
            if self._is_valid(branch, value):
                yield from self.parts(branch, value)

    def _is_valid(self, schema: Schema, value: Json) -> bool:
        if id(schema) not in self._validators:  # kept with its schema, so that no id comes again
            whole = {**schema, **self._base}
            self._validators[id(schema)] = schema, jsonschema_rs.Draft202012Validator(whole)
        return bool(self._validators[id(schema)][1].is_valid(value))

    def _resolved(self, node: Mapping[str, Json]) -> Mapping[str, Json]:
        while "$ref" in node:
            found: Json = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node


class Shape:
    """What the contract says of one answer."""

    def __init__(self, shapes: Shapes, schema: Schema) -> None:
        self._shapes, self._schema = shapes, schema

    def extended(self, value: Json) -> Json:
        """The value, with a field that no schema knows in each object."""
        return self._changed(self._schema, value, _extended)

    def reduced(self, value: Json) -> Json:
        """The value without a field that is not required."""
        return self._changed(self._schema, value, _reduced)

    def renamed(self, value: Json) -> Json:
        """The value with another value wherever an enum lists some."""
        return self._changed(self._schema, value, _renamed)

    def _changed(self, schema: Schema, value: Json, change: Change) -> Json:
        parts = list(self._shapes.parts(schema, value))
        if isinstance(value, dict):
            value = {
                key: self._changed(_below(parts, key), one, change) for key, one in value.items()
            }
        elif isinstance(value, list):
            value = [self._changed(_each(parts), one, change) for one in value]
        return change(parts, value)


def _below(parts: Sequence[Schema], key: str) -> Schema:
    """The schema of a field; a free one where nothing is said of it."""
    found = [part["properties"][key] for part in parts if key in part.get("properties", {})]
    if not found:
        found = [extra for part in parts if isinstance(extra := _additional(part), dict)]
    return _all(found)


def _each(parts: Sequence[Schema]) -> Schema:
    return _all([part["items"] for part in parts if isinstance(part.get("items"), dict)])


def _all(schemas: list[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"allOf": schemas}


def _additional(part: Schema) -> Json:
    return part.get("additionalProperties")


def _fields(parts: Sequence[Schema]) -> frozenset[str]:
    return frozenset(name for part in parts for name in part.get("properties", ()))


def _extended(parts: Sequence[Schema], value: Json) -> Json:
    is_object = isinstance(value, dict) and _fields(parts)
    return {**value, FOREIGN_FIELD: {"since": 2031}} if is_object else value


def _reduced(parts: Sequence[Schema], value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    required = {name for part in parts for name in part.get("required", ())}
    optional = _fields(parts) - required
    return {name: one for name, one in value.items() if name not in optional}


def _renamed(parts: Sequence[Schema], value: Json) -> Json:
    listed = isinstance(value, str) and any(value in part.get("enum", ()) for part in parts)
    return FOREIGN_VALUE if listed else value
