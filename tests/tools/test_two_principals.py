"""Two who call one server, each with an account: neither sees or changes what is the other's."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError
from stitch_connect import Stitch
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.web.plan import Plan
from stitch_connect_mcp.web.principals import hash_of, read_principals
from stitch_connect_sandbox.server import running

from .account import call, text
from .web import LIST, Web, connected, serving

CLIENT, SOURCE = 116078, 120643
MARK = "only-mine"
CALLS = 250
ENTRY = '[{0}]\nsha256 = "{1}"\naccount = "{0}"\n'
URIS = ("stitch://sources/{}", "stitch://sources/{}/streams/{}", "stitch://jobs/{}/log")


@dataclass
class Two:
    """The server, and the Connect token of each caller's account."""

    web: Web
    url: str
    tokens: dict[str | None, str]

    def stitch(self) -> Stitch:
        """The account of the first caller, past the server."""
        return Stitch(self.tokens["one"], base_url=self.url, client_id=CLIENT)

    def mark(self) -> None:
        """Give each source of the first caller a name that nothing else has."""
        with self.stitch() as stitch:
            for source in [one for one in stitch.sources.list() if one.deleted_at is None]:
                stitch.sources.update(source.id, display_name=f"{MARK} {source.id}")

    def held(self) -> dict[str, Any]:
        """All that the account of the first caller holds."""
        with self.stitch() as stitch:
            sources = list(stitch.sources.list())
            return {
                "sources": sources,
                "destinations": list(stitch.destinations.list()),
                "jobs": [one.job_name for one in stitch.extractions.list()],
                "streams": {
                    source.id: list(stitch.streams.list(source_id=source.id)) for source in sources
                },
                "hooks": stitch.hooks.list().post_load,
            }


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with running(time_scale=0) as address:
        wanted = {"accounts": 1, "sources": 3}
        made = httpx.post(f"{address.url}/_sandbox/seed", json=wanted).json()[0]
        file = tmp_path / "who.toml"
        file.write_text("".join(ENTRY.format(name, hash_of(name)) for name in ("one", "two")))
        found = Plan(host="127.0.0.1", port=0, principals=read_principals(file))
        tokens: dict[str | None, str] = {None: "", "one": address.token, "two": made["token"]}
        settings = Settings(where="sandbox", confirm="token")
        with serving(found, tmp_path / "state", address, settings, tokens) as web:
            yield Two(web, address.url, tokens)


async def test_what_one_began_is_nothing_to_the_other(two: Two) -> None:
    async with connected(two.web, "one") as one, connected(two.web, "two") as other:
        assert "heroku" in text(await call(one, "list_sources"))
        assert "heroku" not in text(await call(other, "list_sources"))
        started = (await call(one, "start_job", source=SOURCE)).structured_content
        assert (await other.call_tool("get_job", {"job": started["job"]})).is_error
        asked = (await call(one, "delete_source", source=SOURCE)).structured_content
        stolen = {"source": SOURCE, "confirm": asked["approval_id"]}
        assert (await other.call_tool("delete_source", stolen)).is_error
    operations = httpx.get(f"{two.url}/_sandbox/requests").json()["operations"]
    assert "sources.delete" not in operations


def test_a_session_is_not_another_principals(two: Two) -> None:
    begin = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"},
        },
    }
    session = two.web.post("one", begin).headers["mcp-session-id"]
    stolen = two.web.post("two", LIST, **{"mcp-session-id": session})
    assert stolen.status_code in (401, 403, 404)


# Everything of the other's, tried at random ------------------------------------------------------


@dataclass
class Thief:
    """Calls whatever there is with whatever the other has.

    Arguments:
        client: Its own connection.
        loot: What the other has, by the argument that takes it.
        chance: Decides.
    """

    client: Client
    loot: dict[str, list[Any]]
    chance: random.Random
    heard: list[tuple[str, str]] = field(default_factory=list)  # what it said, what it was told

    async def step(self) -> None:
        if self.chance.random() < 0.1:
            await self._read()
            return
        spec = self.chance.choice(TOOLS)
        taken = {name: self._taken(name) for name in self._names(spec) if name in self.loot}
        result = await self.client.call_tool(spec.name, taken)
        shown = json.dumps(result.structured_content or {}, ensure_ascii=False) + text(result)
        self.heard.append((json.dumps(taken), shown))

    def _names(self, spec: Any) -> list[str]:
        wanted = [one for one in spec.parameters if one.default is one.empty]
        more = [one for one in spec.parameters if one not in wanted and self.chance.random() < 0.5]
        return [*(one.name for one in (*wanted, *more)), "confirm"][: None if spec.asks else -1]

    def _taken(self, name: str) -> Any:
        return self.chance.choice(self.loot[name])

    async def _read(self) -> None:
        shape = self.chance.choice(URIS)
        kinds = ("job",) if "jobs" in shape else ("source", "stream")
        uri = shape.format(*(self._taken(kind) for kind in kinds))
        try:
            found = await self.client.read_resource(uri)
            self.heard.append((uri, str(found)))
        except MCPError as error:
            self.heard.append((uri, str(error)))


def loot_of(held: dict[str, Any], seen: list[str]) -> dict[str, list[Any]]:
    """What a thief tries, from what the other has and was shown."""
    sources, streams = held["sources"], [one for some in held["streams"].values() for one in some]
    named = [one for source in sources for one in (source.id, source.name, source.display_name)]
    return {
        "source": named,
        "stream": [one for stream in streams for one in (stream.stream_id, stream.stream_name)],
        "job": held["jobs"],
        "destination": [one.id for one in held["destinations"]],
        "notification": [one.id for one in held["hooks"]],
        "token_id": [90417722],
        "kind": ["hook", "email"],
        "name": [source.type for source in sources],
        "to": ["https://thief.example/x"],
        "changes": [{str(stream.stream_id): False} for stream in streams[:5]],
        "display_name": ["stolen"],
        "properties": [{"host": "thief.example"}],
        "every_minutes": [30],
        "enabled": [False],
        "search": named[1:],
        "cursor": re.findall(r'"next": ?"([^"]+)"', "".join(seen)) or ["x"],
        "confirm": re.findall(r'"approval_id": ?"([^"]+)"', "".join(seen)),
        "limit": [1, 3],
        "detail": ["full"],
    }


async def shown_to(client: Client, source: int) -> list[str]:
    """What a caller is shown of the own account: confirmations that wait, and cursors."""
    asked = [
        await call(client, "delete_source", source=source),
        await call(client, "update_source", source=source, properties={"host": "new.example"}),
        await call(client, "list_sources", limit=1),
        await call(client, "list_loads", limit=1),
    ]
    return [json.dumps(one.structured_content) for one in asked]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nothing_of_the_other_is_shown_or_changed_whatever_is_tried(
    two: Two, seed: int
) -> None:
    async with connected(two.web, "one") as owner, connected(two.web, "two") as client:
        two.mark()
        seen = await shown_to(owner, SOURCE)
        before = two.held()
        thief = Thief(client, loot_of(before, seen), random.Random(seed))
        for _ in range(CALLS):
            await thief.step()
    assert two.held() == before
    marks = {MARK, *before["jobs"], *(str(source.id) for source in before["sources"])}
    for said, shown in thief.heard:
        leaked = [mark for mark in marks if mark in shown and mark not in said]
        assert not leaked, (said, shown)
