"""What batch takes: rows of one table with their schema, in the order of the refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from . import import_errors, json_text
from .errors import ApiError
from .push_rules import MAX_BODY, MAX_POINTS, MAX_RECORDS, MAX_SEQUENCE, points

Json = Any
REQUIRED = ("table_name", "schema", "messages")
ARGUMENTS = {
    "table_name": (str, "String"),
    "schema": (dict, "JSONObject"),
    "messages": (list, "JSONArray"),
    "key_names": (list, "JSONArray"),
}
MESSAGE = ("action", "sequence", "data")
JAVA = {
    "object": "JSONObject",
    "array": "JSONArray",
    "string": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
    "null": "Null",
}
"""The words of the service for the types of JSON."""

_PYTHON = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}


def body_of(raw: bytes, media_type: str) -> dict[str, Json]:
    """The object that a body is.

    Raises:
        ApiError: it is not sent as JSON, too large, or no object.
    """
    if media_type != "application/json":
        raise import_errors.batch_media_type()
    if len(raw) > MAX_BODY:
        raise import_errors.import_too_large(len(raw))
    try:
        body = json_text.read(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _wrong_type("#", "JSONObject", body)
    return body


def _wrong_type(where: str, wanted: str, value: Json) -> ApiError:
    found = JAVA[_PYTHON[type(value)]]
    return import_errors.batch_failed(where, f"expected type: {wanted}, found: {found}")


def check_batch(body: Mapping[str, Json]) -> None:
    """Hold a batch against the rules.

    Raises:
        ApiError: the first rule that it breaks.
    """
    for name in REQUIRED:
        if name not in body:
            raise import_errors.batch_failed("#", f"required key [{name}] not found")
    for name, value in body.items():
        if name not in ARGUMENTS:
            raise import_errors.batch_failed("#", f"extraneous key [{name}] is not permitted")
        kind, wanted = ARGUMENTS[name]
        if not isinstance(value, kind):
            raise _wrong_type(f"#/{name}", wanted, value)
    _check_count(len(body["messages"]))
    validator = _validator(body["schema"])
    for index, message in enumerate(body["messages"]):
        _check_message(index, message)
        _check_row(index, message["data"], body.get("key_names", []), validator)


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_RECORDS:
        word, bound = ("minimum", 1) if count < 1 else ("maximum", MAX_RECORDS)
        raise import_errors.batch_failed(
            "#/messages", f"expected {word} item count: {bound}, found: {count}"
        )


def _check_message(index: int, message: Json) -> None:
    where = f"#/messages/{index}"
    if not isinstance(message, dict):
        raise _wrong_type(where, "JSONObject", message)
    for name in MESSAGE:
        if name not in message:
            raise import_errors.batch_message_argument(index, name)
    for name in message:
        if name not in MESSAGE:
            raise import_errors.batch_failed(where, f"extraneous key [{name}] is not permitted")
    if message["action"] != "upsert":
        raise import_errors.batch_failed(f"{where}/action", "the value is not upsert")
    sequence = message["sequence"]
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        raise _wrong_type(f"{where}/sequence", "Integer", sequence)
    if sequence > MAX_SEQUENCE:
        raise import_errors.batch_failed("#", f"sequence can not be above {MAX_SEQUENCE}")
    if not isinstance(message["data"], dict):
        raise _wrong_type(f"{where}/data", "JSONObject", message["data"])


def _check_row(index: int, data: dict[str, Json], keys: list[Json], validator: Any) -> None:
    for key in keys:
        if data.get(str(key)) is None:
            raise import_errors.batch_key(str(key))
    if points(data) > MAX_POINTS:
        raise import_errors.batch_failed(
            f"#/messages/{index}/data", f"more than {MAX_POINTS} data points"
        )
    error = next(validator.iter_errors(data), None)
    if error is None:
        return
    wanted = getattr(error.kind, "types", None)
    if wanted is None:
        raise import_errors.batch_rule(index, _path(error), error.message)
    said = " or ".join(JAVA[one] for one in wanted if one != "null" or len(wanted) == 1)
    raise import_errors.batch_record(index, _path(error), said, JAVA[_PYTHON[type(error.instance)]])


def _path(error: Any) -> str:
    return "/".join(map(str, error.instance_path))


def _validator(schema: dict[str, Json]) -> Any:
    if not isinstance(schema.get("properties"), dict):
        raise import_errors.batch_failed("#/schema", "required key [properties] not found")
    for name in _types(schema):
        if name not in JAVA:
            raise import_errors.batch_schema_type(name)
    try:
        return jsonschema_rs.Draft4Validator(schema, retriever=_nothing_from_outside)
    except ValueError as error:
        raise import_errors.batch_schema(str(error).partition("\n")[0]) from None


def _nothing_from_outside(uri: str) -> Json:
    raise ValueError(f"{uri} is not part of the schema")


def _types(schema: Json) -> Iterator[str]:
    """Every name of a type in a schema, however deep."""
    if isinstance(schema, list):
        for one in schema:
            yield from _types(one)
    if not isinstance(schema, dict):
        return
    kind = schema.get("type")
    yield from (one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str))
    for name, value in schema.items():
        nested = value.values() if name == "properties" and isinstance(value, dict) else [value]
        for one in nested:
            yield from _types(one)


def rows_of(body: Mapping[str, Json]) -> int:
    """Rows that are loaded: without keys all, else one for each key."""
    keys = body.get("key_names")
    if not keys:
        return len(body["messages"])
    return len({json.dumps([one["data"].get(key) for key in keys]) for one in body["messages"]})
