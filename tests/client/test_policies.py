"""What the contract says of an operation holds on the wire: credential, repetition, refusal."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_api.operations import OPERATIONS
from stitch_connect_runtime import errors
from stitch_connect_runtime.budget import MovingWindow
from stitch_connect_runtime.operations import Operation

from ..runtime.calling import Instant
from ..runtime.hostile import RESET, answer, hostile

CALLED = [one for one in OPERATIONS.values() if one.provenance != "absent"]
EACH = pytest.mark.parametrize("operation", CALLED, ids=lambda one: one.id)
CONNECT, IMPORT, FOREIGN = "connect-token", "import-token", "somebody-elses"
SENT = {"ConnectToken": f"Bearer {CONNECT}", "ImportToken": f"Bearer {IMPORT}", None: None}


def method_of(client: Any, operation: Operation) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(getattr(client, operation.resource), operation.method)
    return found


def given(method: Callable[..., Any]) -> dict[str, Any]:
    """Something for everything that must be given."""
    required = [
        name
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.default is parameter.empty
    ]
    return {name: IMPORT if name == "token" else "1" for name in required} | (
        {"stitch_client_id": 1}
        if "stitch_client_id" in inspect.signature(method).parameters
        else {}
    )


def finished(answered: Any) -> Any:
    if hasattr(answered, "first_page"):
        return answered.first_page()
    return answered.read() if hasattr(answered, "read") else answered


SETTINGS: dict[str, Any] = {
    "auth": ("user", FOREIGN),
    "cookies": {"session": FOREIGN},
    "headers": {"Authorization": FOREIGN, "X-Api-Key": FOREIGN},
}


def options(given: dict[str, Any]) -> dict[str, Any]:
    return {"clock": Instant(), "budget": MovingWindow(), **given}


def call(
    operation: Operation, url: str, *, own: bool = False, times: int = 1, **more: Any
) -> errors.StitchError | None:
    """The last error of some calls with one client; over an httpx client of the caller's own."""
    failure = None
    with httpx.Client(**SETTINGS) as http:
        more |= {"http_client": http} if own else {}
        with Client(CONNECT, base_url=url, **options(more)) as client:
            method = method_of(client, operation)
            for _ in range(times):
                try:
                    finished(method(**given(method)))
                except errors.StitchError as error:
                    failure = error
    return failure


def acall(
    operation: Operation, url: str, *, own: bool = False, times: int = 1, **more: Any
) -> errors.StitchError | None:
    """The same with the asynchronous client."""

    async def run() -> errors.StitchError | None:
        failure = None
        async with httpx.AsyncClient(**SETTINGS) as http:
            given_client = {"http_client": http} if own else {}
            async with AsyncClient(CONNECT, base_url=url, **options(more | given_client)) as client:
                method = method_of(client, operation)
                for _ in range(times):
                    try:
                        answered = finished(method(**given(method)))
                        if inspect.isawaitable(answered):
                            await answered
                    except errors.StitchError as error:
                        failure = error
        return failure

    return asyncio.run(run())


BOTH = pytest.mark.parametrize("make", [call, acall], ids=["sync", "async"])


def headers(head: str) -> dict[str, str]:
    lines = head.split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@EACH
@BOTH
def test_the_credential_of_the_operation_is_sent_and_no_other(
    operation: Operation, make: Callable[..., Any]
) -> None:
    for own in (False, True):
        with hostile(answer(404, "", "Set-Cookie: session=x; Path=/\r\n")) as server:
            make(operation, server.url, own=own, times=2, max_retries=0)
        first, second = map(headers, server.requests)
        assert first.get("authorization") == second.get("authorization") == SENT[operation.security]
        assert FOREIGN not in "".join(server.requests)
        assert "cookie" not in second
        assert first["user-agent"].startswith("stitch-connect-python/")


@EACH
@BOTH
@pytest.mark.parametrize("scripted", [RESET, answer(500), answer(429)],
                         ids=["reset", "500", "429"])  # fmt: skip
def test_only_what_is_safe_is_sent_again_after_it_may_have_arrived(
    operation: Operation, make: Callable[..., Any], scripted: bytes
) -> None:
    with hostile(scripted) as server:
        assert make(operation, server.url, max_retries=2) is not None
        assert len(server.requests) == (3 if operation.retry == "safe" else 1)
        assert {head.split()[0] for head in server.requests} == {operation.verb}


def test_what_starts_or_makes_something_is_never_safe_to_repeat() -> None:
    """The sandbox and the tests read the same contract; this is the one thing said twice."""
    assert {one.id for one in CALLED if one.verb == "POST" and one.retry == "safe"} <= {
        "replication_jobs.stop",
        "import_api.validate",
    }
    assert {one.retry for one in CALLED if one.verb == "GET"} == {"safe"}


@EACH
def test_a_hook_may_refuse_every_operation_before_it_is_sent(operation: Operation) -> None:
    class Refused(Exception):
        """Not by us."""

    seen: list[str] = []

    def refuse(one: Operation, request: Any) -> None:
        seen.append(one.id)
        raise Refused

    with hostile(answer(200)) as server:
        with pytest.raises(Refused):
            call(operation, server.url, before_send=refuse)
        assert (seen, server.requests) == ([operation.id], [])
