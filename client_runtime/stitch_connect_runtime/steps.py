"""What a call may ask of the world. A call is a generator of these; `drivers.py` answers them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .request import PreparedRequest

T = TypeVar("T")


class Send(NamedTuple):
    """Send a request; answered by an `Answer`, whose body is read unless it is a stream."""

    request: PreparedRequest
    stream: bool = False


class Sleep(NamedTuple):
    """Let seconds pass on the client's clock."""

    seconds: float


class Close(NamedTuple):
    """Give back the connection of an answer."""

    answer: Any


class Ask(NamedTuple):
    """Call a function that may block, such as a shared budget's; an event loop uses a thread."""

    function: Callable[[], Any]


Step: TypeAlias = Send | Sleep | Close | Ask
Steps: TypeAlias = Generator[Step, Any, T]
