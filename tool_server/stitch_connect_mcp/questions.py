"""How somebody is asked, and what an answer means: one channel for each kind of client."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp.types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from .results import Outcome, render
from .settings import SWITCH
from .store import Row
from .target import NAME_CAP, Target

if TYPE_CHECKING:
    from .calls import Call

FIELD = "name"
QUESTION = "confirm"
NOT_DONE = "Nothing was sent to Stitch."
STALE = (
    "This confirmation is not for this call, was used, or is older than 10 minutes. "
    f"{NOT_DONE} Call again without it to ask anew."
)
_DECLINED = (
    "The person declined. {not_done} If no person saw a question, this client answered by itself; "
    "the operator of this server can set {switch}=token."
)
_WRONG_NAME = f"What was typed is not the name asked for. {NOT_DONE}"
_NOBODY = (
    "{wording} {not_done} This needs a person's answer and this client cannot ask for one. "
    "Use a client that supports elicitation, or the operator of this server sets {switch}=token."
)


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
    return Agreed() if confirm == row.id else Refused(STALE, denies=False)


async def _by_return(call: "Call", row: Row, target: Target, confirm: str | None) -> Verdict:
    if call.ctx.request_state is None:
        question = ElicitRequest(params=_form(target))
        return Asked(InputRequiredResult(input_requests={QUESTION: question}, request_state=row.id))
    if call.ctx.request_state != row.id:
        return Refused(STALE, denies=False)
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


async def ask(call: "Call", row: Row, target: Target, confirm: str | None, mode: str) -> Verdict:
    """Ask about a target by the channel that this client has."""
    return await _CHANNELS[channel(call, mode)](call, row, target, confirm)


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
