"""The Import API: rows pushed by its users, which the loader then loads."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from .. import errors
from ..call import Call, Status, handles
from ..records import Batch, ImportToken, Source

MAX_BODY = 20 * 1024 * 1024
MAX_SEQUENCE = 2**63 - 1
JSON_TYPES = {"application/json", "application/transit+json"}


@handles("import_api.status")
def status(call: Call) -> Any:
    return {
        "name": "pipeline.gate",
        "version": "sandbox",
        "revision": "sandbox",
        "status": "OK",
        "reason": None,
    }


def _token(call: Call) -> tuple[ImportToken, Source]:
    """The token of a request and its source, which must be active."""
    token = call.store.tokens_by_value.first(call.bearer or "")
    if token is None:
        raise errors.import_not_authorized()
    source = call.store.sources[token.source_id]
    if source.deleted_at or source.paused_at or source.system_paused_at:
        raise errors.import_inactive()
    return token, source


@handles("import_api.push")
def push(call: Call) -> Any:
    source, records = _records(call)
    for table, rows in Counter(one["table_name"] for one in records).items():
        _queue(call, source, table, rows)
    return Status(201, {"status": "OK", "message": "Batch Accepted!"})


@handles("import_api.validate")
def validate(call: Call) -> Any:
    _records(call)
    return {"status": "OK", "message": "Batch is valid!"}


def _records(call: Call) -> tuple[Source, list[Any]]:
    if call.media_type not in JSON_TYPES:
        raise errors.push_media_type(call.media_type)
    if len(call.raw) > MAX_BODY:
        raise errors.import_too_large(len(call.raw))
    try:
        records = json.loads(call.raw)
    except ValueError as error:
        raise errors.push_malformed(str(error)) from None
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise errors.push_not_array()
    token, source = _token(call)
    clients = {json.dumps(one.get("client_id")) for one in records}
    if not records or "null" in clients:
        raise errors.push_client_missing()
    if len(clients) > 1:
        raise errors.push_many_clients(token.client_id)
    if clients != {str(token.client_id)}:
        raise errors.push_client_mismatch()
    for record in records:
        _check_record(record)
    return source, records


def _check_record(record: dict[str, Any]) -> None:
    if not record.get("table_name"):
        raise errors.push_blank("table_name")
    sequence = record.get("sequence")
    if not isinstance(sequence, int) or isinstance(sequence, bool):
        raise errors.push_type("sequence", "an integer", "a number")
    if not isinstance(record.get("key_names"), list):
        raise errors.push_key_names()
    data = record.get("data")
    if not isinstance(data, dict):
        raise errors.push_data("data must be an object")
    for key in record["key_names"]:
        if key not in data:
            raise errors.push_data("data must include keys")
        if data[key] is None:
            raise errors.push_data("keys cannot not be null in data")
        if isinstance(data[key], str) and len(data[key]) > 1024:
            raise errors.push_data("String keys cannot be longer than 1024 characters")


@handles("import_api.batch")
def batch(call: Call) -> Any:
    if call.media_type != "application/json":
        raise errors.batch_media_type()
    if len(call.raw) > MAX_BODY:
        raise errors.import_too_large(len(call.raw))
    _, source = _token(call)
    body = call.body
    if not isinstance(body, dict):
        raise errors.batch_failed("#", "expected type: JSONObject, found: JSONArray")
    _check_batch(body)
    _queue(call, source, body["table_name"], len(body["messages"]))
    return Status(201, {"status": "OK", "message": "Batch Accepted!"})


ARGUMENTS = {
    "table_name": (str, "String"),
    "schema": (dict, "JSONObject"),
    "messages": (list, "JSONArray"),
    "key_names": (list, "JSONArray"),
}
NAMES = {dict: "JSONObject", list: "JSONArray", str: "String", bool: "Boolean", int: "Integer"}


def _check_batch(body: dict[str, Any]) -> None:
    for name in ("table_name", "schema", "messages"):
        if name not in body:
            raise errors.batch_failed("#", f"required key [{name}] not found")
    for name, value in body.items():
        if name not in ARGUMENTS:
            raise errors.batch_failed("#", f"extraneous key [{name}] is not permitted")
        kind, wanted = ARGUMENTS[name]
        if not isinstance(value, kind):
            found = NAMES.get(type(value), "Null")
            raise errors.batch_failed(f"#/{name}", f"expected type: {wanted}, found: {found}")
    for index, message in enumerate(body["messages"]):
        _check_message(index, message, body.get("key_names", []))


def _check_message(index: int, message: Any, keys: list[str]) -> None:
    given = message if isinstance(message, dict) else {}
    for name in ("action", "sequence", "data"):
        if name not in given:
            raise errors.batch_message_argument(index, name)
    if isinstance(given["sequence"], int) and given["sequence"] > MAX_SEQUENCE:
        raise errors.batch_failed("#", f"sequence can not be above {MAX_SEQUENCE}")
    for key in keys:
        if given["data"].get(key) is None:
            raise errors.batch_key(key)


def _queue(call: Call, source: Source, table: str, rows: int) -> None:
    number = call.store.next("batch")
    call.store.batches.put(
        Batch(
            id=f"import/{number}",
            client_id=source.client_id,
            source_id=source.id,
            stream_name=table,
            rows=rows,
            state="queued",
            outcome="succeed",
            due=call.now + 60.0,
        )
    )
