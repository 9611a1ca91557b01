"""One call, carried out: the client, the gate, and the one place that explains errors."""

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from time import perf_counter
from typing import Any

import anyio
from anyio import to_thread
from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult

from .audit.record import Audit
from .calls import Call
from .clients import Clients, identity, introduced
from .completions import NOTHING, Asked, Found, complete
from .confirmations.gate import Gate
from .homes import Homes
from .registry import ToolSpec
from .results import Answer, Missing, failure
from .text import Words

logger = logging.getLogger(__name__)


def local_user() -> str:
    """Who calls over standard input: the user whose process this is."""
    return f"uid:{os.getuid()}"


class Runner:
    """Carries out the calls of one server, explains their errors, and notes them.

    Arguments:
        homes: The accounts.
        gate: The way to what needs a confirmation.
        caller: Says who calls.
        audit: Notes the calls.
        clients: Notes what calls; nothing is noted unless given.
    """

    def __init__(
        self,
        homes: Homes,
        gate: Gate,
        caller: Callable[[], str],
        audit: Audit,
        clients: Clients | None = None,
    ) -> None:
        self._homes, self._gate = homes, gate
        self._caller, self._audit, self._clients = caller, audit, clients

    async def __call__(self, spec: ToolSpec, ctx: Context[Any, Any], given: dict[str, Any]) -> Any:
        """Carry out a call; an error that was foreseen becomes a sentence."""
        names, begun, result = spec.said(given), perf_counter(), None
        words = self.words()
        await self._see(ctx)
        try:
            result = await self._explained(spec, ctx, given, words)
            return result
        finally:
            with anyio.CancelScope(shield=True):
                await self._note(spec, names, result, perf_counter() - begun)

    async def refused(
        self, spec: ToolSpec, arguments: Mapping[str, Any], why: str
    ) -> CallToolResult:
        """Answer a call that may not be made, or was put wrongly."""
        result = failure(why)
        known = [one.name for one in spec.parameters]
        await self._note(spec, [name for name in arguments if name in known], result, 0.0)
        return result

    async def _explained(
        self, spec: ToolSpec, ctx: Context[Any, Any], given: dict[str, Any], words: Words
    ) -> Any:
        try:
            return await self._run(self._call(words, ctx), spec, given)
        except MCPError:  # is the protocol's own
            raise
        except Exception as error:
            from .errors import explain, is_missing, unforeseen  # and with it all of the client's

            sentence = explain(error, words)
            if sentence is None:
                logger.exception("%s failed", spec.name)
                sentence = unforeseen(spec.operation)
            return failure(sentence, Missing if is_missing(error) else CallToolResult)
        finally:
            if spec.operation.risk.level != "read":
                self._homes.current().recent.outdate()

    async def _note(
        self, spec: ToolSpec, names: Iterable[str], result: object, seconds: float
    ) -> None:
        noted = partial(
            self._audit.called,
            who=self._caller(),
            tool=spec.name,
            arguments=names,
            result=result,
            seconds=seconds,
        )
        await to_thread.run_sync(noted)

    async def _see(self, ctx: Context[Any, Any]) -> None:
        """Note a client at its first call."""
        if self._clients is not None and self._clients.is_new(identity(ctx)):
            await to_thread.run_sync(self._clients.note, introduced(ctx))

    async def complete(self, ctx: Context[Any, Any], asked: Asked) -> Found:
        """Return how an argument may go on; nothing where that cannot be found out."""
        words = self.words()
        try:
            return await complete(self._call(words, ctx), asked)
        except Exception as error:
            from .errors import explain

            if explain(error, words) is None:
                logger.exception("a completion failed")
            return NOTHING

    def words(self) -> Words:
        """Return what makes the texts of one result safe."""
        return Words(known=self._homes.current().settings.secrets)

    def _call(self, words: Words, ctx: Context[Any, Any]) -> Call:
        home = self._homes.current()
        return Call(
            home.stitch,
            ctx,
            words,
            home.settings,
            caller=self._caller(),
            recent=home.recent,
        )

    async def _run(self, call: Call, spec: ToolSpec, given: dict[str, Any]) -> Any:
        if spec.target is None:
            answer: Answer = await spec.body(call, **given)
            return answer.result()
        dry_run, confirm = given.pop("dry_run", False), given.pop("confirm", None)
        return await self._gate.run(call, spec, given, dry_run, confirm)

    @asynccontextmanager
    async def lifespan(self, server: MCPServer[Any]) -> AsyncIterator[None]:
        """Close the connections to Stitch when the server ends."""
        try:
            yield
        finally:
            await self._homes.close()
