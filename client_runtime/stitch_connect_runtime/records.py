"""What is kept of a request and its answer: enough to explain, nothing that is a credential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from .decode import Decoder

T = TypeVar("T")
SAFE_HEADERS = frozenset({"content-type", "content-length", "date", "retry-after", "x-request-id"})


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request as errors show it: no query, headers or body."""

    operation: str
    verb: str
    path: str


@dataclass(frozen=True, slots=True)
class ResponseRecord:
    """An answer as errors show it: its harmless headers and its size."""

    status: int
    headers: tuple[tuple[str, str], ...]
    size: int


@dataclass(slots=True)
class Answer:
    """What a transport gives back. `stream` is the open response, where one was asked for."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""
    stream: Any = field(default=None, repr=False)

    def __repr__(self) -> str:
        return f"Answer(status={self.status})"

    def record(self) -> ResponseRecord:
        kept = tuple((k, v) for k, v in self.headers.items() if k in SAFE_HEADERS)
        return ResponseRecord(self.status, kept, len(self.content))

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()

    async def aclose(self) -> None:
        if self.stream is not None:
            await self.stream.aclose()


class RawResponse(Generic[T]):
    """An answer with its status, headers and body; `parse()` gives what the method would have."""

    def __init__(self, answer: Answer, decoder: Decoder[T], operation: str, strict: bool) -> None:
        self.status: int = answer.status
        self.headers: Mapping[str, str] = answer.headers
        self.content: bytes = answer.content
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
        return self._decoder.decode(self.content, self._operation, strict=self._strict)
