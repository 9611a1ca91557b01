"""The gate: the only way to a destructive call.

1. The target is read and put into words; its state is fingerprinted (the revision).
2. One row per confirmation, bound to tool, arguments, account, caller and revision. While it lives,
   a repeat of the call is answered from it.
3. A person is asked: through the question that a modern client gets as a result, through
   elicitation from a legacy one. A client that can do neither gets the preview and a refusal that
   names the switch. In token mode the model gets a single-use token: that proves that a preview
   ran, not that a person agreed.
4. The target is read again; another revision is refused.
5. The row is claimed by one conditional update, and only who claimed it acts, shielded from
   cancellation and holding the permit that the client's `before_send` hook demands.

Whatever else happens, nothing is sent.
"""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
from mcp.types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from .permit import permit
from .results import Outcome, refusal, render
from .settings import SWITCH
from .store import Row, State, Store

if TYPE_CHECKING:
    from .calls import Call
    from .registry import ToolSpec

NAME_CAP = 40
FIELD = "name"
QUESTION = "confirm"
NOT_DONE = "Nothing was sent to Stitch."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a gated call will touch, as read a moment ago.

    Arguments:
        id: The id in Stitch.
        name: The name a person types to confirm.
        account: The account it belongs to.
        wording: The question, our words first; what Stitch or the model worded comes last, quoted.
        facts: What the question rests on; a change of any of these refuses the act.
        blocked: Why the act makes no sense, so that nobody is asked.
    """

    id: int
    name: str
    account: int
    wording: str
    facts: Mapping[str, Any]
    blocked: str | None = None

    @property
    def revision(self) -> str:
        """The fingerprint of the state that was shown."""
        return _digest([self.id, self.wording, self.facts])

    @property
    def typed(self) -> str:
        """What the person types: the name, or the id where a name cannot be typed exactly."""
        plain = self.name.isascii() and self.name.isprintable() and self.name.strip() == self.name
        return self.name if self.name and plain and len(self.name) <= NAME_CAP else str(self.id)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A person (or in token mode the model) said yes to this row."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No yes. `denies` ends the row; otherwise it stays open for a proper answer."""

    why: str
    denies: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """The call ends here, and comes back with an answer."""

    result: CallToolResult | InputRequiredResult


Verdict = Agreed | Refused | Asked


class Gate:
    """Asks, remembers and acts at most once.

    Arguments:
        store: Keeps the confirmations.
        mode: `auto` or `token`, see :class:`~stitch_connect_mcp.settings.Settings`.
        now: Seconds since the epoch. Real time: a person answers in it, whatever clock the
            sandbox runs on.
        caller: Who calls; a confirmation of one caller is nothing to another.
    """

    def __init__(
        self,
        store: Store,
        mode: str = "auto",
        now: Callable[[], float] = time.time,
        caller: str = "local",
    ) -> None:
        self._store = store
        self._mode = mode
        self._now = now
        self._caller = caller

    async def run(
        self,
        call: "Call",
        spec: "ToolSpec",
        arguments: dict[str, Any],
        dry_run: bool,
        confirm: str | None,
    ) -> CallToolResult | InputRequiredResult:
        """Take one gated call through the gate, or as far as it gets."""
        target = await spec.read_target(call, **arguments)
        if dry_run:
            return render(Outcome(status="preview", what=f"{target.wording} {NOT_DONE}"))
        answering = confirm is not None or call.ctx.request_state is not None
        key = _digest([spec.name, arguments, target.account, self._caller])
        row = self._store.live(key, self._now())
        if row is not None and row.state is not State.PENDING:
            return self._told(row, answering)
        if row is not None and row.revision != target.revision:
            self._store.move(row.id, State.PENDING, State.EXPIRED, self._now())
            if answering:
                return self._refuse(_CHANGED)
            row = None
        if row is None and answering:
            return self._refuse(_STALE)
        if target.blocked:
            return self._refuse(target.blocked)
        row = row or self._store.open(key, target.revision, self._now())
        verdict = await self._ask(call, row, target, confirm)
        if isinstance(verdict, Asked):
            return verdict.result
        if isinstance(verdict, Refused):
            return self._deny(row, verdict)
        return await self._act(call, spec, arguments, row)

    async def _ask(self, call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
        return await _CHANNELS[channel(call, self._mode)](call, row, target, confirm)

    def _deny(self, row: Row, verdict: Refused) -> CallToolResult:
        if verdict.denies:
            self._store.move(row.id, State.PENDING, State.DENIED, self._now(), verdict.why)
        return self._refuse(verdict.why)

    async def _act(
        self, call: "Call", spec: "ToolSpec", arguments: dict[str, Any], row: Row
    ) -> CallToolResult:
        target = await spec.read_target(call, **arguments)
        if target.revision != row.revision:
            self._store.move(row.id, State.PENDING, State.EXPIRED, self._now())
            return self._refuse(_CHANGED)
        if not self._store.move(row.id, State.PENDING, State.CLAIMED, self._now()):
            left = self._store.live(row.key, self._now())
            return self._told(left, answering=True) if left else self._refuse(_STALE)
        with anyio.CancelScope(shield=True), permit(spec.operation.id, target.id):
            result = await self._acted(call, spec, target, row)
        return result  # noqa: RET504  (the scope may end the block)

    async def _acted(
        self, call: "Call", spec: "ToolSpec", target: Target, row: Row
    ) -> CallToolResult:
        try:
            outcome = await spec.act(call, target)
        except BaseException:
            self._store.move(row.id, State.CLAIMED, State.FAILED, self._now())
            raise
        self._store.move(row.id, State.CLAIMED, State.DONE, self._now(), outcome.what)
        return render(outcome)

    def _told(self, row: Row, answering: bool) -> CallToolResult:
        if row.state is State.DONE and not answering:
            return render(Outcome(status="done", what=f"{row.note} Done before; not done again."))
        return self._refuse(_ENDED[row.state].format(note=row.note))

    def _refuse(self, why: str) -> CallToolResult:
        return refusal(Outcome(status="refused", what=why))


_CHANGED = f"The target changed after the question was asked. {NOT_DONE} Call again to ask anew."
_STALE = (
    "This confirmation is not for this call, was used, or is older than 10 minutes. "
    f"{NOT_DONE} Call again without it to ask anew."
)
_ENDED = {
    State.CLAIMED: "This call is being carried out; look at the target before anything else.",
    State.DONE: "This confirmation was used: {note} Nothing was done again.",
    State.FAILED: "This call was confirmed and failed; look at the target before anything else. "
    "It can be asked anew 10 minutes after the question.",
    State.DENIED: "{note} That answer stands for 10 minutes after the question.",
}
_DECLINED = (
    "The person declined. {not_done} If no person saw a question, this client answered by itself; "
    "the operator of this server can set {switch}=token."
)
_WRONG_NAME = f"What was typed is not the name asked for. {NOT_DONE}"
_NOBODY = (
    "{wording} {not_done} This needs a person's answer and this client cannot ask for one. "
    "Use a client that supports elicitation, or the operator of this server sets {switch}=token."
)


def channel(call: "Call", mode: str) -> str:
    """Return how a person is reached: `token`, `returned`, `elicited` or `nobody`."""
    if mode == "token":
        return "token"
    capabilities = call.ctx.client_capabilities
    declared = capabilities.elicitation if capabilities else None
    if declared is None or (declared.form is None and declared.url is not None):
        return "nobody"
    if call.ctx.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return "returned"
    return "elicited" if call.ctx.session.can_send_request else "nobody"


async def _by_token(call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
    if confirm is None:
        what = f"{target.wording} {NOT_DONE} To carry it out, repeat the call with this token."
        return Asked(render(Outcome(status="preview", what=what, confirm=row.id)))
    return Agreed() if confirm == row.id else Refused(_STALE, denies=False)


async def _by_return(call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
    if call.ctx.request_state is None:
        question = ElicitRequest(params=_form(target))
        return Asked(InputRequiredResult(input_requests={QUESTION: question}, request_state=row.id))
    if call.ctx.request_state != row.id:
        return Refused(_STALE, denies=False)
    return _judge((call.ctx.input_responses or {}).get(QUESTION), target)


async def _by_elicitation(call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
    form = _form(target)
    answer = await call.ctx.session.elicit_form(
        form.message, form.requested_schema, related_request_id=call.ctx.request_id
    )
    return _judge(answer, target)


async def _by_nobody(call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
    why = _NOBODY.format(wording=target.wording, not_done=NOT_DONE, switch=SWITCH)
    return Refused(why, denies=False)


_CHANNELS: dict[str, Callable[["Call", Row, Target, str | None], Awaitable[Verdict]]] = {
    "token": _by_token,
    "returned": _by_return,
    "elicited": _by_elicitation,
    "nobody": _by_nobody,
}


def _form(target: Target) -> ElicitRequestFormParams:
    field = {
        "type": "string",
        "title": f"Type {target.typed} to confirm",
        "minLength": 1,
        "maxLength": NAME_CAP,
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {FIELD: field},
        "required": [FIELD],
    }
    return ElicitRequestFormParams(message=target.wording, requested_schema=schema)


def _judge(answer: object, target: Target) -> Verdict:
    action = answer.action if isinstance(answer, ElicitResult) else "cancel"
    if action != "accept":
        return Refused(_DECLINED.format(not_done=NOT_DONE, switch=SWITCH))
    typed = (answer.content or {}).get(FIELD) if isinstance(answer, ElicitResult) else None
    return Agreed() if typed == target.typed else Refused(_WRONG_NAME)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
