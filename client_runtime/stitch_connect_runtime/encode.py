"""From arguments to what goes on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from math import isfinite
from typing import Any
from urllib.parse import quote, urlencode

from .errors import InvalidArgument
from .operations import Operation
from .secret import Secret
from .unset import UNSET

MAX_ID = 2**63 - 1


def encode_path(operation: Operation, given: Mapping[str, object]) -> str:
    """The path with every parameter percent-encoded.

    Raises:
        InvalidArgument: a parameter that is missing, empty, `.` or `..`.
    """
    path = operation.path
    for name in operation.path_params:
        path = path.replace(f"{{{name}}}", path_segment(name, given.get(name)))
    return path


def path_segment(name: str, value: object) -> str:
    if value is None or value is UNSET:
        raise InvalidArgument(f"{name} is missing: pass it (or client_id= to the client)")
    given = value.value if isinstance(value, Enum) else value
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise InvalidArgument(f"{name} is a text or a whole number, not a {type(given).__name__}")
    if not isinstance(given, str):
        given = int(given)
        if abs(given) > MAX_ID:
            raise InvalidArgument(f"{name} is larger than any id")
    text = str(given)
    if not text.strip() or text in {".", ".."}:
        raise InvalidArgument(f"{name} must not be empty, `.` or `..`")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InvalidArgument(f"{name} is not valid Unicode") from None


def encode_query(given: Mapping[str, object]) -> str:
    """The query string; what was not given, or is None, is absent.

    Raises:
        InvalidArgument: a value that is neither text, number, truth value, time nor a list of them.
    """
    try:
        return urlencode(_pairs(given), doseq=True)
    except UnicodeEncodeError:
        raise InvalidArgument("a query parameter is not valid Unicode") from None


def _pairs(given: Mapping[str, object]) -> dict[str, object]:
    kept = {name: plain(value) for name, value in given.items() if value is not UNSET}
    return {name: _parameter(name, value) for name, value in kept.items() if value is not None}


def _parameter(name: str, value: Any) -> object:
    if isinstance(value, list):
        return [_parameter(name, one) for one in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict) or (isinstance(value, float) and not isfinite(value)):
        raise InvalidArgument(f"{name} cannot be sent as a parameter")
    return value


def encode_body(operation: Operation, body: object, now: float) -> bytes | None:
    """The body in the operation's media type; None where there is none."""
    filled = _with_fixed(operation, body, now)
    if filled is UNSET:
        return None
    try:
        value = plain(filled)
        if operation.body == "application/x-www-form-urlencoded":
            return urlencode(_pairs(value), doseq=True).encode()
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
    except (TypeError, ValueError, RecursionError) as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(f"{operation.id}: the body is not JSON") from None


def _with_fixed(operation: Operation, body: object, now: float) -> object:
    """A variant's fixed body; `$now` gives way to a value of the caller's."""
    if operation.fixed_body is None:
        return body
    given = body if isinstance(body, Mapping) else {}
    found = {}
    for name, fixed in operation.fixed_body.items():
        own = given.get(name, UNSET)
        found[name] = own if own is not UNSET else instant(now) if fixed == "$now" else fixed
    return found


def instant(now: float) -> str:
    return timestamp(datetime.fromtimestamp(now, UTC))


def timestamp(value: datetime) -> str:
    """UTC, whole seconds, `Z`.

    Raises:
        InvalidArgument: a time without a time zone, or one that UTC has no year for.
    """
    if value.utcoffset() is None:
        raise InvalidArgument("a datetime needs a time zone, as datetime.now(timezone.utc)")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise InvalidArgument("a datetime is out of range in UTC") from None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def plain(value: Any) -> Any:
    """JSON values only: models by their wire names, times in UTC, what was not given left out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items() if one is not UNSET}
    if hasattr(value, "to_wire"):
        return value.to_wire()
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(one) for one in value]
    raise InvalidArgument(f"a {type(value).__name__} cannot be sent as JSON")
