"""A person, an assistant and a server over one account, for the table of the gate.

The executions are counted at the sandbox. What is due follows from how somebody can be asked in a
mode, by a client; the scenario says the rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx
from mcp import Client, MCPError
from mcp.types import ElicitResult, InputRequiredResult
from stitch_connect import AsyncStitch
from stitch_connect_mcp import state_file
from stitch_connect_mcp.confirmations.gate import Gate
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.rows import State
from stitch_connect_mcp.confirmations.seal import sealing_key
from stitch_connect_mcp.confirmations.store import SqliteStore
from stitch_connect_mcp.database import Database
from stitch_connect_mcp.server import StitchServer, build_server
from stitch_connect_mcp.settings import Settings

SOURCE, NAME, OTHER = 120643, "heroku", 120644
ERAS = ("auto", "legacy")
CAPABILITIES = ("form", "none")


def way(mode: str, capability: str) -> str:
    """How somebody can be asked: `form`, `terminal`, `token`, or not at all."""
    if mode in ("auto", "form") and capability == "form":
        return "form"
    return {"auto": "terminal", "approve": "terminal", "token": "token"}.get(mode, "none")


@dataclass
class Person:
    """Who answers what the client shows, after some seconds."""

    action: str = "accept"
    typed: str = NAME
    after: float = 5.0
    hangs: bool = False
    before: Callable[[], None] | None = None


@dataclass
class Desk:
    """One case of the table."""

    address: Any
    folder: Path
    mode: str
    era: str
    capability: str
    now: float = 1_000_000.0
    person: Person = field(default_factory=Person)
    caller: str = "uid:1"
    token: str = ""
    elsewhere: int = 0

    @property
    def way(self) -> str:
        return way(self.mode, self.capability)

    @property
    def executions(self) -> int:
        found = httpx.get(f"{self.address.url}/_sandbox/requests").json()["operations"]
        return int(found.get("sources.delete", 0)) - self.elsewhere

    def database(self) -> Database:
        return state_file.database(state_file.Place(self.folder, False))

    def store(self) -> SqliteStore:
        return SqliteStore(self.database())

    def server(self) -> StitchServer:
        """A server process: its own connection to the shared file."""
        database = self.database()
        gate = Gate(SqliteStore(database), MODES[self.mode], now=lambda: self.now)
        settings = Settings(confirm=self.mode, where="sandbox")
        token, caller = self.token or self.address.token, self.caller
        return build_server(
            settings,
            lambda: AsyncStitch(token, base_url=self.address.url),
            gate=gate,
            seal=sealing_key(database),
            caller=lambda: caller,
        )

    @asynccontextmanager
    async def client(self, server: StitchServer | None = None) -> AsyncIterator[Client]:
        async def answer(context: Any, question: Any) -> ElicitResult:
            return await self._answered()

        callback: Any = answer if self.capability == "form" else None
        mode: Any = self.era
        opened = Client(server or self.server(), mode=mode, elicitation_callback=callback)
        async with opened as client:
            yield client

    async def _answered(self) -> ElicitResult:
        if self.person.hangs:
            await anyio.sleep_forever()
        if self.person.before is not None:
            self.person.before()
        self.now += self.person.after
        content: Any = {"name": self.person.typed} if self.person.action == "accept" else None
        return ElicitResult(action=self.person.action, content=content)  # type: ignore[arg-type]

    async def call(
        self, client: Client, source: int | str = SOURCE, confirm: str | None = None
    ) -> Any:
        given: dict[str, Any] = {"source": source, **({"confirm": confirm} if confirm else {})}
        return await client.call_tool("delete_source", given)

    async def whole(self, server: StitchServer | None = None, source: int | str = SOURCE) -> Any:
        """Ask and answer in the way that there is, to the end; return the last result."""
        async with self.client(server) as client:
            result = await self.call(client, source)
            told = result.structured_content or {}
            if told.get("status") == "needs_approval":
                if self.terminal(told["approval_id"]):
                    result = await self.call(client, source)
            elif told.get("status") == "preview":
                token = told["approval_id"] if self.person.typed == NAME else "aaaaaaaaaa"
                if self.person.action == "accept":
                    result = await self.call(client, source, token)
        return result

    def terminal(self, row_id: str) -> bool:
        """Answer at the terminal, as `approve` and `deny` move the row."""
        if self.person.hangs:
            return False
        if self.person.before is not None:
            self.person.before()
        store, row = self.store(), self.store().find(row_id, self.now)
        assert row is not None
        accepts = self.person.action == "accept"
        if accepts and self.person.typed != row.typed:
            return False
        return store.move(
            row_id, State.PENDING, State.APPROVED if accepts else State.DENIED, self.now
        )

    async def asked(self, client: Client) -> str:
        """The state that a modern client is to bring back with the answer."""
        found = await client.session.call_tool(
            "delete_source", {"source": SOURCE}, allow_input_required=True
        )
        assert isinstance(found, InputRequiredResult)
        assert found.request_state is not None
        return found.request_state

    async def bring(self, client: Client, state: str, source: int = SOURCE) -> bool:
        """Bring an accepting answer; return whether it was taken."""
        answer = ElicitResult(action="accept", content={"name": NAME})
        try:
            result = await client.session.call_tool(
                "delete_source",
                {"source": source},
                input_responses={"confirm": answer},
                request_state=state,
                allow_input_required=True,
            )
        except MCPError:  # the seal does not open
            return False
        return not getattr(result, "is_error", True)

    def delete_elsewhere(self) -> None:
        """Somebody else deletes the source, which is not counted as an execution of ours."""
        headers = {"Authorization": f"Bearer {self.address.token}"}
        httpx.delete(f"{self.address.url}/v4/sources/{SOURCE}", headers=headers).raise_for_status()
        self.elsewhere += 1
