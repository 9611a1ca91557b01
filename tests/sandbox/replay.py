"""Every operation there is, asked of a fresh sandbox; prints each answer, byte for byte."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
from stitch_connect_sandbox.seed_data import IMPORT_TOKEN
from stitch_connect_sandbox.server import Address, running

S, E, D = "/v4/sources", "/v4/116078/extractions", "/v4/destinations"
H, M = (f"/notifications/public/v1/api/{name}" for name in ("hooks", "custom-emails"))
GITHUB = {"access_token": "x", "repository": "a/b", "start_date": "2026-01-01T00:00:00Z"}
HOOK = {"type": "post_load", "destination_id": 155582, "config": {"url": "https://h.example/"}}
METADATA = [{"breadcrumb": [], "metadata": {"selected": True}}]
CHOSEN = {"tap_stream_id": "events", "metadata": METADATA}
WAREHOUSE = {"host": "h", "port": "5432", "database": "d", "username": "u", "password": "p"}
PARTNER = {
    "partner_id": "oc_sandbox-partner",
    "partner_secret": "oc_sandbox-secret",
    "first_name": "A",
    "last_name": "B",
    "company": "C",
    "email": "a@b.example",
}
CODE = (
    "client_id=oc_sandbox-partner&client_secret=oc_sandbox-secret"
    "&grant_type=authorization_code&code=sandbox-code"
)
ROW = {
    "client_id": 116078,
    "table_name": "visits",
    "sequence": 1,
    "action": "upsert",
    "key_names": ["id"],
    "data": {"id": 1},
}
BATCH = {
    "table_name": "visits",
    "schema": {"properties": {"id": {"type": "integer"}}},
    "key_names": ["id"],
    "messages": [{"action": "upsert", "sequence": 1, "data": {"id": 1}}],
}
REQUESTS: tuple[tuple[str, str, Any], ...] = (
    ("GET", S, None),
    ("GET", "/v4/destinations", None),
    ("GET", "/v3/destinations", None),
    ("GET", "/v4/source-types/platform.github", None),
    ("POST", S, {"type": "platform.github", "display_name": "Code", "properties": GITHUB}),
    ("POST", S, {"type": "platform.github", "display_name": "Code", "properties": {}}),
    ("POST", S, {"type": "nothing", "display_name": "Code", "properties": {}}),
    ("GET", f"{S}/120700", None),
    ("GET", f"{S}/120700/last-connection-check", None),
    ("POST", "/_sandbox/advance", {"seconds": 30}),
    ("GET", f"{S}/120700/streams", None),
    ("PUT", f"{S}/120700/streams/metadata", {"streams": [CHOSEN]}),
    ("GET", f"{S}/120643/streams", None),
    ("GET", f"{S}/120643/streams/2288740", None),
    ("POST", f"{S}/120652/tokens", None),
    ("GET", f"{S}/120652/tokens", None),
    ("POST", "/_sandbox/fates", {"source_id": 120643, "silent": ["orders"], "duration": 50}),
    ("POST", f"{S}/120643/sync", None),
    ("POST", f"{S}/120643/sync", None),
    ("POST", f"{S}/120645/sync", None),
    ("DELETE", f"{S}/120645/sync", None),
    ("POST", "/_sandbox/advance", {"seconds": 51.5}),
    ("GET", E, None),
    ("GET", f"{E}/LAST", None),
    ("GET", "LOG", None),
    ("POST", "/_sandbox/advance", {"seconds": 90}),
    ("GET", "/v4/116078/loads", None),
    ("POST", "/_sandbox/seed", {"accounts": 2, "sources": 2}),
    ("POST", "/_sandbox/seed", {"sources": 3, "streams": 40}),
    ("GET", "/v4/116078/loads?page=2", None),
    ("POST", "/_sandbox/faults", {"operation": "sources.list", "kind": "truncated"}),
    ("GET", S, None),
    ("PUT", f"{S}/120644", {"paused_at": "2026-01-05T09:00:00Z"}),
    ("PUT", f"{S}/120644", {"properties": {"cron_expression": "0 0 9 ? * MON-FRI"}}),
    ("DELETE", f"{S}/120644", None),
    ("POST", H, HOOK),
    ("GET", H, None),
    ("PUT", f"{H}/8", {"enable": False}),
    ("PUT", f"{H}/8", {"enable": True}),
    ("DELETE", f"{H}/9", None),
    ("PUT", f"{H}/8", {"config": {}}),
    ("POST", M, {"email_address": "new@sandbox.example"}),
    ("PUT", f"{M}/43", {"disabled_at": "2026-01-05T09:00:00Z"}),
    ("PUT", f"{M}/43", {"disabled_at": None}),
    ("PUT", f"{M}/43", {"disabled_at": "soon"}),
    ("DELETE", f"{M}/41", None),
    ("GET", M, None),
    ("POST", "/v3/sessions/ephemeral", None),
    ("POST", "/v3/accounts", PARTNER),
    ("POST", "/oauth/token", CODE),
    ("GET", "/v4/source-types", None),
    ("GET", "/v4/destination-types", None),
    ("GET", "/v4/destination-types/postgres", None),
    ("POST", D, {"type": "postgres", "properties": WAREHOUSE}),
    ("PUT", f"{D}/155582", {"properties": {"host": "elsewhere.example"}}),
    ("GET", f"{D}/155582/last-connection-check", None),
    ("POST", "/v3/destinations", {"type": "postgres", "connection": WAREHOUSE}),
    ("PUT", "/v3/destinations/155582", {"type": "postgres", "connection": WAREHOUSE}),
    ("DELETE", f"{D}/155591", None),
    ("GET", "/v2/import/status", None),
    ("POST", "/v2/import/validate", [ROW]),
    ("POST", "/v2/import/push", [ROW, ROW]),
    ("POST", "/v2/import/batch", BATCH),
    ("DELETE", f"{S}/120652/tokens/90417723", None),
    ("PUT", f"{S}/120643", {"paused_at": "2026-01-05T09:00:00Z"}),
    ("PUT", f"{S}/120643", {"paused_at": None}),
    ("POST", "/_sandbox/accounts", {"plan": "standard"}),
    ("GET", "/_sandbox/snapshot", None),
    ("POST", "/_sandbox/advance", {"seconds": 864000.1}),
    ("POST", f"{S}/120643/sync", None),
    ("GET", "/_sandbox/snapshot", None),
    ("POST", "/_sandbox/restore", "SNAPSHOT"),
    ("POST", "/_sandbox/advance", {"seconds": 864000.1}),
    ("GET", "/v4/116078/loads", None),
    ("GET", "/_sandbox/accounts", None),
    ("GET", "/v4/sources/7", None),
    ("GET", "/v4/nothing", None),
    ("GET", "/_sandbox/requests", None),
    ("GET", "/_sandbox/health", None),
)


UNKEPT = ("/_sandbox/requests", "/_sandbox/faults")
"""What is of the process, not of the account: a restart begins it again."""


@dataclass
class Replay:
    """One run through the requests."""

    start_at: str
    db: str | None = None
    said: list[str] = field(default_factory=list)
    last_job: str = ""
    log: str = ""
    snapshot: Any = None
    address: Address = field(init=False)
    http: httpx.Client = field(init=False)

    @contextmanager
    def sandbox(self) -> Iterator[Any]:
        given: dict[str, Any] = {"seed": 11, "start_at": self.start_at, "time_scale": 0}
        with running(**given, db=self.db) as self.address, httpx.Client() as self.http:
            yield

    def ask(self, verb: str, path: str, body: Any) -> None:
        """Ask, and keep status, headers and body; only the ports are left out."""
        url = f"{self.address.url}{path}".replace("LAST", self.last_job)
        token = IMPORT_TOKEN if path.startswith("/v2/") else self.address.token
        headers = {"Authorization": f"Bearer {token}"}
        if path == "LOG":
            url, headers = self.address.logs_url + self.log, {}
        given: dict[str, Any] = {"json": self.snapshot if body == "SNAPSHOT" else body}
        if body is CODE:
            given = {"content": body}
            headers["content-type"] = "application/x-www-form-urlencoded"
        answer = self.http.request(verb, url, headers=headers, timeout=30, **given)
        said = f"{answer.status_code} {answer.headers.raw!r} {answer.content!r}"
        self.said.append(f"{verb} {path}: {said.replace(self.address.logs_url, 'LOGS')}")
        self._remember(path, answer)

    def _remember(self, path: str, answer: httpx.Response) -> None:
        if path == E:
            rows = answer.json()["data"]
            self.last_job = next(r["job_name"] for r in rows if r["source_id"] == 120643)
        if path == "/_sandbox/snapshot":
            self.snapshot = answer.json()
        location = answer.headers.get("location", "")
        self.log = location.removeprefix(self.address.logs_url) or self.log


def transcript(start_at: str, db: str | None = None, restarts: Collection[int] = ()) -> list[str]:
    """What each request gets to hear, the sandbox started again before some of them."""
    replay = Replay(start_at, db)
    marks = [0, *sorted(restarts), len(REQUESTS)]
    for begin, end in pairwise(marks):
        with replay.sandbox():
            for request in REQUESTS[begin:end]:
                replay.ask(*request)
    return replay.said


if __name__ == "__main__":
    print("\n".join(transcript(sys.argv[1])))
