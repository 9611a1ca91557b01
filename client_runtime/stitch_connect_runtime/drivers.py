"""The two loops that answer the steps of a call. Nothing else touches the network or time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from .errors import StitchError
from .steps import Ask, Close, Send, Sleep, Step, Steps

if TYPE_CHECKING:
    from .clock import Clock
    from .records import Answer

T = TypeVar("T")


class Transport(Protocol):
    def send(self, step: Send) -> Answer: ...


class AsyncTransport(Protocol):
    async def send(self, step: Send) -> Answer: ...

    async def ask(self, step: Ask) -> Any: ...


def drive(steps: Steps[T], transport: Transport, clock: Clock) -> T:
    """Run the steps to their end, in this thread."""
    answer: Any = None
    failure: StitchError | None = None
    try:
        while True:
            step = steps.send(answer) if failure is None else steps.throw(failure)
            answer = failure = None
            try:
                answer = _answer(step, transport, clock)
            except StitchError as error:
                failure = error
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


async def adrive(steps: Steps[T], transport: AsyncTransport, clock: Clock) -> T:
    """Run the steps to their end, in this task."""
    answer: Any = None
    failure: StitchError | None = None
    try:
        while True:
            step = steps.send(answer) if failure is None else steps.throw(failure)
            answer = failure = None
            try:
                answer = await _aanswer(step, transport, clock)
            except StitchError as error:
                failure = error
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


def _answer(step: Step, transport: Transport, clock: Clock) -> Any:
    match step:
        case Send():
            return transport.send(step)
        case Sleep(seconds):
            return clock.sleep(seconds)
        case Close(answer):
            return answer.close()
        case Ask(function):
            return function()


async def _aanswer(step: Step, transport: AsyncTransport, clock: Clock) -> Any:
    match step:
        case Send():
            return await transport.send(step)
        case Sleep(seconds):
            return await clock.asleep(seconds)
        case Close(answer):
            return await answer.aclose()
        case Ask():
            return await transport.ask(step)
