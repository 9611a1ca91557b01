"""What a client is told, and what it never tells on."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import httpx
import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime import errors
from stitch_connect_runtime.secret import Secret

from .calling import TOKEN, Caller

EU = "https://api.eu-central-1.stitchdata.com"
US = "https://api.stitchdata.com"
BOTH = pytest.mark.parametrize("kind", [Client, AsyncClient])


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_


def test_everything_comes_from_the_environment(env: Any, call: Caller, sandbox: Any) -> None:
    env(
        STITCH_CONNECT_TOKEN=f" {sandbox.token}\n",
        STITCH_CONNECT_BASE_URL=f"{sandbox.url}/\n",
        STITCH_CONNECT_CLIENT_ID=str(sandbox.client_id),
    )
    rows = call(sandbox.url, lambda c: c.loads.list(), token=None, base_url=None)
    assert rows


@BOTH
def test_an_argument_beats_the_environment(env: Any, kind: Any) -> None:
    env(
        STITCH_CONNECT_TOKEN="of-the-environment",
        STITCH_CONNECT_REGION="eu-central-1",
        STITCH_CONNECT_CLIENT_ID="1",
    )
    client = kind(TOKEN, region="us-east-1", client_id=2)
    assert (client.base_url, client.client_id) == (US, 2)
    assert client._settings.token == Secret(TOKEN)
    assert kind().base_url == EU


@BOTH
def test_which_address_counts(env: Any, kind: Any) -> None:
    assert kind().base_url == US
    env(STITCH_CONNECT_REGION="eu-central-1", STITCH_CONNECT_BASE_URL="http://127.0.0.1:1/")
    assert kind().base_url == "http://127.0.0.1:1", "an address is more than a region"
    assert kind(region="us-east-1").base_url == US, "an argument is more than the environment"
    assert kind(base_url="https://proxy.example/stitch/").base_url == "https://proxy.example/stitch"


@BOTH
def test_the_names_of_another_product_mean_nothing(env: Any, kind: Any) -> None:
    env(STITCH_TOKEN=TOKEN, STITCH_BASE_URL="https://evil.example", STITCH_REGION="nowhere")
    client = kind()
    assert client.base_url == US
    assert client._settings.token is None


@BOTH
@pytest.mark.parametrize(
    "url",
    [
        "http://api.stitchdata.com",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "https://",
        "https://user:password@api.stitchdata.com",
        "https://api.stitchdata.com?token=x",
        "https://api.stitchdata.com#x",
        "https://api.stitchdata.com:port",
        "https://api.stitch\ndata.com",
        "https://api.stitch data.com",
        "https://[::1",
    ],
)
def test_a_token_is_not_sent_there(kind: Any, url: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="base_url"):
        kind(TOKEN, base_url=url)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    assert Client(base_url=f"http://{host}:8040").base_url == f"http://{host}:8040"


def test_an_unknown_region_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        errors.ConfigurationError, match=r"'eu-central'; did you mean 'eu-central-1"
    ):
        Client(region="eu-central")


def test_without_a_token_both_ways_out_are_named(call: Caller, sandbox: Any) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        call(sandbox.url, lambda c: c.sources.list(), token=None)
    for way in ("STITCH_CONNECT_TOKEN", "token=", "stitch-connect-sandbox"):
        assert way in str(caught.value)


def test_an_operation_without_a_credential_needs_no_token(call: Caller, sandbox: Any) -> None:
    assert call(sandbox.url, lambda c: c.import_api.status(), token=None)


@BOTH
@pytest.mark.parametrize(
    "options",
    [
        {"token": "two\nlines"},
        {"token": "tökén"},
        {"client_id": "x"},
        {"client_id": True},
        {"client_id": -1},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": "5"},
        {"max_retries": -1},
        {"budget_wait": -1},
        {"budget_wait": float("nan")},
        {"budget": "nowhere://"},
        {"base_url": b"https://api.stitchdata.com"},
        {"region": 5},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_used_is_refused(kind: Any, options: Any) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        kind(**options)
    assert options.get("token", "no token") not in str(caught.value)


@BOTH
@pytest.mark.parametrize("token", [5, b"token", ["token"]], ids=repr)
def test_a_token_is_a_text(kind: Any, token: Any) -> None:
    with pytest.raises(TypeError, match="a token is a text"):
        kind(token)
    with pytest.raises(TypeError, match="a token is a text"):
        kind(TOKEN).with_options(token=token)


def test_an_httpx_client_of_the_other_kind_is_refused(call: Caller) -> None:
    other = httpx.Client() if call.asynchronous else httpx.AsyncClient()
    with pytest.raises(errors.ConfigurationError, match=r"http_client is an httpx\."):
        call("http://127.0.0.1:1", lambda api: api.sources.list(), http_client=other)


@BOTH
def test_an_unknown_option_is_refused(kind: Any) -> None:
    with pytest.raises(errors.InvalidArgument, match="retries"):
        kind(TOKEN).with_options(retries=1)


@BOTH
def test_another_region_replaces_the_address(kind: Any) -> None:
    client = kind(TOKEN, base_url="https://proxy.example")
    assert client.with_options(region="eu-central-1").base_url == EU
    assert client.with_options(timeout=1).base_url == "https://proxy.example"


@BOTH
def test_nothing_shows_the_token(kind: Any) -> None:
    client = kind(TOKEN, budget="memory://user:password@")
    for one in (client, client.with_options(timeout=1), copy.copy(client), Secret(TOKEN)):
        shown = f"{one!r} {one!s} {one} {getattr(one, '__dict__', '')} {dir(one)}"
        assert TOKEN not in shown
        assert "password" not in shown
        with pytest.raises(TypeError):
            pickle.dumps(one)


def test_a_secret_is_equal_to_its_copies_and_to_nothing_else() -> None:
    secret = Secret(TOKEN)
    assert copy.deepcopy(secret) == copy.copy(secret) == secret == Secret(TOKEN)
    assert secret != TOKEN
    assert str(secret) == f"{secret}" == "***"
    assert not Secret("")


def test_every_wait_that_is_given_with_a_call_is_a_number(call: Caller, sandbox: Any) -> None:
    for wait in (-1.0, float("nan"), "5"):
        with pytest.raises(errors.ConfigurationError, match="budget_wait"):
            call(sandbox.url, lambda c: c.loads.list(1, budget_wait=wait))  # noqa: B023
