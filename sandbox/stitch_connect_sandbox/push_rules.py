"""What push and validate take: records, held against the rules in the order of the refusals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from . import import_errors, json_text, transit

Json = Any
MAX_BODY = 20 * 1024 * 1024
MAX_RECORDS = 20_000
MAX_POINTS = 10_000
MAX_SEQUENCE = 2**63 - 1
MAX_KEY = 1024
READERS: Mapping[str, Callable[[bytes], Json]] = {
    "application/json": json_text.read,
    "application/transit+json": transit.loads,
}


def records_of(raw: bytes, media_type: str) -> list[dict[str, Json]]:
    """The records of a body.

    Raises:
        ApiError: the body is of no kind that is taken, too large, malformed, or no array.
    """
    if media_type not in READERS:
        raise import_errors.push_media_type(media_type)
    if len(raw) > MAX_BODY:
        raise import_errors.import_too_large(len(raw))
    try:
        records = READERS[media_type](raw)
    except json.JSONDecodeError as error:
        raise import_errors.push_malformed(_java_words(error)) from None
    except ValueError as error:
        raise import_errors.push_malformed(str(error)) from None
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise import_errors.push_not_array()
    if len(records) > MAX_RECORDS:
        raise import_errors.push_too_many(MAX_RECORDS)
    return records


def _java_words(error: json.JSONDecodeError) -> str:
    """Where the text breaks, in the words of the parser that the service uses."""
    at, text = error.pos, error.doc
    while at < len(text) and text[at] in ", \t\r\n":
        at += 1
    if at >= len(text):
        return "Unexpected end-of-input: expected a value"
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return (
        f"Unexpected character ('{text[at]}' (code {ord(text[at])})): expected a value"
        f"\n at [Source: java.io.StringReader@796a657e; line: {line}, column: {column + 1}]"
    )


def check_client(records: list[dict[str, Json]], client_id: int) -> None:
    """All records must be of the client whose token came with them.

    Raises:
        ApiError: a record names no client, another one, or one of several.
    """
    clients = [one.get("client_id") for one in records]
    if not records or None in clients:
        raise import_errors.push_client_missing()
    if any(one != clients[0] for one in clients):
        raise import_errors.push_many_clients(client_id)
    if clients[0] is True or clients[0] != client_id:
        raise import_errors.push_client_mismatch()


def check_record(record: Mapping[str, Json]) -> None:
    """Hold one record against the rules for its arguments.

    Raises:
        ApiError: the first rule that it breaks.
    """
    for name in ("table_name", "action", "sequence"):
        if record.get(name) in (None, ""):
            raise import_errors.push_blank(name)
    if not isinstance(record["table_name"], str):
        raise import_errors.push_type("table_name", "a string")
    if record["action"] != "upsert":
        raise import_errors.push_type("action", "upsert")
    if not _is_integer(record["sequence"]):
        raise import_errors.push_type("sequence", "an integer", "a number")
    if record["sequence"] > MAX_SEQUENCE:
        raise import_errors.push_type("sequence", f"at most {MAX_SEQUENCE}")
    _check_data(record.get("key_names"), record.get("data"))


def _check_data(keys: Json, data: Json) -> None:
    if not isinstance(keys, list) or not keys or not all(isinstance(one, str) for one in keys):
        raise import_errors.push_key_names()
    if not isinstance(data, dict):
        raise import_errors.push_data("data must be an object")
    if not data.keys() >= set(keys):
        raise import_errors.push_data("data must include keys")
    values = [data[one] for one in keys]
    if None in values:
        raise import_errors.push_data("keys cannot not be null in data")
    if any(isinstance(one, str) and len(one) > MAX_KEY for one in values):
        raise import_errors.push_data(f"String keys cannot be longer than {MAX_KEY} characters")
    if points(data) > MAX_POINTS:
        raise import_errors.push_data(f"data cannot have more than {MAX_POINTS} data points")


def _is_integer(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def points(value: Json) -> int:
    """How many single values a record holds, however deep."""
    if isinstance(value, dict):
        return sum(map(points, value.values()))
    return sum(map(points, value)) if isinstance(value, list) else 1


def rows_of(records: list[dict[str, Json]]) -> dict[str, int]:
    """Rows by table: of the records with one key, the one with the greatest sequence is loaded."""
    keys: dict[str, set[str]] = {}
    for one in records:
        values = json.dumps([one["data"].get(key) for key in one["key_names"]])
        keys.setdefault(one["table_name"], set()).add(values)
    return {table: len(found) for table, found in keys.items()}
