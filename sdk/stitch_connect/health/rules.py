"""What makes the state of a source. The first rule that applies counts."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .. import _sound
from ..jobs.handles import JobHandle
from ..jobs.outcome import Evidence, failures_of, judge
from ..jobs.status import JobStatus, StreamFailure
from ..lookup import waiting_step
from .report import SourceHealth, State

if TYPE_CHECKING:
    from stitch_connect_api.models import Extraction, Load, Source

_PLAIN = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class View:
    """What is known of one source."""

    source: "Source"
    extraction: "Extraction | None"
    loads: "Sequence[Load]"
    running: "JobHandle | None"

    @property
    def verdict(self) -> JobStatus | None:
        """How the last extraction ended."""
        if self.extraction is None:
            return None
        handle = JobHandle(self.source.stitch_client_id, self.source.id)
        return judge(Evidence(handle=handle, extraction=self.extraction, loads={}))

    @property
    def step(self) -> str | None:
        """The step that is to be completed; None once all are."""
        return waiting_step(self.source)

    @property
    def failures(self) -> tuple[StreamFailure, ...]:
        return failures_of(self.loads)

    @property
    def last_load(self) -> datetime | None:
        loaded = _sound.rows(self.loads, last_batch_loaded_at=datetime)
        return max((one.last_batch_loaded_at for one in loaded), default=None)  # type: ignore[type-var]

    @property
    def last_extraction(self) -> datetime | None:
        return self.extraction.completion_time if self.extraction else None


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes a state, why in words, and since when."""

    state: State
    applies: Callable[[View], object]
    reason: Callable[[View], str]
    since: Callable[[View], datetime | None] = lambda view: None


def _extraction_failed(view: View) -> bool:
    return view.verdict is not None and view.verdict.state == "extraction_failed"


def _terminated(view: View) -> bool:
    return view.verdict is not None and view.verdict.state == "terminated"


def _said(view: View) -> str:
    return view.verdict.sentence if view.verdict else ""


RULES: tuple[Rule, ...] = (
    Rule("deleted", lambda v: v.source.deleted_at, lambda v: "It was deleted.",
         lambda v: v.source.deleted_at),
    Rule("needs_setup", lambda v: v.step,
         lambda v: f"Its configuration waits for {_step(v.step)}.",
         lambda v: v.source.updated_at),
    Rule("running", lambda v: v.running, lambda v: "A replication job of it is running.",
         lambda v: v.running.started if v.running else None),
    Rule("system_paused", lambda v: v.source.system_paused_at, lambda v: "Stitch paused it.",
         lambda v: v.source.system_paused_at),
    Rule("paused", lambda v: v.source.paused_at, lambda v: "It was paused by a user.",
         lambda v: v.source.paused_at),
    Rule("failing", _extraction_failed, _said, lambda v: v.last_extraction),
    Rule("failing", lambda v: v.failures, lambda v: _streams(len(v.failures))),
    Rule("never_ran", lambda v: not v.extraction and not v.loads,
         lambda v: "No job of it has completed within 60 days.", lambda v: v.source.created_at),
    Rule("ok", _terminated, lambda v: "Its last job was stopped before it ended.",
         lambda v: v.last_extraction),
    Rule("ok", lambda v: v.extraction, lambda v: "Its last extraction succeeded.",
         lambda v: v.last_extraction),
    Rule("ok", lambda v: True, lambda v: "Rows that were pushed to it have been loaded.",
         lambda v: v.last_load),
)  # fmt: skip


def _step(name: str | None) -> str:
    """A step as the documentation has them; others stay out of the sentence."""
    return (
        f"the step {name}"
        if name and _PLAIN.fullmatch(name)
        else "a step that has no documented name"
    )


def _streams(number: int) -> str:
    return (
        f"{number} of its streams cannot be loaded." if number > 1 else "A stream cannot be loaded."
    )


def judge_source(view: View) -> SourceHealth:
    """Return how a source is doing."""
    rule = next(rule for rule in RULES if rule.applies(view))
    source, verdict = view.source, view.verdict
    return SourceHealth(
        id=source.id,
        name=source.name,
        display_name=source.display_name,
        type=source.type,
        state=rule.state,
        reason=rule.reason(view),
        message=verdict.message if verdict and rule.state == "failing" else None,
        step=view.step if rule.state == "needs_setup" else None,
        since=_sound.only(rule.since(view), datetime),
        last_extraction=view.last_extraction,
        last_load=view.last_load,
        next_run=_sound.only(getattr(source.schedule, "next_fire_time", None), datetime),
        failures=view.failures,
    )
