"""Waiting for a state, by the acceptors of the contract."""

from __future__ import annotations

from typing import Any

from .errors import ConfigurationError, WaitFailed, WaitTimeout
from .operations import Waiter
from .pointers import at


def state(waiter: Waiter, answer: Any) -> str | None:
    """`success`, `failure`, or None to ask again."""
    for acceptor in waiter.acceptors:
        if at(answer, acceptor.path) == acceptor.equals:
            return acceptor.state
    return None


def settled(name: str, waiter: Waiter, model: Any) -> bool:
    """Whether the wait is over.

    Raises:
        WaitFailed: it is, in failure.
    """
    found = state(waiter, model.to_wire())
    if found == "failure":
        raise WaitFailed(f"{name}: ended in failure", last=model)
    return found == "success"


def pause(name: str, waiter: Waiter, attempt: int, left: float, last: Any) -> float:
    """Seconds until the next question.

    Raises:
        WaitTimeout: the deadline, or the number of attempts, is used up.
    """
    if left <= 0 or attempt >= waiter.max_attempts:
        raise WaitTimeout(f"{name}: not settled before the deadline", last=last)
    return min(waiter.delay, left)


def find(waiters: Any, name: str) -> Waiter:
    """The waiter of that name."""
    if name not in waiters:
        raise ConfigurationError(f"no waiter {name!r}; there is {', '.join(waiters)}")
    found: Waiter = waiters[name]
    return found
