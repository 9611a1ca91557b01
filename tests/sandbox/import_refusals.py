"""One request for each refusal of the Import API that the contract documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .refusals import CLIENT, IMPORT, NOW, Refusal, Step, Words, without

LARGE = b" " * (20 * 1024 * 1024 + 1)
MALFORMED = b"[{}," + b"\n" * 15 + b"]"
EUROPE = {"Host": "api.eu-central-1.stitchdata.com"}
XML, CSV = ({"Content-Type": kind} for kind in ("application/xml", "text/csv"))
PAUSED: Step = ("PUT", f"/v4/sources/{IMPORT}", {"paused_at": NOW})
MESSAGE = {"action": "upsert", "sequence": 1, "data": {"id": 1}}
ROW = {**MESSAGE, "client_id": CLIENT, "table_name": "visits", "key_names": ["id"]}
BATCH = {
    "table_name": "visits",
    "schema": {"properties": {"id": {"type": "integer"}}},
    "messages": [MESSAGE],
    "key_names": ["id"],
}


def pushed(
    status: int,
    example: str,
    body: Any,
    said: Words | None = None,
    *given: Step,
    verb: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> Refusal:
    both = "import_api.push import_api.validate"
    return Refusal(both, status, example, verb, "PATH", body, said or {}, given, headers or {})


def row(**fields: Any) -> list[dict[str, Any]]:
    return [{**ROW, **fields}]


def batched(
    status: int,
    example: str,
    body: Any,
    said: Words | None = None,
    *given: Step,
    headers: Mapping[str, str] | None = None,
) -> Refusal:
    operation = "import_api.batch"
    return Refusal(
        operation, status, example, "POST", "PATH", body, said or {}, given, headers or {}
    )


def message(**fields: Any) -> dict[str, Any]:
    return {**BATCH, "messages": [{**MESSAGE, **fields}]}


SIZE = {"<BYTE>": str(len(LARGE))}
IMPORT_API = (
    pushed(400, "not_array", ROW),
    pushed(400, "malformed_json", MALFORMED),
    pushed(401, "wrong_region", [ROW], headers=EUROPE),
    pushed(401, "client_id_missing", [without(ROW, "client_id")]),
    pushed(401, "connection_inactive", [ROW], {}, PAUSED),
    pushed(403, "client_token_mismatch", row(client_id=7)),
    pushed(405, "method_not_allowed", [ROW], verb="PUT"),
    pushed(413, "too_large", LARGE, SIZE),
    pushed(415, "unsupported_media_type", [ROW], {"<TYPE>": "xml"}, headers=XML),
    pushed(422, "many_client_ids", row() + row(client_id=7), {"<CLIENT_ID>": str(CLIENT)}),
    pushed(422, "argument_blank", row(table_name=""), {"<REQUIRED_ARGUMENT_NAME>": "table_name"}),
    pushed(422, "argument_type", row(sequence="first")),
    pushed(422, "data_not_object", row(data=[1])),
    pushed(422, "data_missing_keys", row(data={"name": "x"})),
    pushed(422, "key_null", row(data={"id": None})),
    pushed(422, "key_names_missing", [without(ROW, "key_names")]),
    pushed(422, "key_too_long", row(data={"id": "x" * 1025})),
    batched(400, "missing_argument", without(BATCH, "schema"), {"<ARGUMENT_NAME>": "schema"}),
    batched(400, "extra_argument", {**BATCH, "colour": 1}, {"<ARGUMENT_NAME>": "colour"}),
    batched(
        400,
        "wrong_type",
        {**BATCH, "table_name": 7},
        {"<ARGUMENT_NAME>": "table_name", "<CORRECT_TYPE>": "String", "<TYPE>": "Integer"},
    ),
    batched(
        400,
        "record_schema_mismatch",
        message(data={"id": "one"}),
        {
            "<FIELD_NAME>": "id",
            "expected: <DATA_TYPE>": "expected: Integer",
            "found: <DATA_TYPE>": "found: String",
        },
    ),
    batched(400, "key_missing", message(data={}), {"<KEY_NAME>": "id"}),
    batched(
        400,
        "bad_json_schema_type",
        {**BATCH, "schema": {"properties": {"id": {"type": "varchar"}}}},
        {"<TYPE>": "varchar"},
    ),
    batched(
        400,
        "message_missing_argument",
        {**BATCH, "messages": [without(MESSAGE, "sequence")]},
        {"<ARGUMENT_NAME>": "sequence", "[ARGUMENT_NAME]": "[sequence]"},
    ),
    batched(400, "sequence_too_large", message(sequence=2**63)),
    batched(400, "schema_not_object", {**BATCH, "schema": []}),
    batched(401, "not_authorized", BATCH, headers={"Authorization": "Bearer wrong"}),
    batched(401, "wrong_region", BATCH, headers=EUROPE),
    batched(401, "connection_inactive", BATCH, {}, PAUSED),
    batched(413, "too_large", LARGE, SIZE),
    batched(415, "unsupported_media_type", BATCH, headers=CSV),
)
