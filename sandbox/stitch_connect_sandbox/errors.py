"""The documented refusals of the API, literal by literal; nothing else knows their wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = Any


class NoBody:
    """An answer without a body, which is not the same as the JSON value null."""


NO_BODY = NoBody()


class ApiError(Exception):
    """A refusal: what a handler raises and a caller receives."""

    def __init__(self, status: int, body: Json = NO_BODY) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def unauthorized() -> ApiError:
    return ApiError(401)


def missing() -> ApiError:
    return ApiError(404)


def bad_gateway() -> ApiError:
    return ApiError(502)


# -- accounts -----------------------------------------------------------------------------------


def existing_user() -> ApiError:
    message = "This email address is already associated with an active user."
    return ApiError(400, {"code": "ExistingUser", "message": message})


def invalid_form(*fields: str) -> ApiError:
    reasons = dict.fromkeys(fields, "required")
    return ApiError(400, {"code": "BadRequest", "message": "Invalid form data.", "errors": reasons})


# -- destinations -------------------------------------------------------------------------------


def destination_limit(limit: int, *, newer: bool = False) -> ApiError:
    """The older text names the limit of one, the newer speaks for larger plans."""
    if limit == 1 and not newer:
        return ApiError(400, "an account can have at most one destination")
    return ApiError(400, "you are at your destination limit")


def destination_body(*, newer: bool = False) -> ApiError:
    if not newer:
        return ApiError(400, "POST body may only include a type and map of properties")
    return ApiError(
        400,
        "POST body may only include a type, a name, a description, map of properties,"
        " and boolean for unmapped sources",
    )


def destination_body_v3() -> ApiError:
    return ApiError(
        400,
        "body must be a map with type = redshift, postgres, or snowflake."
        " required-keys = type, connection",
    )


def destination_type_change() -> ApiError:
    return ApiError(400, "this API endpoint does not support modifying destination type")


def invalid_connection_id() -> ApiError:
    return ApiError(400, "invalid connection id")


def destination_to_delete(destination_id: object, client_id: int) -> ApiError:
    return ApiError(
        400, f"Unable to locate dest ({destination_id}) for client ({client_id}) to delete"
    )


def destination_params() -> ApiError:
    return ApiError(400, "GET may only include the params: source_id and/or destination_id")


# -- sources ------------------------------------------------------------------------------------


def _source_error(code: str, message: str, **data: Json) -> ApiError:
    return ApiError(400, {"error": code, "data": {"message": message, **data}})


def invalid_type(name: str) -> ApiError:
    return _source_error("InvalidType", f"invalid source type ({name})")


def name_in_use(name: str) -> ApiError:
    return _source_error("InvalidName", f"non-unique name ({name})")


def derived_name_in_use(display_name: str, name: str) -> ApiError:
    return _source_error(
        "InvalidName",
        f"non-unique name after deriving it from display_name ({display_name} -> {name})",
    )


def invalid_name() -> ApiError:
    return _source_error(
        "InvalidName",
        "The name field must be under 50 characters, and can only contain lowercase letters,"
        " numbers, underscores, or dollar signs."
        " It must begin with a letter or an underscore.",
    )


def underivable_name(display_name: str) -> ApiError:
    return _source_error(
        "InvalidDisplayName",
        f"invalid name after deriving it from display_name ({display_name} -> )",
    )


def invalid_display_name(display_name: object) -> ApiError:
    return _source_error("InvalidDisplayName", f"invalid display_name ({display_name})")


def source_body_post() -> ApiError:
    return _source_error(
        "InvalidBody",
        "POST body may only include a non-empty type, a non-empty display_name"
        " and map of string properties",
    )


def source_body_put() -> ApiError:
    return _source_error(
        "InvalidBody",
        "PUT body many only include the keys: display_name, properties, and paused_at",
    )


def type_access_denied(name: str) -> ApiError:
    return _source_error("AccessDenied", f"you do not have access to source type ({name})")


def cron_access_denied() -> ApiError:
    return _source_error(
        "AccessDenied", "access to cron_expression based scheduling is not permitted"
    )


def invalid_cron(expression: str, reason: str) -> ApiError:
    return _source_error(
        "InvalidCronExpression", f'cron_expression "{expression}" is invalid: {reason}'
    )


def invalid_properties(names: Sequence[str], card: Json) -> ApiError:
    return _source_error(
        "InvalidProperties",
        "properties do not match schema",
        bad_properties=list(names),
        report_card=card,
    )


def token_denied(message: str) -> ApiError:
    """The documentation has no words for this; the code is that of what one may not do."""
    return _source_error("AccessDenied", message)


def source_not_found(source_id: object) -> ApiError:
    return _source_error("InvalidId", f"source not found ({source_id})")


# -- streams ------------------------------------------------------------------------------------


def invalid_stream_id(stream_id: object) -> ApiError:
    return ApiError(400, f"invalid stream-id: {stream_id}")


def invalid_tap_stream_ids(names: Sequence[Json]) -> ApiError:
    listed = " ".join("nil" if name is None else str(name) for name in names)
    return ApiError(400, {"invalid_fields": f"invalid tap-stream-ids:  [{listed}]"})


def read_only_metadata(names: Sequence[str]) -> ApiError:
    listed = " ".join(f'"{name}"' for name in names)
    text = f"only non-discoverable metadata can be produced by the UI: #{{{listed}}}"
    return ApiError(400, {"invalid_fields": text})


def unsupported_field() -> ApiError:
    return ApiError(400, {"invalid_fields": "Unsupported fields cannot be selected by default"})


def streams_body() -> ApiError:
    return ApiError(
        400,
        "body must contain a 'streams' property with a list of metadatas by tap_stream_id",
    )


# -- replication jobs ---------------------------------------------------------------------------


def _job_error(status: int, kind: str, message: str) -> ApiError:
    return ApiError(status, {"error": {"type": kind, "message": message}})


def already_running(client_id: int, source_id: int) -> ApiError:
    return _job_error(
        200,
        "already_running",
        f"Did not create job for client-id: {client_id}; connection-id: {source_id}"
        " because one already exists",
    )


def job_source_unknown(source_id: object, client_id: int) -> ApiError:
    return _job_error(
        400, "invalid_source", f"Unable to locate source({source_id}) for client ({client_id})"
    )


def job_source_deleted() -> ApiError:
    return _job_error(400, "invalid_source", "Integration is deleted.")


def job_without_destination() -> ApiError:
    """The type is hidden in the documentation, and the words are ours."""
    return _job_error(400, "generic", "Replication is paused: the source has no destination.")


# -- notifications ------------------------------------------------------------------------------


def _notification_error(message: Json) -> ApiError:
    return ApiError(400, {"error": {"message": message}})


def invalid_email() -> ApiError:
    return _notification_error({"email_address": "Required. Must be valid email address format."})


def email_limit() -> ApiError:
    return _notification_error(
        "Account not authorized to create additional custom notification email addresses."
    )


def email_feature() -> ApiError:
    return _notification_error(
        "Account not authorized to create custom notification email addresses."
    )


def email_disabled_at(value: Json) -> ApiError:
    return ApiError(400, {"disabled_at": value})


def email_not_found() -> ApiError:
    return ApiError(404, {"status": "NOT FOUND"})


def hook_body_post() -> ApiError:
    return ApiError(400, {"data": {"message": "Invalid POST body"}, "error": "InvalidBody"})


def hook_body_put() -> ApiError:
    message = "PUT body must only contain boolean 'enable' key"
    return ApiError(400, {"data": {"message": message}, "error": "InvalidBody"})


def hook_feature() -> ApiError:
    return _notification_error("Client does not have access to hooks.")


def hook_limit(limit: int) -> ApiError:
    return _notification_error(f"You have exceeded the limit of {limit} hooks.")


def hook_not_found() -> ApiError:
    return ApiError(400, {"error": "NotFound"})
