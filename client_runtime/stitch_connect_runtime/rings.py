"""A request from the inside out: sent once, within the budget, retried, understood.

Each ring is a generator of steps around the next one and adds one concern.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .answers import error_in_success, error_of
from .budget import BudgetStore
from .clock import Clock
from .errors import APIError, BudgetExhausted, NotFound, TransportError, UnexpectedResponse
from .records import Answer
from .request import PreparedRequest
from .retry import RetryPolicy, pause_before_retry
from .steps import Ask, Close, Send, Sleep, Steps


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a call needs to know besides the request."""

    clock: Clock
    budget: BudgetStore
    budget_key: str
    budget_wait: float | None
    policy: RetryPolicy
    random: Callable[[], float]
    before_send: Callable[[PreparedRequest], None]
    secrets: tuple[str, ...] = ()


class Gone(Exception):
    """A DELETE was answered NotFound after an attempt that may have arrived."""


def understood(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """A successful answer, or the error that it is.

    Raises:
        Gone: a repeated DELETE found nothing more to delete.
    """
    answer, may_have_arrived = yield from retrying(request, around)
    operation = request.operation
    if answer.status in operation.success or (not operation.success and answer.status < 300):
        found = error_in_success(operation, answer, request.record)
        if found is None:
            return answer
        raise found
    yield Close(answer)
    error = error_of(operation, answer, request.record, around.secrets, around.clock.now())
    if isinstance(error, NotFound) and request.verb == "DELETE" and may_have_arrived:
        raise Gone
    raise _redirected(error) if 300 <= answer.status < 400 else error


def _redirected(error: APIError) -> APIError:
    return UnexpectedResponse(
        "the answer is a redirect, which is not followed",
        status=error.status,
        request=error.request,
    )


def retrying(request: PreparedRequest, around: Surroundings) -> Steps[tuple[Answer, bool]]:
    """The last answer, and whether an earlier attempt may have arrived."""
    around.before_send(request)
    attempt, arrived = 0, False
    while True:
        attempt += 1
        outcome: Answer | TransportError
        try:
            outcome = yield from within_budget(request, around)
        except TransportError as error:
            outcome = error
        pause = pause_before_retry(
            request.operation.retry,
            outcome,
            attempt,
            around.policy,
            now=around.clock.now(),
            random=around.random,
        )
        if pause is None:
            if isinstance(outcome, TransportError):
                raise outcome
            return outcome, arrived
        arrived = arrived or isinstance(outcome, Answer) or outcome.may_have_arrived
        if isinstance(outcome, Answer):
            yield Close(outcome)
        yield Sleep(pause)


def within_budget(request: PreparedRequest, around: Surroundings) -> Steps[Answer]:
    """Every attempt counts; a request that does not fit waits or is not made."""
    budget = request.operation.budget
    if budget is None or request.scope is None:
        return (yield from send_once(request))
    key = f"{around.budget_key}|{budget.name}|{request.scope}"
    patience = around.budget_wait or 0.0
    while True:
        now = around.clock.now()
        fits_at = yield Ask(partial(around.budget.take, key, budget.requests, budget.period, now))
        if not fits_at:
            return (yield from send_once(request))
        wait = max(fits_at - now, 0.001)
        if wait > patience:
            raise BudgetExhausted(budget.name, next_fits_at=fits_at, wait=wait)
        patience -= wait
        yield Sleep(wait)


def send_once(request: PreparedRequest) -> Steps[Answer]:
    """One request, one answer."""
    answer: Answer = yield Send(request)
    return answer
