"""What tools that show the locals of tracebacks get to see: of credentials, nothing."""

from __future__ import annotations

import asyncio
import copy
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime import errors
from stitch_connect_runtime.secret import Secret

from .calling import ANSWERED, PRESIGNED, SECRETS, TOKEN, Caller, fails, locals_of
from .hostile import RESET, SILENCE, answer, hostile

DATABASE = {"host": "db.example", "password": PRESIGNED}
CONFIDENTIAL: dict[str, Callable[[Any], Any]] = {
    "accounts.create": lambda api: api.accounts.create(
        partner_id="p",
        partner_secret=PRESIGNED,
        first_name="a",
        last_name="b",
        company="c",
        email="d",
    ),
    "oauth.token": lambda api: api.oauth.token(
        client_secret=PRESIGNED, code=ANSWERED, grant_type="authorization_code"
    ),
    "sources.create": lambda api: api.sources.create(
        type="platform.postgres", display_name="x", properties=DATABASE
    ),
    "sources.update": lambda api: api.sources.update(1, properties=DATABASE),
    "destinations.create": lambda api: api.destinations.create(type="s3", properties=DATABASE),
    "destinations.update": lambda api: api.destinations.update(1, properties=DATABASE),
    "destinations_v3.create": lambda api: api.destinations_v3.create(
        type="s3", connection=DATABASE
    ),
    "destinations_v3.update": lambda api: api.destinations_v3.update(
        1, type="s3", connection=DATABASE
    ),
    "import_api.push": lambda api: api.import_api.push([], token=PRESIGNED),
    "import_api.validate": lambda api: api.import_api.validate([], token=PRESIGNED),
    "import_api.batch": lambda api: api.import_api.batch(
        table_name="x", schema={}, messages=[], key_names=[], token=PRESIGNED
    ),
}
UNTYPED: dict[str, Callable[[Any], Any]] = {
    "by path": lambda api: api.request("POST", "/v4/sources", json={"properties": DATABASE}),
    "by path, with a token": lambda api: api.request(
        "POST", "/v2/import/push", json=[], token=PRESIGNED
    ),
}


@pytest.mark.parametrize("scripted", [answer(401), RESET], ids=["refused", "broken"])
@pytest.mark.parametrize("use", [*CONFIDENTIAL.values(), *UNTYPED.values()],
                         ids=[*CONFIDENTIAL, *UNTYPED])  # fmt: skip
def test_what_is_given_with_a_call_is_in_no_frame_of_ours(
    call: Caller, use: Callable[[Any], Any], scripted: bytes
) -> None:
    with hostile(scripted) as server:
        fails(errors.StitchError, call, server, use)
        if use in CONFIDENTIAL.values():
            fails(errors.StitchError, call, server, lambda api: use(api.with_raw_response))


def test_every_operation_that_takes_a_credential_is_among_these() -> None:
    from stitch_connect_api.operations import OPERATIONS

    takes = {
        operation.id
        for operation in OPERATIONS.values()
        if operation.security == "ImportToken"
        or any(not pointer.startswith("/*") for pointer in operation.secrets)
    }
    answered_only = {"sessions.create", "import_api_tokens.generate"}
    without_properties = {"sources.pause", "sources.unpause"}
    assert takes - answered_only - without_properties == set(CONFIDENTIAL)


def test_what_cannot_be_sent_is_in_no_frame_of_ours(call: Caller) -> None:
    bad = {**DATABASE, "port": object()}
    with hostile(answer(200)) as server:
        fails(
            errors.InvalidArgument,
            call,
            server,
            lambda api: api.sources.update(1, properties=bad),
        )


def chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        one = todo.pop()
        if one is not None and one not in seen:
            seen.append(one)
            todo += [one.__cause__, one.__context__]
            yield one


@pytest.mark.parametrize("use", [lambda api: api.sources.list(), CONFIDENTIAL["sources.create"]],
                         ids=["the client's token", "a password"])  # fmt: skip
async def test_a_call_that_is_cancelled_shows_nothing(use: Callable[[Any], Any]) -> None:
    with hostile(SILENCE) as server:
        async with AsyncClient(TOKEN, base_url=server.url) as client:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.1):
                    await use(client)
    shown = "\n".join(map(locals_of, chain(caught.value)))
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_call_that_is_interrupted_shows_nothing() -> None:
    class Interrupting:
        def now(self) -> float:
            return 0.0

        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

        async def asleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    def oauth(client: Client) -> object:
        return client.request("GET", "/v4/sources", query={"x": PRESIGNED})

    with hostile(answer(500)) as server:
        client = Client(TOKEN, base_url=server.url, clock=Interrupting())
        with pytest.raises(KeyboardInterrupt) as caught:
            oauth(client)
        client.close()
    shown = "\n".join(map(locals_of, chain(caught.value)))
    assert not [secret for secret in SECRETS if secret in shown]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_whose_settings_are_refused_can_be_shown(kind: Any) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        kind(TOKEN, client_id="x", budget="redis://user:presigned-secret@host")
    shown = locals_of(caught.value)
    assert f"{kind.__name__}('')" in shown
    assert not [secret for secret in SECRETS if secret in shown]
    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_says_why_it_is_not_pickled(kind: Any) -> None:
    client = kind(TOKEN)
    for one in (client, client.sources):
        with pytest.raises(TypeError, match=f"a {kind.__name__} holds a token.*in each process"):
            pickle.dumps(one)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret(TOKEN))


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_copy_shares_connections_and_does_not_close_them(kind: Any) -> None:
    client = kind(TOKEN, timeout=7)
    for twin in (copy.copy(client), copy.deepcopy(client)):
        assert twin._settings == client._settings
        assert twin._transport._clients is client._transport._clients
        assert not twin._transport._owner
