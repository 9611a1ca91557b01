"""What the contract says about an operation, as data.

Retry, budget, pager, waiter and every gate read these tables; none of them knows an endpoint.
Nothing heavy is imported here: the table of all operations loads with this module alone. The rows
are named tuples, which are made at import in an eighth of the time that dataclasses take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

RISK_LEVELS = ("read", "operate", "configure", "destructive")
RETRY_POLICIES = ("safe", "connect-only", "never")


class Risk(NamedTuple):
    """How much a call can change, and what is lost by it."""

    level: str
    lost: str | None = None


class Pagination(NamedTuple):
    """How a list is split into pages. All but `input_token` are JSON Pointers."""

    input_token: str
    output_token: str
    result_key: str
    identity: tuple[str, ...]


class Budget(NamedTuple):
    """At most `requests` in any `period` seconds for one value of the path parameter `scope`."""

    name: str
    requests: int
    period: float
    scope: str


class ErrorInSuccess(NamedTuple):
    """An error that arrives under a success status."""

    status: int
    pointer: str
    code: str
    equals: str
    raises: str


class Acceptor(NamedTuple):
    """The state to assume when the value at `path` equals `equals`."""

    path: str
    equals: object
    state: str


class Waiter(NamedTuple):
    """Ask `operation` every `delay` seconds until an acceptor says success or failure."""

    operation: str
    delay: float
    max_attempts: int
    acceptors: tuple[Acceptor, ...]


class Operation(NamedTuple):
    """One row of the contract: everything that is known about a call before it is made."""

    id: str
    resource: str
    method: str
    verb: str
    path: str
    summary: str
    docs: str
    security: str | None
    risk: Risk
    retry: str
    provenance: str
    success: tuple[int, ...]
    path_params: tuple[str, ...] = ()
    query_params: tuple[str, ...] = ()
    body: str | None = None
    fixed_body: Mapping[str, object] | None = None
    budget: Budget | None = None
    pagination: Pagination | None = None
    error_in_success: ErrorInSuccess | None = None
    deprecated: bool = False
    secrets: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.id)
