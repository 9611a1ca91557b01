"""Tools that ask the client: by a request of their own before 2026, by what they return since.

What is asked is data. A tool that returns its questions asks only what the client has declared,
carries how far it is in the state that the protocol's library seals, and asks again for what was
not answered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
)
from stitch_connect.operations import OPERATIONS
from stitch_connect_mcp.calls import Call
from stitch_connect_mcp.registry import ToolSpec

from .fixtures import READING, TOOLSET, Shown, fixture, said

Request = CreateMessageRequest | ElicitRequest | ListRootsRequest
Round = Mapping[str, Request]
CAPABILITY = {
    "elicitation/create": "elicitation",
    "sampling/createMessage": "sampling",
    "roots/list": "roots",
}


def form(message: str, **properties: Any) -> ElicitRequest:
    """A form whose fields are all required."""
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def sample(text: str) -> CreateMessageRequest:
    """A question to the client's model."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    return CreateMessageRequest(
        params=CreateMessageRequestParams(messages=[message], max_tokens=100)
    )


TEXT = {"type": "string"}
NAME = form("What is your name?", name=TEXT)
CAPITAL = sample("What is the capital of France?")
ROOTS = ListRootsRequest()

ROUNDS: Mapping[str, list[Round]] = {
    "test_input_required_result_elicitation": [{"user_name": NAME}],
    "test_input_required_result_sampling": [{"capital_question": CAPITAL}],
    "test_input_required_result_list_roots": [{"client_roots": ROOTS}],
    "test_input_required_result_request_state": [
        {"confirm": form("Please confirm", ok={"type": "boolean"})}
    ],
    "test_input_required_result_tampered_state": [
        {"confirm": form("Please confirm", ok={"type": "boolean"})}
    ],
    "test_input_required_result_multiple_inputs": [
        {"user_name": NAME, "greeting": sample("Generate a greeting"), "client_roots": ROOTS}
    ],
    "test_input_required_result_multi_round": [
        {"step1": form("Step 1: What is your name?", name=TEXT)},
        {"step2": form("Step 2: What is your favorite color?", color=TEXT)},
    ],
    "test_input_required_result_capabilities": [{"user_name": NAME, "capital_question": CAPITAL}],
    "test_missing_capability": [{"capital_question": CAPITAL}],
    "test_streaming_elicitation": [{"user_name": NAME}],
}
PROMPT = "test_input_required_result_prompt"
PROMPT_ROUNDS: list[Round] = [
    {"user_context": form("What context should the prompt use?", context=TEXT)}
]


def next_round(ctx: Context[Any, Any], rounds: list[Round]) -> InputRequiredResult | str:
    """What is asked next, or everything that was answered last."""
    done, answers = int(ctx.request_state or 0), ctx.input_responses or {}
    wanted = _declared(ctx, rounds[done])
    if wanted.keys() <= answers.keys():
        done += 1
        if done == len(rounds):
            given = {key: answers[key].model_dump(mode="json") for key in wanted}
            return f"{'state-ok ' if ctx.request_state else ''}{json.dumps(given)}"
        wanted = _declared(ctx, rounds[done])
    return InputRequiredResult(input_requests=dict(wanted), request_state=str(done))


def _declared(ctx: Context[Any, Any], asked: Round) -> Round:
    """What of a round the client can answer."""
    known = ctx.client_capabilities
    can = {
        key: one for key, one in asked.items() if getattr(known, CAPABILITY[one.method]) is not None
    }
    if not can:
        missing: dict[str, Any] = {CAPABILITY[one.method]: {} for one in asked.values()}
        raise MCPError(
            MISSING_REQUIRED_CLIENT_CAPABILITY,
            f"the client does not declare {', '.join(missing)}",
            {"requiredCapabilities": missing},
        )
    return can


def returning(name: str, rounds: list[Round]) -> ToolSpec:
    """A tool that returns its questions."""

    async def body(call: Call) -> Shown:
        found = next_round(call.ctx, rounds)
        return said(found) if isinstance(found, str) else Shown(shown=found)

    return ToolSpec(name, "Returns a question.", OPERATIONS[READING], TOOLSET, body)


# Before 2026 -------------------------------------------------------------------------------------

CHOICES = ("option1", "option2", "option3")
TITLED = [{"const": one, "title": one.title()} for one in CHOICES]
FORMS: Mapping[str, ElicitRequest] = {
    "test_elicitation_sep1034_defaults": form(
        "Who are you?",
        name={"type": "string", "default": "John Doe"},
        age={"type": "integer", "default": 30},
        score={"type": "number", "default": 95.5},
        status={
            "type": "string",
            "enum": ["active", "inactive", "pending"],
            "default": "active",
        },
        verified={"type": "boolean", "default": True},
    ),
    "test_elicitation_sep1330_enums": form(
        "What do you choose?",
        untitledSingle={"type": "string", "enum": list(CHOICES)},
        titledSingle={"type": "string", "oneOf": TITLED},
        legacyEnum={
            "type": "string",
            "enum": list(CHOICES),
            "enumNames": [one.title() for one in CHOICES],
        },
        untitledMulti={"type": "array", "items": {"type": "string", "enum": list(CHOICES)}},
        titledMulti={"type": "array", "items": {"anyOf": TITLED}},
    ),
}


async def _elicited(call: Call, asked: ElicitRequest) -> Shown:
    assert isinstance(asked.params, ElicitRequestFormParams)
    found = await call.ctx.session.elicit_form(
        asked.params.message, asked.params.requested_schema, related_request_id=call.ctx.request_id
    )
    return said(f"User response: action={found.action}, content={json.dumps(found.content)}")


def eliciting(name: str, asked: ElicitRequest) -> ToolSpec:
    """A tool that asks by a request of its own."""

    async def body(call: Call) -> Shown:
        return await _elicited(call, asked)

    return ToolSpec(name, "Asks a question.", OPERATIONS[READING], TOOLSET, body)


@fixture
async def test_elicitation(call: Call, message: str) -> Shown:
    """Asks what it is told to ask."""
    return await _elicited(call, form(message, username=TEXT, email=TEXT))


TOOLS: tuple[ToolSpec, ...] = (
    *(returning(name, rounds) for name, rounds in ROUNDS.items()),
    *(eliciting(name, asked) for name, asked in FORMS.items()),
    test_elicitation,
)
