"""A request, ready to be sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .operations import Operation
from .pointers import every
from .records import RequestRecord
from .secret import Secret

FORM = "application/x-www-form-urlencoded"
_PRIVATE_NAME = r"(?i)pass|secret|token|credential|key"
_SHORTEST = 4  # characters; what is shorter is not hidden, since it is found everywhere


class PreparedRequest(NamedTuple):
    """Everything a transport needs. Its repr shows neither credential, query nor body."""

    operation: Operation
    verb: str
    path: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    credential: Secret | None = None
    scope: str | None = None  # whose budget the request counts against

    def __repr__(self) -> str:
        return f"PreparedRequest({self.verb} {self.path})"

    @property
    def record(self) -> RequestRecord:
        return RequestRecord(self.operation.id, self.verb, self.path)

    def secrets(self) -> tuple[Secret, ...]:
        """What an error that quotes the request must not show."""
        given = () if self.credential is None else (self.credential,)
        return (*given, *(Secret(one) for one in self._texts() if len(one) >= _SHORTEST))

    def _texts(self) -> Iterator[str]:
        if not self.operation.secrets or not self.content:
            return
        text = self.content.decode()
        body = dict(parse_qsl(text)) if self.operation.body == FORM else json.loads(text)
        for pointer in self.operation.secrets:
            for value in every(body, pointer):
                yield from _confidential(value)


def _confidential(value: Any) -> Iterator[str]:
    """A secret text, or what an object of settings holds under a name that sounds like one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if isinstance(one, str) and re.search(_PRIVATE_NAME, name):
                yield one
