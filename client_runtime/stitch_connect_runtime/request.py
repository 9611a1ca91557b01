"""A request, ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .operations import Operation
from .records import RequestRecord


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """Everything a transport needs. Its repr shows neither headers, query nor body."""

    operation: Operation = field(repr=False)
    verb: str
    path: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    scope: str | None = None  # whose budget the request counts against

    @property
    def record(self) -> RequestRecord:
        return RequestRecord(self.operation.id, self.verb, self.path)
