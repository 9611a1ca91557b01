"""One of httpx's errors as one of ours, without anything it carries."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from ..errors import (
    ConnectionFailed,
    InvalidArgument,
    RequestTimeout,
    StitchError,
    UnexpectedResponse,
)
from ..request import PreparedRequest

NEVER_ARRIVED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
FAILURES = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError)


def failure_of(error: Exception, request: PreparedRequest) -> StitchError:
    arrived = not isinstance(error, NEVER_ARRIVED)
    record = request.record
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        message = f"{record.operation}: no answer in time"
        return RequestTimeout(message, may_have_arrived=arrived, request=record)
    if isinstance(error, httpx.TransportError | httpx.StreamError):
        what = "the connection broke" if arrived else _unreached(request.url)
        message = f"{record.operation}: {what}"
        return ConnectionFailed(message, may_have_arrived=arrived, request=record)
    if isinstance(error, httpx.InvalidURL):
        return InvalidArgument(f"{record.operation}: the address cannot be sent")
    return unreadable(request)


def _unreached(url: str) -> str:
    """That nobody answers there: host and port, never path or query."""
    return f"no connection could be made to {urlsplit(url).netloc.rpartition('@')[2]}"


def unreadable(
    request: PreparedRequest, why: str = "the answer cannot be read", status: int = 0
) -> UnexpectedResponse:
    return UnexpectedResponse(why, status=status, request=request.record)
