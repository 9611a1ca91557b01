"""What is kept of a request and its answer: enough to explain, nothing that is a credential."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from .secret import Secret, scrub

if TYPE_CHECKING:
    from .decode import Decoder

T = TypeVar("T")
_CHARSET = r"(?i)charset=\"?([\w-]+)"
PRIVATE_HEADERS = frozenset({"location", "set-cookie"})  # presigned addresses, sessions
SAFE_HEADERS = frozenset({"content-type", "content-length", "date", "retry-after", "x-request-id"})


class RequestRecord(NamedTuple):
    """A request as errors show it: no query, headers or body."""

    operation: str
    verb: str
    path: str


class ResponseRecord(NamedTuple):
    """An answer as errors show it: its harmless headers and its size."""

    status: int
    headers: tuple[tuple[str, str], ...]
    size: int


class Answer(NamedTuple):
    """What a transport gives back. `stream` is the open response, where one was asked for.

    `gone` marks the NotFound of a repeated DELETE whose first attempt may have arrived: a success,
    of which nothing is known but that.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    stream: Any = None
    gone: bool = False

    def __repr__(self) -> str:
        return f"Answer(status={self.status})"

    def record(self, secrets: Sequence[Secret] = ()) -> ResponseRecord:
        kept = tuple(
            (name.lower(), scrub(value, secrets))
            for name, value in self.headers.items()
            if name.lower() in SAFE_HEADERS
        )
        return ResponseRecord(self.status, kept, len(self.content))

    def utf8(self) -> bytes:
        """The body in UTF-8, even if its content type names another charset and means it."""
        if self.content.isascii():
            return self.content
        found = re.search(_CHARSET, self.headers.get("content-type", ""))
        if found is None:
            return self.content
        for charset in ("utf-8", found[1]):
            try:
                return self.content.decode(charset).encode()
            except (LookupError, UnicodeError):
                continue
        return self.content

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()

    async def aclose(self) -> None:
        if self.stream is not None:
            await self.stream.aclose()


class RawResponse(Generic[T]):
    """An answer with its status, headers and body; `parse()` gives what the method would have.

    The names of headers are in lower case. Location and Set-Cookie are left out: they can hold
    credentials.
    """

    def __init__(self, answer: Answer, decoder: Decoder[T], operation: str, strict: bool) -> None:
        self.status: int = answer.status
        self.headers: Mapping[str, str] = {
            name.lower(): value
            for name, value in answer.headers.items()
            if name.lower() not in PRIVATE_HEADERS
        }
        self.content: bytes = answer.utf8()
        self._gone = answer.gone
        self._decoder, self._operation, self._strict = decoder, operation, strict

    def __repr__(self) -> str:
        return f"RawResponse(status={self.status}, size={len(self.content)})"

    def json(self) -> Any:
        """The body as plain JSON values.

        Raises:
            UnexpectedResponse: the body is not JSON.
        """
        from .decode import parse_json

        return parse_json(self.content, self._operation)

    def parse(self) -> T:
        """The body as the method's answer.

        Raises:
            UnexpectedResponse: the body does not fit, and the client is strict.
        """
        if self._gone:
            return self._decoder.blank()
        return self._decoder.decode(self.content, self._operation, strict=self._strict)
