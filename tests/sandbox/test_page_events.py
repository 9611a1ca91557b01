"""The stream of what changes on the page: bounded, and gone when nobody needs it."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from stitch_connect_sandbox.page import events, routes
from stitch_connect_sandbox.page.markup import Html
from stitch_connect_sandbox.server import running

from .conftest import Account
from .reading import Element, read
from .test_page import page


def news(lines: Iterator[str]) -> dict[str, Element]:
    """The sections that the next event brings."""
    line = next(line for line in lines if line.startswith("data: "))
    return {name: read(text) for name, text in json.loads(line[6:]).items()}


def test_what_has_changed_is_told_and_nothing_else(account: Account) -> None:
    with httpx.stream("GET", f"{account.address.url}/_sandbox/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        whole = page(account)
        for name, section in news(lines).items():
            assert section.one(id=name).text == whole.one(id=name).text
        job = account.start()
        told = news(lines)
        assert set(told) == {"running", "requests", "sources", "headline"}
        assert job in told["running"].rows()
        account("POST", "/_sandbox/faults", {"operation": "*", "kind": "drip"})
        assert set(news(lines)) == {"armed"}


def test_a_job_ends_while_somebody_only_watches() -> None:
    with running(time_scale=60) as address:
        account = Account(address)
        with httpx.stream("GET", f"{address.url}/_sandbox/events", timeout=20) as answer:
            lines = answer.iter_lines()
            news(lines)
            job = account.start()
            seen = {bool(told["running"].rows()) for told in _until_ended(lines, job)}
        assert seen == {True, False}
        account.http.close()


def _until_ended(lines: Iterator[str], job: str) -> Iterator[dict[str, Element]]:
    begun = False
    for _ in range(200):
        told = news(lines)
        if "running" not in told:
            continue
        yield told
        begun = begun or job in told["running"].rows()
        if begun and job not in told["running"].rows():
            return


def test_a_watcher_is_let_go_when_the_sandbox_stops() -> None:
    with httpx.Client() as client:
        with running(time_scale=0) as address:
            request = client.build_request("GET", f"{address.url}/_sandbox/events")
            answer = client.send(request, stream=True)
            lines = answer.iter_lines()
            news(lines)
        # a stream that is torn off raises an error here
        assert not [line for line in lines if line.startswith("data: ")]
        answer.close()


def test_only_so_many_may_watch_and_one_that_leaves_makes_room(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST", 1)
    url = f"{sandbox.url}/_sandbox/events"
    with httpx.stream("GET", url) as first:
        assert first.status_code == 200
        refused = httpx.get(url)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with httpx.stream("GET", url) as later:
            if later.status_code == 200:
                return
    pytest.fail("the place of the one that left is still taken")


def test_a_watcher_that_does_not_read_is_cut_off(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look brings a megabyte of news, which soon fills what lies between the two."""
    looks: list[int] = []

    def endless(board: Any) -> Html:
        looks.append(len(looks))
        return Html(f"{len(looks)} " * 200_000)

    monkeypatch.setattr(events, "PACE", 0.0)
    monkeypatch.setattr(events, "PATIENCE", 0.2)
    monkeypatch.setattr(routes, "SECTIONS", {"clock": endless})
    host, port = sandbox.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as reader:
        reader.sendall(f"GET /_sandbox/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        poll = select.poll()
        poll.register(reader, select.POLLERR)
        assert poll.poll(20_000), "the connection is still open"
    seen = len(looks)
    assert httpx.get(f"{sandbox.url}/_sandbox/health").status_code == 200
    assert seen < 100, "nothing queued up"
    time.sleep(0.3)
    assert len(looks) == seen, "nobody watches, nobody looks"


def test_a_survey_is_made_again_only_when_something_has_changed(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stitch_connect_sandbox.page import survey

    looks: list[int] = []

    def counted(store: Any, client_id: int) -> Any:
        looks.append(client_id)
        return look(store, client_id)

    look = survey.look
    monkeypatch.setattr(survey, "look", counted)
    for _ in range(3):
        page(account)
    assert looks == [116078]
    account("DELETE", "/v4/sources/120643")
    assert "Deleted" in page(account).one(id="sources").rows()["120643"].text
    assert looks == [116078, 116078]
