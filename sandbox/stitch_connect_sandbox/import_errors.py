"""The documented refusals of the Import API, literal by literal."""

from __future__ import annotations

from typing import Any

from .errors import ApiError

Json = Any


def import_not_authorized() -> ApiError:
    return ApiError(401, {"message": "Not Authorized"})


def import_wrong_region() -> ApiError:
    return ApiError(401, {"message": "Invalid region."})


def import_inactive() -> ApiError:
    return ApiError(401, {"error": "Forbidden", "errors": {"error": "Connection is not active."}})


def import_too_large(size: int) -> ApiError:
    message = f"Request rejected: request size ({size}s bytes) exceeds the maximum"
    return ApiError(413, {"status": "ERROR", "message": message})


def push_not_array() -> ApiError:
    return ApiError(400, {"status": "ERROR", "message": "An array of records is expected"})


def push_too_many(limit: int) -> ApiError:
    message = f"An array of at most {limit} records is expected"
    return ApiError(400, {"status": "ERROR", "message": message})


def push_malformed(reason: str) -> ApiError:
    return ApiError(
        400,
        {
            "status": "ERROR",
            "message": "Malformed json in the body!",
            "error": reason,
            "input": None,
        },
    )


def push_client_missing() -> ApiError:
    return ApiError(401, {"status": "ERROR", "error": "Not Authenticated.", "errors": None})


def push_client_mismatch() -> ApiError:
    reason = {"error": "Access token is not associated with this client."}
    return ApiError(403, {"status": "ERROR", "error": "Forbidden", "errors": reason})


def push_method() -> ApiError:
    return ApiError(405, "Method not allowed.")


def push_media_type(media_type: str) -> ApiError:
    message = (
        f"Unsupported content-type {media_type}."
        " Please send application/json or application/transit+json"
    )
    return ApiError(415, {"status": "ERROR", "message": message})


def _unprocessable(*reasons: Json) -> ApiError:
    text = "Request cannot be processed; see errors."
    return ApiError(422, {"status": "ERROR", "error": text, "errors": list(reasons)})


def push_many_clients(client_id: object) -> ApiError:
    return _unprocessable(
        {
            "reason": "The batch contains data points for multiple clients."
            f" Only client_id {client_id} is allowed"
        }
    )


def push_blank(argument: str) -> ApiError:
    return _unprocessable({argument: {argument: ["can't be blank"]}})


def push_type(argument: str, *wanted: str) -> ApiError:
    return _unprocessable({"reason": {argument: [f"should be {kind}" for kind in wanted]}})


def push_data(reason: str) -> ApiError:
    return _unprocessable({"reason": {"data": [reason]}})


def push_key_names() -> ApiError:
    return _unprocessable(
        {"reason": {"key_names": ["can't be blank"], "key_properties": ["unknown key"]}}
    )


def batch_failed(where: str, reason: str) -> ApiError:
    return ApiError(400, {"error": f"Request failed validation:{where}: {reason}"})


def batch_message_argument(index: int, argument: str) -> ApiError:
    at = f"#/messages/{index}"
    return batch_failed(
        at,
        f"#: 0 subschemas matched instead of one {at}: 2 schema violations found"
        f" {at}: required key [{argument}] not found"
        f" {at}: extraneous key [data] is not permitted"
        f" {at}: required key [{argument}] not found",
    )


def batch_record(index: int, field: str, wanted: str, found: str) -> ApiError:
    return ApiError(
        400,
        {
            "error": f"Record {index} did not conform to schema:"
            f" #/{field}: expected: {wanted}, found: {found}"
        },
    )


def batch_rule(index: int, field: str, message: str) -> ApiError:
    text = f"Record {index} did not conform to schema: #/{field}: {message}"
    return ApiError(400, {"error": text})


def batch_schema(reason: str) -> ApiError:
    return ApiError(400, {"error": f"Invalid JSON schema: {reason}"})


def batch_key(name: str) -> ApiError:
    return ApiError(400, {"error": f"Record is missing key property {name}"})


def batch_schema_type(name: str) -> ApiError:
    return ApiError(400, {"error": f"Invalid JSON schema: unknown type: [{name}]"})


def batch_media_type() -> ApiError:
    return ApiError(415, "Content-Type must be application/json")
