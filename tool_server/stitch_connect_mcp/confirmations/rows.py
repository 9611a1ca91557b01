"""Confirmations, and the one rule that makes them safe: each step is one conditional update.

    pending ──> approved ──> claimed ──> done | failed
       └───────────┴──> denied | expired

A row belongs to one call (its key: tool, arguments, account, caller) and to one state of the
target (its revision). It lives ten minutes, whatever happens to it; while it lives, a repeat of
the call finds it instead of asking again.
"""

from dataclasses import dataclass
from enum import StrEnum

LIFETIME = 600.0  # seconds from the question
PENDING_CAP = 5  # questions that one caller may have open
UNKNOWN_AFTER = 120.0  # seconds after which a claim without an end is not known to go on


class State(StrEnum):
    """Where a confirmation stands."""

    PENDING = "pending"
    APPROVED = "approved"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    DENIED = "denied"
    EXPIRED = "expired"


MOVES: dict[State, tuple[State, ...]] = {
    State.PENDING: (State.APPROVED, State.DENIED, State.EXPIRED),
    State.APPROVED: (State.CLAIMED, State.DENIED, State.EXPIRED),
    State.CLAIMED: (State.DONE, State.FAILED),
}
OPEN = (State.PENDING, State.APPROVED)  # what the end of the ten minutes expires


class Channel(StrEnum):
    """How the answer of a row is got."""

    FORM = "form"
    TERMINAL = "terminal"
    TOKEN = "token"  # noqa: S105  (a channel's name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a confirmation is about, before there is one."""

    key: str
    revision: str
    caller: str
    tool: str
    wording: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Draft):
    """One confirmation."""

    id: str
    state: State
    channel: Channel
    asked_at: float  # seconds since 1970: when the question was last put
    moved_at: float  # when the state was entered
    expires_at: float
    note: str

    def is_lost(self, now: float) -> bool:
        """Whether its act was begun and, by now, nobody knows how it ended."""
        return self.state is State.CLAIMED and self.moved_at + UNKNOWN_AFTER < now


class TooManyPending(Exception):
    """A caller has as many questions open as one may have."""
