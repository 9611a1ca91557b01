"""A build of our server for the conformance suite, by our factory and behind our front.

What our server does not do, because nothing of ours needs it, is added: levels of logging,
subscriptions, a prompt that asks, streams that can be taken up again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context
from mcp.server.streamable_http import EventCallback, EventId, EventMessage, EventStore, StreamId
from mcp.server.subscriptions import InMemorySubscriptionBus
from mcp.types import (
    EmptyResult,
    GetPromptRequestParams,
    GetPromptResult,
    InputRequiredResult,
    JSONRPCMessage,
    PromptMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    UnsubscribeRequestParams,
)
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.surface import Surface
from stitch_connect_mcp.web.plan import Plan
from stitch_connect_sandbox.server import Address

from tests.tools.web import Web, serving

from . import asking, fixtures
from .offered import OFFERED

Asked = ServerRequestContext[Any]


class Events(EventStore):
    """What was sent on every stream, in the order in which it was sent."""

    def __init__(self) -> None:
        self._sent: list[tuple[StreamId, JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: StreamId, message: JSONRPCMessage | None) -> EventId:
        self._sent.append((stream_id, message))
        return str(len(self._sent) - 1)

    async def replay_events_after(
        self, last_event_id: EventId, send_callback: EventCallback
    ) -> StreamId | None:
        last = int(last_event_id)
        stream, _ = self._sent[last]
        for number, (one, message) in enumerate(self._sent[last + 1 :], last + 1):
            if one == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


def fixture_server(*given: Any, **options: Any) -> StitchServer:
    """Return our server with the fixtures; takes what :func:`build_server` takes."""
    server = build_server(*given, subscriptions=InMemorySubscriptionBus(), **options)
    below = server._lowlevel_server
    for method, params in (
        ("logging/setLevel", SetLevelRequestParams),
        ("resources/subscribe", SubscribeRequestParams),
        ("resources/unsubscribe", UnsubscribeRequestParams),
    ):
        below.add_request_handler(method, params, _accept)
    below.add_request_handler("prompts/get", GetPromptRequestParams, _Prompts(server).get)
    published = server._tool_manager.get_tool("json_schema_2020_12_tool")
    assert published is not None
    published.parameters = dict(fixtures.SCHEMA)
    return server


async def _accept(request: Asked, params: Any) -> EmptyResult:
    return EmptyResult()


class _Prompts:
    """The prompts of a server, one of which asks before it is shown."""

    def __init__(self, server: StitchServer) -> None:
        self._server = server

    async def get(
        self, request: Asked, params: GetPromptRequestParams
    ) -> GetPromptResult | InputRequiredResult:
        if params.name != asking.PROMPT:
            return await self._server._handle_get_prompt(request, params)
        ctx = Context[Any, Any](
            request_context=request, mcp_server=self._server, input_params=params
        )
        found = asking.next_round(ctx, asking.PROMPT_ROUNDS)
        if not isinstance(found, str):
            return found
        content = TextContent(type="text", text=found)
        return GetPromptResult(messages=[PromptMessage(role="user", content=content)])


@contextmanager
def fixtures_served(folder: Path, address: Address, surface: Surface = OFFERED) -> Iterator[Web]:
    """Serve the build on a loopback port, to callers without a token: the suite cannot send one."""
    plan = Plan(host="127.0.0.1", port=0, is_open=True)
    settings = Settings(where="sandbox", confirm="deny")
    streams = {"event_store": Events(), "retry_interval": 100}
    tokens: dict[str | None, str] = {None: address.token}
    build = partial(fixture_server, surface=surface)
    with serving(plan, folder, address, settings, tokens, build, **streams) as web:
        yield web
