"""From bytes to typed values: strictly first, and as far as they fit when they do not."""

from __future__ import annotations

import gc
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar, cast

from .errors import UnexpectedResponse
from .forgetting import forgetting
from .locks import Lock, in_forked_process
from .records import RequestRecord

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
LOG = logging.getLogger("stitch_connect")
MOST_WARNINGS = 10_000  # different ones in one process; more are not given
BLANKS: tuple[Any, ...] = (None, {}, [])
_warned: set[tuple[str, str]] = set()
_adapters: dict[Any, TypeAdapter[Any]] = {}
_building = Lock(threading.RLock)


class _Collector:
    """Pauses garbage collection while much is made of answers; the last one out restores it."""

    def __init__(self) -> None:
        self._lock, self._inside, self._was_on = Lock(), 0, False

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()

    def forget(self) -> None:
        """Whoever was inside is not in this process."""
        if self._inside and self._was_on:
            gc.enable()
        self._inside = 0


collection_paused = _Collector()
in_forked_process(collection_paused.forget)


def adapter(kind: Any) -> TypeAdapter[Any]:
    """The validator of a type, built once."""
    found = _adapters.get(kind)
    return found if found is not None else _built(kind)


def _built(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    with _building:  # models are built when first needed, which two threads must not do at once
        made: TypeAdapter[Any] = TypeAdapter(kind)
        made.rebuild(raise_errors=False)
        return _adapters.setdefault(kind, made)


class Decoder(Generic[T]):
    """Reads answers of one type."""

    __slots__ = ("kind",)

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    @forgetting
    def decode(self, content: bytes, operation: str, *, strict: bool = False) -> T:
        """The value of a body.

        Raises:
            UnexpectedResponse: the body is not JSON, nothing of it fits the type, or `strict` and
                not all of it does.
        """
        from pydantic import ValidationError

        if not content.strip():
            return self._empty(operation)
        with suppress(ValidationError), collection_paused:
            return cast(T, adapter(self.kind).validate_json(content, strict=True))
        raw = parse_json(content, operation)
        return self._refused(raw, operation) if strict else self._lenient(raw, operation)

    def blank(self) -> T:
        """The value that stands for an answer that was lost: nothing, or an object without values.

        It is given for a DELETE that was repeated and had been carried out the first time.
        """
        from .lenient import fit

        return cast(T, fit(self.kind, self._blank_that_fits({}), _ignore))

    def _refused(self, raw: Any, operation: str) -> NoReturn:
        from .lenient import fit

        found: list[str] = []
        fit(self.kind, raw, found.append)
        where = ", ".join(list(dict.fromkeys(found))[:5]) or "its root"
        raise unexpected(operation, f"the answer does not fit the contract at {where}")

    def _empty(self, operation: str) -> T:
        value = self._blank_that_fits([])
        if value == []:  # a list without elements is another answer than none
            raise unexpected(operation, "the answer has no body")
        return self.blank()

    def _blank_that_fits(self, otherwise: Any) -> Any:
        from .lenient import fits

        return next((value for value in BLANKS if fits(self.kind, value)), otherwise)

    def _lenient(self, raw: Any, operation: str) -> T:
        from .lenient import fit, hopeless

        if hopeless(self.kind, raw):
            raise unexpected(operation, "the answer is something else than the contract says")
        return cast(T, fit(self.kind, raw, lambda pointer: _warn(operation, pointer)))


def _ignore(pointer: str) -> None:
    """Nobody is told."""


@forgetting
def parse_json(content: bytes, operation: str) -> Any:
    """The JSON value of a body.

    Raises:
        UnexpectedResponse: it is not JSON, or cut off.
    """
    from pydantic_core import from_json

    with suppress(ValueError):
        return from_json(content, allow_inf_nan=False)
    raise unexpected(operation, "the answer is not JSON, or was cut off")


def unexpected(operation: str, message: str, status: int = 200) -> UnexpectedResponse:
    record = RequestRecord(operation, "", "")
    return UnexpectedResponse(message, status=status, request=record)


def _warn(operation: str, pointer: str) -> None:
    if (operation, pointer) in _warned or len(_warned) >= MOST_WARNINGS:
        return
    _warned.add((operation, pointer))
    LOG.warning(
        "%s: the answer does not fit the contract at %s; read as far as it does",
        operation,
        pointer or "its root",
    )
