"""Should a request be sent again, and after how long? Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .errors import TransportError
from .records import Answer

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})


class RetryPolicy(NamedTuple):
    """How often and how patiently. Times in seconds."""

    max_retries: int
    base: float = 0.5
    cap: float = 8.0
    retry_after_cap: float = 60.0


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds a server asks for: a number or an HTTP date."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        return max(0.0, date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


def pause_before_retry(
    kind: str,
    outcome: Answer | TransportError,
    attempt: int,
    policy: RetryPolicy,
    *,
    now: float,
    random: Callable[[], float],
) -> float | None:
    """Seconds to wait before the next attempt, or None when there is none.

    Args:
        kind: the operation's `x-retry`: `safe` may be sent again whatever happened, `connect-only`
            only if the connection was never made, `never` not at all.
        outcome: what the attempt came to.
        attempt: how many attempts were made.
        random: a number from 0 to 1, for the jitter.
    """
    if attempt > policy.max_retries or not _repeatable(kind, outcome):
        return None
    backoff = random() * min(policy.cap, policy.base * 2.0 ** (attempt - 1))
    asked = retry_after(outcome.headers, now) if isinstance(outcome, Answer) else None
    if asked is None:
        return backoff
    return None if asked > policy.retry_after_cap else max(asked, backoff)


def _repeatable(kind: str, outcome: Answer | TransportError) -> bool:
    if isinstance(outcome, TransportError):
        return kind == "safe" or (kind == "connect-only" and not outcome.may_have_arrived)
    return kind == "safe" and outcome.status in RETRIED_STATUSES
