"""Everything that can go wrong, in one tree.

StitchError
├── ConfigurationError          settings are missing or cannot be used
├── InvalidArgument             a value that cannot be sent (also a ValueError)
├── BudgetExhausted             the request budget is used up; says when a request fits again
├── WaitFailed                  what was waited for has failed
├── WaitTimeout                 the deadline passed first (also a TimeoutError)
├── TransportError              no answer; `.may_have_arrived` says whether the request could have
│   ├── ConnectionFailed
│   └── RequestTimeout          (also a TimeoutError)
└── APIError                    an answer that is an error
    ├── BadRequest
    │   └── InvalidProperties   `.bad_properties` names them
    ├── Unauthorized
    ├── Forbidden
    ├── NotFound                whatever the status was
    ├── RateLimited             `.retry_after` in seconds, where given
    ├── ServerError             `.retry_after` in seconds, where given
    ├── AlreadyRunning          a job of the source runs; answered with a 200
    └── UnexpectedResponse      an answer outside the contract

Messages are built here; nothing in them, or in what an error carries, is a credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .records import RequestRecord, ResponseRecord


def _rebuild(kind: type[StitchError], args: tuple[Any, ...], state: dict[str, Any]) -> StitchError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class StitchError(Exception):
    """Whatever this library raises."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), self.args, self.__dict__.copy())


class ConfigurationError(StitchError):
    """A setting is missing or cannot be used; the message says what to set."""


class InvalidArgument(StitchError, ValueError):
    """A value that cannot be sent."""


class BudgetExhausted(StitchError):
    """The request budget of an account is used up; nothing was sent.

    `next_fits_at` is the time from which one more request fits, in seconds since the epoch on the
    client's clock; `wait` is how many seconds that was away.
    """

    def __init__(self, name: str, *, next_fits_at: float, wait: float) -> None:
        super().__init__(
            f"the {name!r} request budget is used up; one more request fits in {wait:.0f} s "
            "(give budget_wait= seconds to wait for it)"
        )
        self.name, self.next_fits_at, self.wait = name, next_fits_at, wait


class WaitFailed(StitchError):
    """What was waited for ended in failure; `last` is the last answer."""

    def __init__(self, message: str, *, last: Any = None) -> None:
        super().__init__(message)
        self.last = last


class WaitTimeout(StitchError, TimeoutError):
    """The deadline passed before what was waited for ended; `last` is the last answer."""

    def __init__(self, message: str, *, last: Any = None) -> None:
        super().__init__(message)
        self.last = last


class TransportError(StitchError):
    """No answer was received.

    `may_have_arrived` is False only when the connection was never made: then nothing can have
    happened on the other side.
    """

    def __init__(
        self, message: str, *, may_have_arrived: bool, request: RequestRecord | None = None
    ) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived
        self.request = request
        self.operation = request.operation if request else None


class ConnectionFailed(TransportError):
    """The connection could not be made, or broke."""


class RequestTimeout(TransportError, TimeoutError):
    """No answer in time."""


class APIError(StitchError):
    """An answer that is an error, in whichever of the documented shapes it came."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        details: Any = None,
        request: RequestRecord | None = None,
        response: ResponseRecord | None = None,
    ) -> None:
        where = f"{request.operation}: " if request else ""
        label = f" [{code}]" if code and code != message else ""
        super().__init__(f"{where}{message or 'no explanation given'}{label} (HTTP {status})")
        self.message = message
        self.status, self.code, self.details = status, code, details
        self.request, self.response = request, response

    @property
    def operation(self) -> str | None:
        """The id of the operation, such as `sources.get`."""
        return self.request.operation if self.request else None


class BadRequest(APIError):
    """The request was understood and refused; the message is the API's own."""


class InvalidProperties(BadRequest):
    """Connection properties do not fit their type."""

    @property
    def bad_properties(self) -> tuple[str, ...]:
        """The names of the properties that do not fit."""
        data = self.details.get("data") if isinstance(self.details, Mapping) else None
        names = data.get("bad_properties") if isinstance(data, Mapping) else None
        return tuple(map(str, names)) if isinstance(names, list | tuple) else ()


class Unauthorized(APIError):
    """The token is missing, wrong, revoked, or of another account or region."""


class Forbidden(APIError):
    """The token is good, but not for this."""


class NotFound(APIError):
    """What was named does not exist (any more)."""


class RateLimited(APIError):
    """Too many requests; `retry_after` is in seconds, where the answer says it."""

    retry_after: float | None = None


class ServerError(APIError):
    """The API failed; trying later may help, after `retry_after` seconds where the answer says."""

    retry_after: float | None = None


class AlreadyRunning(APIError):
    """A replication job of the source runs already, so none was started."""


class UnexpectedResponse(APIError):
    """An answer outside the contract: not JSON, cut off, redirected, or of another shape."""
