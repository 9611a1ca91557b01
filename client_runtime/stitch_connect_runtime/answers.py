"""From an answer to an error: nine documented shapes of body, and the empty one.

"text"  or bare text                          destinations, streams
{code, message, errors?}                      accounts
{error: code, data: {message, …}}             sources, hooks
{error: {type, message}}                      replication jobs
{error: {message: text or map}}               custom emails, hook limits
{error: code}                                 hook delete
{invalid_fields: text}                        stream metadata
{status: "NOT FOUND"}                         custom emails
{disabled_at: value}                          custom emails
{status?, message?, error?, errors?}          Import API
nothing                                       extractions, loads, the general ones
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import errors
from .errors import APIError, BadRequest, InvalidProperties, NotFound, RateLimited, ServerError
from .operations import Operation
from .records import Answer, RequestRecord
from .retry import retry_after
from .secret import scrub

STATUSES: Mapping[int, type[APIError]] = {
    400: BadRequest,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: NotFound,
    405: BadRequest,
    413: BadRequest,
    415: BadRequest,
    422: BadRequest,
    429: RateLimited,
}
CODES: Mapping[str, type[APIError]] = {
    "InvalidProperties": InvalidProperties,
    "InvalidId": NotFound,
    "NotFound": NotFound,
    "NOT FOUND": NotFound,
    "invalid_source": NotFound,
    "already_running": errors.AlreadyRunning,
}
MISSING = re.compile(r"(Unable to locate |invalid connection id|invalid stream-id)")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a1-\u200a\u2010-\u2027\u2030-\u205f\u2070-\uffef]+")
LONGEST = 500
STANDARD = {
    401: "the token is missing, wrong, revoked, or of another account or region",
    404: "no such resource",
    429: "too many requests",
    500: "the API failed; try again later",
    502: "the API is out of reach; try again later",
}


class Body(NamedTuple):
    """What an error body says."""

    code: str | None
    message: str


def read(content: bytes) -> tuple[Body, Any]:
    """Code and message of an error body, and the body as plain JSON values."""
    if not content.strip():
        return Body(None, ""), None
    value = _parsed(content)
    return (_of_object(value) if isinstance(value, dict) else Body(None, _text(value))), value


def _parsed(content: bytes) -> Any:
    from pydantic_core import from_json

    try:
        return from_json(content)
    except ValueError:
        return content.decode("utf-8", errors="replace")


def _of_object(body: Mapping[str, Any]) -> Body:
    error, data = body.get("error"), body.get("data")
    if isinstance(error, Mapping):
        return Body(_code(error.get("type")), _text(error.get("message")))
    if isinstance(data, Mapping):
        return Body(_code(error), _text(data.get("message")))
    if "invalid_fields" in body:
        return Body(None, _text(body["invalid_fields"]))
    if set(body) == {"disabled_at"}:
        return Body(None, f"disabled_at is missing or no timestamp: {_text(body['disabled_at'])}")
    code = body.get("code") or error or (body.get("status") if set(body) == {"status"} else None)
    message = _text(body.get("message") or error or body.get("status"))
    reasons = _text(body.get("errors")) if body.get("errors") else ""
    return Body(_code(code), f"{message} {reasons}".strip())


def _code(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 40 else None


def _text(value: Any) -> str:
    """A message on one line, without what a terminal or a model would not show."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_text(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    text = UNPRINTABLE.sub(" ", str(value or ""))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def error_of(
    operation: Operation,
    answer: Answer,
    request: RequestRecord,
    secrets: tuple[str, ...] = (),
    now: float = 0.0,
) -> APIError:
    """The error that an unsuccessful answer is."""
    body, details = read(answer.content)
    message = scrub(body.message, secrets) or STANDARD.get(answer.status, "")
    error = _class(answer.status, body)(
        message,
        status=answer.status,
        code=body.code,
        details=details if isinstance(details, dict) else None,
        request=request,
        response=answer.record(),
    )
    if isinstance(error, RateLimited):
        error.retry_after = retry_after(answer.headers, now)
    return error


def _class(status: int, body: Body) -> type[APIError]:
    if status >= 500:
        return ServerError
    if status < 400:
        return errors.UnexpectedResponse
    if status == 400 and body.code is not None and body.code in CODES:
        return CODES[body.code]
    if status == 400 and MISSING.match(body.message):
        return NotFound
    return STATUSES.get(status, BadRequest)


def error_in_success(
    operation: Operation, answer: Answer, request: RequestRecord
) -> APIError | None:
    """The error inside a success, where the contract says one can be."""
    rule = operation.error_in_success
    if rule is None or answer.status != rule.status or b"error" not in answer.content:
        return None
    body, details = read(answer.content)
    if not isinstance(details, dict) or "error" not in details:
        return None
    kind = getattr(errors, rule.raises) if body.code == rule.equals else BadRequest
    found: APIError = kind(
        body.message,
        status=answer.status,
        code=body.code,
        details=details,
        request=request,
        response=answer.record(),
    )
    return found
