"""From bytes to typed values: strictly first, and as far as they fit when they do not."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .errors import UnexpectedResponse
from .records import RequestRecord

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
LOG = logging.getLogger("stitch_connect")
_warned: set[tuple[str, str]] = set()


class _Collector:
    """Pauses garbage collection while large answers are decoded; the last one out restores it."""

    def __init__(self) -> None:
        self._lock, self._inside, self._was_on = threading.Lock(), 0, False

    @contextmanager
    def paused(self) -> Iterator[None]:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside and self._was_on:
                    gc.enable()


_collector = _Collector()


@lru_cache(maxsize=512)
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The validator of a type, built once."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


class Decoder(Generic[T]):
    """Reads answers of one type."""

    __slots__ = ("kind",)

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    def decode(self, content: bytes, operation: str, *, strict: bool = False) -> T:
        """The value of a body.

        Raises:
            UnexpectedResponse: the body is not JSON, or `strict` and it does not fit the type.
        """
        from pydantic import ValidationError

        try:
            with _collector.paused():
                return cast(T, adapter(self.kind).validate_json(content, strict=True))
        except ValidationError as error:
            pointers = _pointers(error)
        if strict:
            raise unexpected(operation, _explain(content, operation, pointers))
        return self._lenient(parse_json(content, operation), operation)

    def blank(self) -> T:
        """The value that stands for an answer that was lost."""
        from .lenient import fit

        return cast(T, fit(self.kind, {}, lambda pointer: None))

    def _lenient(self, raw: Any, operation: str) -> T:
        from .lenient import fit

        return cast(T, fit(self.kind, raw, lambda pointer: _warn(operation, pointer)))


def parse_json(content: bytes, operation: str) -> Any:
    """The JSON value of a body.

    Raises:
        UnexpectedResponse: it is not JSON, or cut off.
    """
    from pydantic_core import from_json

    try:
        return from_json(content, allow_inf_nan=False)
    except ValueError:
        raise unexpected(operation, "the answer is not JSON, or was cut off") from None


def unexpected(operation: str, message: str, status: int = 200) -> UnexpectedResponse:
    record = RequestRecord(operation, "", "")
    return UnexpectedResponse(message, status=status, request=record)


def _explain(content: bytes, operation: str, pointers: list[str]) -> str:
    parse_json(content, operation)
    return "the answer does not fit the contract at " + ", ".join(pointers[:5])


def _pointers(error: Any) -> list[str]:
    found = (
        "/" + "/".join("*" if isinstance(part, int) else str(part) for part in one["loc"])
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    )
    return list(dict.fromkeys(found))


def _warn(operation: str, pointer: str) -> None:
    if (operation, pointer) not in _warned:
        _warned.add((operation, pointer))
        LOG.warning(
            "%s: the answer does not fit the contract at %s; kept as it came", operation, pointer
        )
