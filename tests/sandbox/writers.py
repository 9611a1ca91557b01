"""Many writers at a time, each of whom notes what was acknowledged and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpx

AT_A_TIME = 100
SOURCES = "/v4/sources"
HEADERS = {"Authorization": "Bearer sandbox-token"}


@dataclass(slots=True)
class Chain:
    """Four writes on a source of its own; what is noted was acknowledged."""

    name: str
    id: int | None = None
    renamed: bool = False
    token: int | None = None
    job: str | None = None

    async def write(self, http: httpx.AsyncClient, acknowledged: Callable[[], None]) -> None:
        """Write, one after the other, until the server is gone."""
        body = {"type": "import_api", "display_name": self.name}
        self.id = (await _asked(http, "POST", SOURCES, body))["id"]
        acknowledged()
        path = f"{SOURCES}/{self.id}"
        await _asked(http, "PUT", path, {"display_name": f"{self.name} again"})
        self.renamed = True
        acknowledged()
        self.token = (await _asked(http, "POST", f"{path}/tokens"))["id"]
        acknowledged()
        self.job = (await _asked(http, "POST", f"{path}/sync"))["job_name"]
        acknowledged()

    def lost(self, sources: dict[int, Any], tokens: set[int], jobs: set[str]) -> list[str]:
        """What was acknowledged and is not there."""
        row = sources.get(self.id or 0)
        found = []
        if self.id is not None and row is None:
            found.append(f"{self.name}: created")
        if self.renamed and (row is None or row["display_name"] != f"{self.name} again"):
            found.append(f"{self.name}: renamed")
        if self.token is not None and self.token not in tokens:
            found.append(f"{self.name}: token")
        if self.job is not None and self.job not in jobs:
            found.append(f"{self.name}: job")
        return found


async def _asked(http: httpx.AsyncClient, verb: str, path: str, body: Any = None) -> Any:
    answer = await http.request(verb, path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def write_until(url: str, chains: Iterable[Chain], count: int, kill: Callable[[], None]) -> int:
    """Let all chains write at a time, and kill the server after a number of acknowledgements.

    Returns:
        How many writes were acknowledged.
    """
    seen = 0

    def acknowledged() -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            kill()

    async def run() -> None:
        limits = httpx.Limits(max_connections=AT_A_TIME)
        given: dict[str, Any] = {"base_url": url, "headers": HEADERS, "limits": limits}
        async with httpx.AsyncClient(**given, timeout=60) as http:

            async def one(chain: Chain) -> None:
                try:
                    await chain.write(http, acknowledged)
                except httpx.TransportError:
                    assert seen >= count, "a connection broke before the kill"

            await asyncio.gather(*map(one, chains))

    asyncio.run(run())
    return seen


def losses(url: str, chains: Iterable[Chain]) -> list[str]:
    """What a sandbox that came back has lost."""
    with httpx.Client(base_url=url, headers=HEADERS, timeout=60) as http:
        sources = {one["id"]: one for one in http.get(SOURCES).json()}
        records = http.get("/_sandbox/snapshot").json()["records"]
    tokens = {row["id"] for row in records["ImportToken"]}
    jobs = {row["id"] for row in records["Job"]}
    return [one for chain in chains for one in chain.lost(sources, tokens, jobs)]
