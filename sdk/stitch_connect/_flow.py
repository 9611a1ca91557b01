"""Flows: what takes several calls, written once for the sync and the async client.

A flow is a generator. It yields what a call returned, which is the answer itself from the sync
client and an awaitable from the async one, or one of the steps below; it is sent the answer. The
two drivers at the end are all that knows the difference.
"""

import inspect
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from stitch_connect_runtime.steps import Sleep

if TYPE_CHECKING:
    from stitch_connect_runtime.clock import Clock

T = TypeVar("T")
Flow = Generator[Any, Any, T]

__all__ = ["Flow", "Many", "Rows", "Sleep", "adrive", "drive"]


class Rows(NamedTuple):
    """The rows of a pager; or the lines of a log, which `take` gets until it has had enough."""

    source: Any
    take: Callable[[Any], bool] | None = None


class Many(NamedTuple):
    """One call for each of some items; what is kept of the answers comes in the order of the items.

    The async client makes some calls at a time, and no more of them once one has failed.
    """

    items: Sequence[Any]
    call: Callable[[Any], Any]
    keep: Callable[[Any, Any], Any]
    at_a_time: int


def drive(flow: Flow[T], clock: "Clock | None" = None) -> T:
    """Run a flow to its end, in this thread; `clock` is needed by one that sleeps."""
    answer: Any = None
    failed: Exception | None = None
    try:
        while True:
            step = flow.throw(failed) if failed else flow.send(answer)
            answer, failed = None, None
            try:
                answer = _answer(step, clock)
            except Exception as error:  # noqa: BLE001  # the flow may know what to do with it
                failed = error
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()


async def adrive(flow: Flow[T], clock: "Clock | None" = None) -> T:
    """Run a flow to its end, in this task; `clock` is needed by one that sleeps."""
    answer: Any = None
    failed: Exception | None = None
    try:
        while True:
            step = flow.throw(failed) if failed else flow.send(answer)
            answer, failed = None, None
            try:
                answer = await _aanswer(step, clock)
            except Exception as error:  # noqa: BLE001  # the flow may know what to do with it
                failed = error
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        flow.close()


def _answer(step: Any, clock: "Clock | None") -> Any:
    if isinstance(step, Rows):
        return _rows(step)
    if isinstance(step, Many):
        return [step.keep(item, step.call(item)) for item in step.items]
    if isinstance(step, Sleep) and clock:
        return clock.sleep(step.seconds)
    return step


async def _aanswer(step: Any, clock: "Clock | None") -> Any:
    if isinstance(step, Rows):
        return await _arows(step)
    if isinstance(step, Many):
        return await _amany(step)
    if isinstance(step, Sleep) and clock:
        return await clock.asleep(step.seconds)
    return await step if inspect.isawaitable(step) else step


def _rows(wanted: Rows) -> list[Any]:
    if wanted.take is None:
        return list(wanted.source)
    for row in wanted.source:
        if wanted.take(row):
            wanted.source.close()
            break
    return []


async def _arows(wanted: Rows) -> list[Any]:
    if wanted.take is None:
        return [row async for row in wanted.source]
    async for row in wanted.source:
        if wanted.take(row):
            await wanted.source.aclose()
            break
    return []


async def _amany(wanted: Many) -> list[Any]:
    import anyio

    kept: dict[int, Any] = {}
    failures: list[Exception] = []
    waiting = iter(enumerate(wanted.items))

    async def work() -> None:
        for number, item in waiting:
            try:
                kept[number] = wanted.keep(item, await wanted.call(item))
            except Exception as error:  # noqa: BLE001  # raised below, without a group around it
                failures.append(error)
                group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(min(wanted.at_a_time, len(wanted.items))):
            group.start_soon(work)
    if failures:
        raise failures[0]
    return [kept[number] for number in range(len(wanted.items))]
