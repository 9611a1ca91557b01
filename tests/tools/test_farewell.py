"""The last words of a client that has ended its session are no error of the server."""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

import pytest
from anyio import ClosedResourceError
from stitch_connect_mcp.web.farewell import LOGGER, Farewell, ignore_farewells

Message = MutableMapping[str, Any]


async def told(*statuses: int) -> list[int]:
    """The statuses that a client gets from an application that answers so, and then breaks."""
    sent: list[Message] = []

    async def app(scope: Message, receive: Any, send: Any) -> None:
        for status in statuses:
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        raise ClosedResourceError

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    await Farewell(app)({"type": "http"}, receive, send)
    return [message["status"] for message in sent if "status" in message]


async def test_what_was_taken_is_not_answered_a_second_time() -> None:
    assert await told(202, 500) == [202]


async def test_what_was_not_answered_is_an_error() -> None:
    with pytest.raises(ClosedResourceError):
        await told()


@pytest.mark.parametrize(("error", "lines"), [(ClosedResourceError, 0), (ValueError, 1)])
def test_only_farewells_are_kept_out_of_the_log(
    error: type[Exception], lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    ignore_farewells()
    try:
        raise error
    except error:
        logging.getLogger(LOGGER).exception("Error handling POST request")
    assert len(caplog.records) == lines
