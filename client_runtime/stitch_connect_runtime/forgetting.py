"""Errors without the frames that they came through: the locals there hold what was sent or came.

Tools that report errors show locals. What a caller's own frames hold is for the caller to hide.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from .errors import StitchError

T = TypeVar("T")
P = ParamSpec("P")


def forgetting(function: Callable[P, T]) -> Callable[P, T]:
    """The function, whose errors and interruptions carry none of its frames."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001
            failure = _bare(error)
        del args, kwargs
        raise failure

    return called


def aforgetting(
    function: Callable[P, Coroutine[Any, Any, T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """The same for a coroutine function."""

    @wraps(function)
    async def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001
            failure = _bare(error)
        del args, kwargs
        raise failure

    return called


def _bare(error: BaseException) -> BaseException:
    """Without frames, unless it is a mistake of ours, which nobody could find without them."""
    if isinstance(error, StitchError) or not isinstance(error, Exception):
        return error.with_traceback(None)
    return error
