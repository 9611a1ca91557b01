"""However slowly an answer comes, a call ends when its whole time is over."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from stitch_connect_runtime import errors

from .calling import Caller, fails
from .hostile import JSON, Drip, hostile

CHUNKED = f"HTTP/1.1 200 X\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode()
SLOW = {
    "status line": Drip(b"HTTP/1.1 200 ", b"O"),
    "headers": Drip(b"HTTP/1.1 200 X\r\n", b"X-A: b\r\n"),
    "interim answers": Drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunks": Drip(CHUNKED, b"1\r\n \r\n"),
    "chunk extension": Drip(CHUNKED + b"1;", b"x"),
    "trailers": Drip(CHUNKED + b"2\r\n[]\r\n0\r\n", b"X-A: b\r\n"),
}


def given(call: Caller) -> Any:
    return httpx.AsyncClient() if call.asynchronous else httpx.Client()


@pytest.mark.parametrize("own", [False, True], ids=["ours", "the caller's httpx client"])
@pytest.mark.parametrize("slow", SLOW.values(), ids=SLOW)
def test_a_part_that_drips_for_ever_ends(call: Caller, slow: Drip, own: bool) -> None:
    with hostile(slow) as server:
        fails(
            errors.RequestTimeout,
            call,
            server,
            lambda client: client.sources.list(),
            max_retries=0,
            timeout=0.1,
            http_client=given(call) if own else None,
        )


def test_the_callers_own_requests_are_as_slow_as_they_like() -> None:
    """The httpx client that was given is the caller's: to other requests nothing changes."""
    call, mine = Caller(asynchronous=False), httpx.Client(timeout=5)
    with hostile(SLOW["headers"]) as server, mine:
        fails(
            errors.RequestTimeout,
            call,
            server,
            lambda client: client.sources.list(),
            max_retries=0,
            timeout=0.05,
            http_client=mine,
        )
        body = b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n"
        server.script[:] = [Drip(body, b"o")]
        assert mine.get(server.url).text == "oo"
