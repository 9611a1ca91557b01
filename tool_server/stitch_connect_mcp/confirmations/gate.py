"""The gate: the only way to a call that somebody may have to confirm.

1. The target is read and put into words; its state is fingerprinted (the revision).
2. One row per confirmation, bound to tool, arguments, account, caller and revision. While it lives,
   a repeat of the call is answered from it.
3. Somebody is asked in the ways that the mode allows, in their order; see `modes` and `questions`.
   Where nobody can be asked in the call itself, the row waits for `stitch-connect-mcp approve`.
4. The target is read again; another revision is refused.
5. The row is claimed by one conditional update, and only who claimed it acts, shielded from
   cancellation and holding the permit that the client's `before_send` hook demands.

Whatever else happens, nothing is sent. Nothing is carried out because time has passed.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from mcp.types import CallToolResult, InputRequiredResult

from ..audit.record import UNREADABLE, Audit, NoJournal
from ..results import Outcome, refusal
from ..target import Target, digest
from .modes import SWITCH
from .permit import permit
from .questions import NOT_DONE, STALE, WAYS, Agreed, Asked, Question, Refused, Verdict
from .rows import OPEN, Channel, Draft, Row, State, TooManyPending
from .store import Store

if TYPE_CHECKING:
    from ..calls import Call
    from ..registry import ToolSpec

Result = CallToolResult | InputRequiredResult
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call of a gated tool, on its way through the gate."""

    call: "Call"
    spec: "ToolSpec"
    arguments: Mapping[str, Any]
    target: Target
    confirm: str | None = None

    @property
    def answering(self) -> bool:
        """Whether the call brings an answer to a question."""
        return self.confirm is not None or self.call.ctx.request_state is not None

    def draft(self, caller: str) -> Draft:
        """What a confirmation of this call is about."""
        target = self.target
        home = self.call.settings.home
        given = dict(self.arguments)
        if "source" in given:  # by whichever of its names, it is the same call
            given["source"] = target.id
        key = digest([self.spec.name, given, home, target.account, caller])
        return Draft(
            key=key,
            revision=target.revision,
            caller=caller,
            tool=self.spec.name,
            wording=target.wording,
            typed=target.typed,
        )


class Gate:
    """Asks, remembers and acts at most once.

    Arguments:
        store: Keeps the confirmations.
        channels: The ways of asking, in the order in which they are tried.
        now: Seconds since the epoch. Real time: a person answers in it, whatever clock the
            sandbox runs on.
        place: A remark that names the state file where it is not the default one.
        audit: Notes each act before it is carried out; what cannot be noted is not done.
    """

    def __init__(
        self,
        store: Store,
        channels: Sequence[Channel],
        now: Callable[[], float] = time.time,
        place: str = "",
        audit: Audit | None = None,
    ) -> None:
        self._store, self._channels = store, channels
        self._now, self._place = now, place
        self._audit = audit or Audit(NoJournal())

    async def run(
        self,
        call: "Call",
        spec: "ToolSpec",
        arguments: Mapping[str, Any],
        dry_run: bool,
        confirm: str | None,
    ) -> Result:
        """Take one gated call through the gate, or as far as it gets."""
        target = await spec.read_target(call, **arguments)
        attempt = Attempt(call=call, spec=spec, arguments=arguments, target=target, confirm=confirm)
        if dry_run:
            return Outcome(status="preview", what=f"{target.wording} {NOT_DONE}").result()
        if not target.needs_gate:
            return _refuse(target.blocked) if target.blocked else await self._plain(attempt)
        draft = attempt.draft(call.caller)
        row = self._store.live(draft.key, self._now())
        if row is not None and row.state not in OPEN:
            return self._told(row, attempt.answering)
        if row is None or row.revision == draft.revision:
            return await self._continue(attempt, draft, row)
        self._store.move(row.id, row.state, State.EXPIRED, self._now())
        if attempt.answering or row.state is State.APPROVED:
            return _refuse(_CHANGED)
        return await self._continue(attempt, draft, None)

    async def _continue(self, attempt: Attempt, draft: Draft, row: Row | None) -> Result:
        """Take on a call that has no row yet, or one that is open and about this state."""
        if row is None and attempt.answering:
            return _refuse(STALE)
        if attempt.target.blocked:
            return _refuse(attempt.target.blocked)
        if row is not None and row.state is State.APPROVED and not attempt.answering:
            return await self._act(attempt, row)
        return await self._ask(attempt, draft, row)

    async def _plain(self, attempt: Attempt) -> Result:
        """Carry out what its arguments do not make risky."""
        return (await self._permitted(attempt, attempt.target)).result()

    # Asking --------------------------------------------------------------------------------------

    async def _ask(self, attempt: Attempt, draft: Draft, row: Row | None) -> Result:
        if not self._channels:
            return _refuse(f"{draft.wording} {NOT_DONE} {_NOT_HERE}")
        try:
            row = row or self._store.open(draft, self._channels[0], self._now())
        except TooManyPending:
            return _refuse(_TOO_MANY)
        match await self._verdict(attempt, row):
            case Asked(result):
                return result
            case Refused(why, denies):
                if not denies:
                    return _refuse(why)
                self._store.move(row.id, row.state, State.DENIED, self._now(), why)
                return _refuse(_ENDED[State.DENIED].format(note=why))
            case Agreed():
                self._store.move(row.id, State.PENDING, State.APPROVED, self._now())
        return await self._act(attempt, row)

    async def _verdict(self, attempt: Attempt, row: Row) -> Verdict:
        """Ask in each way there is, from the one that the row has come to, until one reaches."""
        for channel in self._left(row):
            asked_at = row.asked_at
            if channel is not row.channel or not attempt.answering:
                asked_at = self._now()
                self._store.ask(row.id, channel, asked_at)
            question = Question(row, attempt.confirm, self._place, partial(self._since, asked_at))
            verdict = await WAYS[channel](attempt.call, question)
            if verdict is not None:
                return verdict
        return Refused(f"{row.wording} {NOT_DONE} {_NOBODY}", denies=False)

    def _left(self, row: Row) -> Sequence[Channel]:
        """The ways that are left to ask about a row; all, where another mode has opened it."""
        known = row.channel in self._channels
        return self._channels[self._channels.index(row.channel) :] if known else self._channels

    def _since(self, moment: float) -> float:
        return self._now() - moment

    # Acting --------------------------------------------------------------------------------------

    async def _act(self, attempt: Attempt, row: Row) -> Result:
        target = await attempt.spec.read_target(attempt.call, **attempt.arguments)
        if target.revision != row.revision:
            self._store.move(row.id, State.APPROVED, State.EXPIRED, self._now())
            return _refuse(_CHANGED)
        try:
            await to_thread.run_sync(self._audit.intends, row, target.id, target.account)
        except UNREADABLE as error:
            return _refuse(f"{_UNNOTED} {NOT_DONE} ({type(error).__name__}: {error})")
        if not self._store.move(row.id, State.APPROVED, State.CLAIMED, self._now()):
            left = self._store.live(row.key, self._now())
            return self._told(left, answering=True) if left else _refuse(STALE)
        with anyio.CancelScope(shield=True):
            result = await self._acted(attempt, target, row)
        return result  # noqa: RET504  (the scope may end the block)

    async def _acted(self, attempt: Attempt, target: Target, row: Row) -> Result:
        try:
            outcome = await self._permitted(attempt, target)
        except BaseException as error:
            from ..errors import explain

            why = explain(error, attempt.call.words) or "It is not known why."
            await self._end(row, State.FAILED, why)
            raise
        await self._end(row, State.DONE, outcome.what)
        return outcome.result()

    async def _permitted(self, attempt: Attempt, target: Target) -> Outcome:
        operation = target.operation or attempt.spec.operation.id
        with permit(operation, target.id, target.requests):
            return await attempt.spec.act(attempt.call, target)

    async def _end(self, row: Row, state: State, note: str) -> None:
        """Keep how an act has ended; where that cannot be kept, a repeat is told to look first."""
        try:
            self._store.move(row.id, State.CLAIMED, state, self._now(), note)
        except sqlite3.Error as error:
            logger.warning("the end of confirmation %s was not kept: %s", row.id, error)
        await to_thread.run_sync(self._audit.ended, row, str(state))

    def _told(self, row: Row, answering: bool) -> Result:
        """What has become of a row that is past asking."""
        if row.state is State.DONE and not answering:
            return Outcome(status="done", what=f"{row.note} Done before; not done again.").result()
        if row.is_lost(self._now()):
            return refusal(Outcome(status="unknown", what=_LOST))
        return _refuse(_ENDED[row.state].format(note=row.note))


def _refuse(why: str) -> CallToolResult:
    return refusal(Outcome(status="refused", what=why))


_CHANGED = f"The target changed after the question was asked. {NOT_DONE} Call again to ask anew."
_UNNOTED = (
    "The audit journal cannot be written, and without it nothing that needs a confirmation is "
    "done; the operator runs `stitch-connect-mcp audit verify`."
)
_TOO_MANY = (
    f"Five confirmations are waiting for an answer, which is the most. {NOT_DONE} "
    "Call again when one has been answered, or is 10 minutes old."
)
_NOT_HERE = f"The operator of this server allows nothing that needs a confirmation ({SWITCH}=deny)."
_NOBODY = (
    "This needs a person's answer and this client cannot ask for one. Use a client that supports "
    f"elicitation, or the operator of this server sets {SWITCH}=approve."
)
_LOST = (
    "This call was confirmed and begun over 2 minutes ago, and its end was never noted. "
    "It may have been carried out: look at the target before anything else."
)
_ENDED = {
    State.CLAIMED: "This call is being carried out; look at the target before anything else.",
    State.DONE: "This confirmation was used: {note} Nothing was done again.",
    State.FAILED: "This call was confirmed and failed: {note} Look at the target before anything "
    "else. It can be asked anew 10 minutes after the question.",
    State.DENIED: "{note} That answer stands for 10 minutes after the question; then a call asks "
    "anew.",
}
