"""What `stitch.health()` returns."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ..jobs.status import StreamFailure

State = Literal[
    "ok", "running", "failing", "paused", "system_paused", "needs_setup", "deleted", "never_ran"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is doing.

    Arguments:
        id, name, display_name, type: The source.
        state: See :mod:`stitch_connect.health.rules`.
        reason: Why, in one sentence that quotes nothing that comes from Stitch.
        message: What Stitch says of a failure, in its own words.
        step: The step of the configuration that is to be completed, while one is.
        since: Since when it is in this state, where that is known.
        last_extraction: When its last extraction ended.
        last_load: When a batch of it was last loaded.
        next_run: When the next job is due.
        failures: The streams whose load is in error.
    """

    id: int
    name: str
    display_name: str
    type: str
    state: State
    reason: str
    message: str | None = None
    step: str | None = None
    since: datetime | None = None
    last_extraction: datetime | None = None
    last_load: datetime | None = None
    next_run: datetime | None = None
    failures: tuple[StreamFailure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationHealth:
    """A destination, and whether anything can be loaded into it."""

    id: int
    name: str
    type: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """How an account is doing.

    Arguments:
        client_id: The account.
        at: When this was asked, by the client's clock.
        sources: Every source, ordered by id.
        destinations: Where the account loads into; nothing replicates without one.
        budget_left: Requests of the jobs budget that fit now; None where it is not known.
    """

    client_id: int
    at: datetime
    sources: tuple[SourceHealth, ...]
    destinations: tuple[DestinationHealth, ...]
    budget_left: int | None

    @property
    def counts(self) -> dict[str, int]:
        """How many sources are in each state that occurs."""
        return dict(Counter(source.state for source in self.sources))

    @property
    def failing(self) -> tuple[SourceHealth, ...]:
        """The sources that are failing."""
        return tuple(source for source in self.sources if source.state == "failing")
