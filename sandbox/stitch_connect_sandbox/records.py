"""What the sandbox remembers. Every record is frozen: a change is a new record put back.

Fields hold plain JSON values only, so that a record is a row of the database as it stands.
Moments are seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = Any
MANUAL, SCHEDULE = "manual", "schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    id: int
    company: str
    email: str
    region: str
    plan: str
    tokens: list[str]
    settings: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    id: int
    client_id: int
    type: str
    name: str
    description: str | None
    properties: dict[str, Json]
    secrets: dict[str, Json]
    step: str
    created_at: float
    updated_at: float
    ignore_unmapped_sources: bool = False
    check_name: str | None = None
    announce_check: bool = False
    deleted_at: float | None = None
    paused_at: float | None = None
    system_paused_at: float | None = None
    nature: str = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    id: int
    client_id: int
    type: str
    name: str
    display_name: str
    properties: dict[str, Json]
    secrets: dict[str, Json]
    step: str
    created_at: float
    updated_at: float
    destination_id: int | None = None
    check_name: str | None = None
    deleted_at: float | None = None
    paused_at: float | None = None
    system_paused_at: float | None = None
    last_job: str | None = None
    """The last job that has ended, as long as it is shown."""
    nature: str = "success"
    fired_at: float | None = None
    """The last slot of its schedule, also one that was skipped."""

    @property
    def rests(self) -> bool:
        """Whether it is paused or deleted, since whenever: 1970 began at zero."""
        since = (self.paused_at, self.system_paused_at, self.deleted_at)
        return since != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    id: int
    source_id: int
    tap_stream_id: str
    name: str
    metadata: dict[str, Json]
    fields: dict[str, dict[str, Json]]
    """Field name to `{"schema": …, "metadata": …}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    id: str
    client_id: int
    kind: str
    """`source` or `destination`."""
    connection_id: int
    status: str
    outcome: str
    started_at: float
    due: float
    refusal: str | None = None
    message: str | None = None
    completed_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    client_id: int
    source_id: int
    tap: str
    phase: str
    outcome: str
    started_at: float
    due: float
    duration: float
    trigger: str = MANUAL
    refusal: str | None = None
    """Why its tap cannot do what was selected."""
    sent: list[str] = field(default_factory=list)
    """Names of the streams that have rows for the target, failing ones last."""
    silent: list[str] = field(default_factory=list)
    """Names of the selected streams that have none."""
    failing: list[str] = field(default_factory=list)
    load_delays: dict[str, float] = field(default_factory=dict)
    """Seconds from the job's end to a stream's load, where it is not the usual delay."""
    log: bool = True
    ended: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, int | None] = field(default_factory=dict)
    descriptions: dict[str, str | None] = field(default_factory=dict)
    completed_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one stream on their way into the destination."""

    id: str
    client_id: int
    source_id: int
    stream_name: str
    rows: int
    state: str
    outcome: str
    due: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    id: str
    client_id: int
    source_id: int
    source_name: str
    stream_name: str
    attempted_at: float
    loaded_at: float | None
    rows: int
    error_state: dict[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    id: int
    client_id: int
    email_address: str
    created_at: float
    disabled_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    id: int
    client_id: int
    destination_id: int
    config: dict[str, Json]
    created_at: float
    modified_at: float
    disabled_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A hook that was told of a load, or was to be."""

    id: str
    client_id: int
    hook_id: int
    url: str
    at: float
    status: str
    """`queued`, `delivered`, `failed`, or `withheld` from an address elsewhere."""
    payload: dict[str, Json]
    attempts: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportToken:
    id: int
    client_id: int
    source_id: int
    value: str
    created_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthCode:
    id: str
    client_id: int
    expires_at: float | None
    """None for the code that every sandbox begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """A scripted outcome, used up by the next job (or check) of its source.

    Streams go by their name or their tap_stream_id.
    """

    id: int
    source_id: int
    outcome: str = "success"
    of: str = "job"
    duration: float | None = None
    silent: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    load_delay: float | dict[str, float] | None = None
    """Seconds from the job's end to the loads; by stream, or one for all."""
    log: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    id: str
    value: float
