"""A request from the inside out: sent once, within the budget, retried, understood.

Each ring is a generator of steps around the next one and adds one concern.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from .budget import BudgetStore
from .clock import Clock
from .errors import APIError, BudgetExhausted, NotFound, TransportError, UnexpectedResponse
from .operations import Budget
from .records import Answer
from .request import PreparedRequest
from .retry import RetryPolicy, pause_before_retry
from .steps import Ask, Close, Send, Sleep, Steps


class Surroundings(NamedTuple):
    """What a call needs to know besides the request."""

    clock: Clock
    budget: BudgetStore
    budget_key: str
    budget_wait: float | None
    policy: RetryPolicy
    random: Callable[[], float]
    before_send: Callable[[PreparedRequest], None]

    def __repr__(self) -> str:
        return "Surroundings()"


def understood(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """A successful answer; anything else is raised as the error that it is."""
    around.before_send(request)
    attempt = partial(within_budget, request, around)
    answer, may_have_arrived = yield from retrying(request.operation.retry, attempt, around)
    error = error_among(answer, request, around.clock.now())
    if error is None:
        return answer
    yield Close(answer)
    if isinstance(error, NotFound) and request.verb == "DELETE" and may_have_arrived:
        return answer._replace(content=b"", gone=True)
    raise error


def error_among(answer: Answer, request: PreparedRequest, now: float) -> APIError | None:
    """The error that an answer is, or holds; None for a success."""
    operation, status = request.operation, answer.status
    if status in operation.success or 200 <= status < 300:
        if operation.error_in_success is None:
            return None
        from .answers import error_in_success

        return error_in_success(operation, answer, request.record, request.secrets())
    if 300 <= status < 400:
        return UnexpectedResponse(
            "the answer is a redirect, which is not followed",
            status=status,
            request=request.record,
            response=answer.record(),
        )
    from .answers import error_of

    return error_of(operation, answer, request.record, request.secrets(), now)


def retrying(
    kind: str, attempt: Callable[[], Steps[Answer]], around: Surroundings
) -> Steps[tuple[Answer, bool]]:
    """The last answer, and whether an earlier attempt may have arrived."""
    made, arrived = 0, False
    while True:
        made += 1
        outcome: Answer | TransportError
        try:
            outcome = yield from attempt()
        except TransportError as error:
            outcome = error
        pause = pause_before_retry(
            kind, outcome, made, around.policy, now=around.clock.now(), random=around.random
        )
        if isinstance(outcome, Answer):
            if pause is None:
                return outcome, arrived
            arrived = True
            yield Close(outcome)
        else:
            if pause is None:
                raise outcome
            arrived = arrived or outcome.may_have_arrived
        yield Sleep(pause)


def within_budget(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """Every attempt counts; a request that does not fit waits or is not made."""
    budget = request.operation.budget
    if budget is None or request.scope is None:
        return (yield from send_once(request))
    key = key_of(around.budget_key, budget, request.scope)
    patience = around.budget_wait or 0.0
    while True:
        now = around.clock.now()
        take = partial(around.budget.take, key, budget.requests, budget.period, now)
        fits_at = (yield Ask(take)) if around.budget.blocks else take()
        if not fits_at:
            return (yield from send_once(request))
        wait = max(fits_at - now, 0.001)
        if wait > patience:
            raise BudgetExhausted(budget.name, next_fits_at=fits_at, wait=wait)
        patience -= wait
        yield Sleep(wait)


def key_of(address: str, budget: Budget, scope: object) -> str:
    """What requests are counted under."""
    return f"{address}|{budget.name}|{scope}"


def send_once(request: PreparedRequest, *, stream: bool = False) -> Steps[Answer]:
    """One request, one answer."""
    answer: Answer = yield Send(request, stream)
    return answer
