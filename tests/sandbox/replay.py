"""Some forty requests of every kind to a fresh sandbox; prints each answer, byte for byte."""

from __future__ import annotations

import sys
from typing import Any

import httpx
from stitch_connect_sandbox.server import running

S, E, H = "/v4/sources", "/v4/116078/extractions", "/notifications/public/v1/api/hooks"
GITHUB = {"access_token": "x", "repository": "a/b", "start_date": "2026-01-01T00:00:00Z"}
HOOK = {"type": "post_load", "destination_id": 155582, "config": {"url": "https://h.example/"}}
METADATA = [{"breadcrumb": [], "metadata": {"selected": True}}]
CHOSEN = {"tap_stream_id": "events", "metadata": METADATA}
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
    ("POST", "/v3/sessions/ephemeral", None),
    ("GET", "/v4/sources/7", None),
    ("GET", "/v4/nothing", None),
    ("GET", "/_sandbox/requests", None),
    ("GET", "/_sandbox/health", None),
)


def transcript(start_at: str) -> list[str]:
    """Status, headers and body of each answer; only the ports are left out."""
    found, seen = [], {"LAST": "", "LOG": ""}
    sandbox = running(seed=11, start_at=start_at, time_scale=0)
    with sandbox as address, httpx.Client(base_url=address.url) as http:
        for verb, path, body in REQUESTS:
            url = seen["LOG"] if path == "LOG" else path.replace("LAST", seen["LAST"])
            headers = {} if path == "LOG" else {"Authorization": f"Bearer {address.token}"}
            answer = http.request(verb, url, json=body, headers=headers)
            said = f"{answer.status_code} {answer.headers.raw!r} {answer.content!r}"
            found.append(f"{verb} {path}: {said.replace(address.logs_url, 'LOGS')}")
            if path == E:
                rows = answer.json()["data"]
                seen["LAST"] = next(r["job_name"] for r in rows if r["source_id"] == 120643)
            seen["LOG"] = answer.headers.get("location", seen["LOG"])
    return found


if __name__ == "__main__":
    print("\n".join(transcript(sys.argv[1])))
