"""What a call may ask of the world. A call is a generator of these; `drivers.py` answers them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from .request import PreparedRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; answered by an `Answer`, whose body is read unless it is a stream."""

    request: PreparedRequest
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let seconds pass on the client's clock."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """Give back the connection of an answer."""

    answer: Any


@dataclass(frozen=True, slots=True)
class Ask:
    """Call a function that may block, such as a shared budget's; an event loop uses a thread."""

    function: Callable[[], Any]


Step: TypeAlias = Send | Sleep | Close | Ask
Steps: TypeAlias = Generator[Step, Any, T]
