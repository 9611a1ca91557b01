"""The value of an argument that was not given: it is not sent, whereas `None` is sent as null."""

from __future__ import annotations

from typing import Final, final


@final
class Unset:
    """The type of `UNSET`, of which there is one; it survives copying and pickling as itself."""

    __slots__ = ()
    _only: Unset | None = None

    def __new__(cls) -> Unset:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
