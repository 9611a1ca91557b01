"""How somebody is asked, and what an answer means: one way for each kind of client.

A way returns a verdict; or None where it reached no person, because the client cannot ask, answered
by itself, or waited too long. The gate then tries the next one.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import anyio
from mcp.shared.exceptions import MCPError
from mcp.types import (
    CallToolResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from ..results import Outcome
from ..target import NAME_CAP
from .modes import SWITCH
from .rows import Channel, Row

if TYPE_CHECKING:
    from ..calls import Call

FIELD = "name"
QUESTION = "confirm"
PATIENCE = 45.0  # seconds that a legacy question waits; its client gives up at 60
REFLEX = 1.0  # seconds under which a refusal was not a person's
NOT_DONE = "Nothing was sent to Stitch."
STALE = (
    "This confirmation is not for this call, was used, or is older than 10 minutes. "
    f"{NOT_DONE} Call again without it to ask anew."
)
_DECLINED = (
    f"The person declined. {NOT_DONE} If no person saw a question, this client answered by itself; "
    f"the operator of this server can set {SWITCH}=approve."
)
_WAITS = (
    "It waits for a person at a terminal, by the id {id}{place}, for 10 minutes after it was first "
    "asked for. Once approved, the same call carries it out."
)
_WRONG_NAME = f"What was typed is not what was asked for. {NOT_DONE}"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A person (or in token mode the model) said yes to this row."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No. `denies` ends the row; otherwise it stays open for a proper answer."""

    why: str
    denies: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """The call ends here, and comes back with an answer."""

    result: CallToolResult | InputRequiredResult


Verdict = Agreed | Refused | Asked


@dataclass(frozen=True, slots=True)
class Question:
    """One row, about to be asked about.

    Arguments:
        row: The confirmation.
        confirm: The token that the model brought, in token mode.
        place: A remark that names the state file where it is not the default one.
        elapsed: Seconds since the question was last put, at this moment.
    """

    row: Row
    confirm: str | None
    place: str
    elapsed: Callable[[], float]


Way = Callable[["Call", Question], Awaitable[Verdict | None]]


def form_of(call: "Call") -> str | None:
    """Return how this client shows a form: `returned`, `elicited`, or not at all."""
    capabilities = call.ctx.client_capabilities
    declared = capabilities.elicitation if capabilities else None
    if declared is None or (declared.form is None and declared.url is not None):
        return None
    if call.ctx.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return "returned"
    return "elicited" if call.ctx.session.can_send_request else None


async def _by_token(call: "Call", asked: Question) -> Verdict:
    """The model gets a single-use token with the preview, and brings it back."""
    row = asked.row
    if asked.confirm is None:
        what = (
            f"{row.wording} {NOT_DONE} To carry it out, repeat the call with confirm=approval_id."
        )
        return Asked(Outcome(status="preview", what=what, approval_id=row.id).result())
    return Agreed() if asked.confirm == row.id else Refused(STALE, denies=False)


async def _returned(call: "Call", asked: Question) -> Verdict | None:
    row = asked.row
    if call.ctx.request_state is None:
        question = ElicitRequest(params=_form(row))
        return Asked(InputRequiredResult(input_requests={QUESTION: question}, request_state=row.id))
    if call.ctx.request_state != row.id:
        return Refused(STALE, denies=False)
    return _judge((call.ctx.input_responses or {}).get(QUESTION), asked)


async def _elicited(call: "Call", asked: Question) -> Verdict | None:
    form = _form(asked.row)
    with anyio.move_on_after(PATIENCE), suppress(MCPError):  # an error of the client: no person's
        try:
            answer = await call.ctx.session.elicit_form(
                form.message, form.requested_schema, related_request_id=call.ctx.request_id
            )
        except ValidationError:
            return Refused(_WRONG_NAME)
        return _judge(answer, asked)
    return None


_FORMS: Mapping[str, Way] = {"returned": _returned, "elicited": _elicited}


async def _by_form(call: "Call", asked: Question) -> Verdict | None:
    """The client shows a person a form."""
    shown = form_of(call)
    return await _FORMS[shown](call, asked) if shown else None


async def _by_terminal(call: "Call", asked: Question) -> Verdict:
    """A person approves it outside of the assistant, and the call is repeated."""
    row = asked.row
    what = f"{row.wording} {NOT_DONE} {_WAITS.format(id=row.id, place=asked.place)}"
    return Asked(Outcome(status="needs_approval", what=what, approval_id=row.id).result())


WAYS: Mapping[Channel, Way] = {
    Channel.FORM: _by_form,
    Channel.TERMINAL: _by_terminal,
    Channel.TOKEN: _by_token,
}


def _form(row: Row) -> ElicitRequestFormParams:
    field = {
        "type": "string",
        "title": f"Type {row.typed} to confirm",
        "minLength": 1,
        "maxLength": NAME_CAP,
    }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {FIELD: field},
        "required": [FIELD],
    }
    return ElicitRequestFormParams(message=row.wording, requested_schema=schema)


def _judge(answer: object, asked: Question) -> Verdict | None:
    if not isinstance(answer, ElicitResult) or answer.action != "accept":
        return None if asked.elapsed() < REFLEX else Refused(_DECLINED)
    typed = (answer.content or {}).get(FIELD)
    return Agreed() if typed == asked.row.typed else Refused(_WRONG_NAME)
