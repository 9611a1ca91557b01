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
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import errors
from .errors import APIError, BadRequest, InvalidProperties, NotFound, RateLimited, ServerError
from .operations import Operation
from .pointers import at
from .records import Answer, RequestRecord
from .retry import retry_after
from .secret import Secret, scrub_json

STATUSES: Mapping[int, type[APIError]] = {
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: NotFound,
    429: RateLimited,
}
CODES: Mapping[str, type[APIError]] = {  # what a 400 means, by its code
    "InvalidProperties": InvalidProperties,
    "InvalidId": NotFound,
    "NotFound": NotFound,
    "NOT FOUND": NotFound,
    "invalid_source": NotFound,
    "already_running": errors.AlreadyRunning,
}
MISSING = re.compile(r"(Unable to locate |invalid connection id|invalid stream-id)")
CODE = re.compile(r"[A-Za-z]\w{0,39}|NOT FOUND")
UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a1-\u200a\u2010-\u2027\u2030-\u205f\u2070-\uffef]+")
LONGEST = 500  # characters of a message
STANDARD = {
    401: "the token is missing, wrong, revoked, or of another account or region",
    403: "the token does not allow this",
    404: "no such resource",
    429: "too many requests",
    500: "the API failed; try again later",
    502: "the API is out of reach; try again later",
    503: "the API is out of service; try again later",
    504: "the API did not answer in time; try again later",
}


class Body(NamedTuple):
    """What an error body says."""

    code: str | None
    message: str


def read(content: bytes, secrets: Sequence[Secret] = ()) -> tuple[Body, Any]:
    """Code and message of an error body, and the body as plain JSON values, without secrets."""
    if not content.strip():
        return Body(None, ""), None
    value = scrub_json(_parsed(content), secrets)  # before anything is cut to length
    return (_of_object(value) if isinstance(value, dict) else Body(None, _text(value))), value


def _parsed(content: bytes) -> Any:
    from pydantic_core import from_json

    try:
        return from_json(content)
    except ValueError:
        text = content[: 8 * LONGEST].decode("utf-8", errors="replace").strip()
        return "" if text.startswith("<") else text  # a page for browsers explains nothing


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
    """A code, where the value is one: some bodies have a sentence in its place."""
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def _text(value: Any) -> str:
    """A message on one line, without what a terminal or a model would not show."""
    if isinstance(value, Mapping):
        text = "; ".join(f"{_text(key)}: {_text(one)}" for key, one in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(_text, value))
    else:
        text = UNPRINTABLE.sub(" ", "" if value is None else str(value)).strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def error_of(
    operation: Operation,
    answer: Answer,
    request: RequestRecord,
    secrets: Sequence[Secret] = (),
    now: float = 0.0,
) -> APIError:
    """The error that an unsuccessful answer is; what is secret is hidden in all of it."""
    body, details = read(answer.utf8(), secrets)
    error = _error(_class(answer.status, body), body, details, answer, request, secrets)
    if isinstance(error, RateLimited | ServerError):
        error.retry_after = retry_after(answer.headers, now)
    return error


def error_in_success(
    operation: Operation, answer: Answer, request: RequestRecord, secrets: Sequence[Secret] = ()
) -> APIError | None:
    """The error inside a success, where the contract says one can be."""
    rule = operation.error_in_success
    if rule is None or answer.status != rule.status:
        return None
    body, details = read(answer.utf8(), secrets)
    if at(details, rule.pointer) is None:
        return None
    expected = at(details, rule.code) == rule.equals
    kind = getattr(errors, rule.raises) if expected else _class(400, body)
    return _error(kind, body, details, answer, request, secrets)


def _error(
    kind: type[APIError],
    body: Body,
    details: Any,
    answer: Answer,
    request: RequestRecord,
    secrets: Sequence[Secret],
) -> APIError:
    return kind(
        body.message or STANDARD.get(answer.status, ""),
        status=answer.status,
        code=body.code,
        details=details if isinstance(details, dict) else None,
        request=request,
        response=answer.record(secrets),
    )


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
