"""The page of the sandbox and the client's health judge alike, by rules of their own."""

from __future__ import annotations

from typing import Any

import httpx
from stitch_connect import Stitch

from ..sandbox.reading import read

WORDS = {
    "running": "Running",
    "failing": "Failing",
    "needs_setup": "Needs setup",
    "system_paused": "Paused by Stitch",
    "paused": "Paused",
    "never_ran": "Never ran",
    "ok": "OK",
    "deleted": "Deleted",
}


def test_the_page_shows_each_source_in_the_state_that_the_client_reports(sandbox: Any) -> None:
    with Stitch(sandbox.token, base_url=sandbox.url) as stitch:
        stitch.jobs.start("orders_postgres")
        httpx.post(f"{sandbox.url}/_sandbox/advance", json={"seconds": 600})
        stitch.jobs.start("heroku")
        stitch.sources.pause(120644)
        told = {str(one.id): WORDS[one.state] for one in stitch.health().sources}
    rows = read(httpx.get(sandbox.url).text).one(id="sources").rows()
    assert {key: row.one(class_="said").text for key, row in rows.items()} == told
    assert len({*told.values()}) == 8, "every state occurs"
