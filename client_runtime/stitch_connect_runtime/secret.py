"""A credential that shows itself only to who asks by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NoReturn, final, overload

HIDDEN: Final = "***"


@final
class Secret:
    """A text that neither repr, str, format nor pickle give away; `reveal()` does."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"a token is a text, not of type {type(value).__name__}")
        self._value = value

    @overload
    @classmethod
    def wrap(cls, value: None) -> None: ...

    @overload
    @classmethod
    def wrap(cls, value: str | Secret) -> Secret: ...

    @overload
    @classmethod
    def wrap(cls, value: str | Secret | None) -> Secret | None: ...

    @classmethod
    def wrap(cls, value: str | Secret | None) -> Secret | None:
        return value if value is None or isinstance(value, Secret) else cls(value)

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})"

    def __str__(self) -> str:
        return HIDDEN

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled, so that it is not kept where it can be read")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self


def scrub(text: str, secrets: Sequence[Secret]) -> str:
    """The text with every one of the secrets hidden, the longest first."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret.reveal(), HIDDEN)
    return text


def scrub_json(value: Any, secrets: Sequence[Secret]) -> Any:
    """JSON values with every one of the secrets hidden in every text, names included."""
    if isinstance(value, str):
        return scrub(value, secrets)
    if isinstance(value, list):
        return [scrub_json(one, secrets) for one in value]
    if isinstance(value, dict):
        return {scrub(name, secrets): scrub_json(one, secrets) for name, one in value.items()}
    return value
