"""What an answer holds that is as documented.

The client keeps what is not as it came, and logs it: a row may be of any type, and so may a field.
Judgements are made on the rest, so that one odd value does not cost the whole answer.
"""

from collections.abc import Iterable
from typing import TypeGuard, TypeVar

T = TypeVar("T")


def is_a(value: object, kind: type[T]) -> TypeGuard[T]:
    """Whether a value is of a type; True and False are no numbers."""
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)


def only(value: object, kind: type[T]) -> T | None:
    """Return a value of the type, and None instead of any other."""
    return value if is_a(value, kind) else None


def rows(listed: Iterable[T], **fields: type) -> list[T]:
    """Return the rows whose fields are of these types, which is what rows are told apart by."""
    return [
        row
        for row in listed
        if all(is_a(getattr(row, name, None), kind) for name, kind in fields.items())
    ]
