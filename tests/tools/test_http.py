"""Over HTTP: who is let in, by which name, with which token, and to what."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from stitch_connect_mcp.access import LEVELS, Access
from stitch_connect_mcp.cli import main
from stitch_connect_mcp.options import SettingsError, gathered
from stitch_connect_mcp.settings import Settings
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.web import guard
from stitch_connect_mcp.web.plan import Plan, plan
from stitch_connect_mcp.web.principals import hash_of, read_principals
from stitch_connect_sandbox.server import running

from .web import ACCEPT, Web, connected, serving

LOCAL = Plan(host="127.0.0.1", port=0)
SOURCE = 120643
ISSUER, RESOURCE = "https://issuer.example", "https://stitch.example/mcp"


@pytest.fixture(scope="module")
def address() -> Iterator[Any]:
    with running(time_scale=0) as found:
        yield found


@pytest.fixture(scope="module")
def local(address: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("http") / "state"
    settings = Settings(where="sandbox")
    with serving(LOCAL, folder, address, settings, {None: address.token}) as web:
        yield web


async def listed(web: Web, token: str, era: Any = "auto") -> list[str]:
    async with connected(web, token, era) as client:
        return [tool.name for tool in (await client.list_tools()).tools]


async def told(web: Web, who: str, name: str, **arguments: Any) -> tuple[bool, str]:
    async with connected(web, who) as client:
        result = await client.call_tool(name, arguments)
    return bool(result.is_error), json.dumps(result.structured_content or {}) + str(result.content)


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_the_official_client_is_served_in_both_eras(local: Web, era: Any) -> None:
    assert "list_sources" in await listed(local, local.token, era)


def test_the_token_that_is_made_is_for_the_user_alone(local: Web) -> None:
    assert stat.S_IMODE((local.folder / "http-token").stat().st_mode) == 0o600
    assert len(local.token) > 40


@pytest.mark.parametrize("token", [None, "", "wrong", "scm_" + "x" * 43, "x" * 100_000])
def test_without_the_token_nobody_is_let_in(local: Web, token: str | None) -> None:
    answer = local.post(token[:16000] if token else token)
    assert answer.status_code == 401
    assert "stitch:read" in answer.headers["www-authenticate"]
    assert "sources" not in answer.text


ROUTES = ("/health", "/mcp", "/.well-known/oauth-protected-resource/mcp", "/nothing", "/")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]:80", ""])
def test_a_wrong_host_is_refused_on_every_route(local: Web, path: str, host: str) -> None:
    answer = httpx.get(f"{local.root}{path}", headers={"host": host})
    assert answer.status_code in (400, 421)


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_a_wrong_origin_is_refused_on_every_route(local: Web, path: str, origin: str) -> None:
    answer = httpx.get(f"{local.root}{path}", headers={"origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ROUTES)
def test_an_oversize_body_is_refused_on_every_route(local: Web, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nhost: {local.host}\r\n"
    declared = local.raw(f"{head}content-length: 99999999\r\n\r\n".encode())
    assert declared.startswith(b"HTTP/1.1 413")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = local.raw(f"{head}transfer-encoding: chunked\r\n\r\n".encode(), *[chunk] * 17)
    assert sent.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", ROUTES)
def test_a_slow_body_is_refused_on_every_route(
    local: Web, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 0.3)
    head = f"POST {path} HTTP/1.1\r\nhost: {local.host}\r\ncontent-length: 10\r\n\r\n"
    assert local.raw(head.encode(), b"{", pause=0.1).startswith(b"HTTP/1.1 408")


def test_health_needs_no_token_and_says_nothing_of_the_account(local: Web) -> None:
    answer = httpx.get(f"{local.root}/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


# Doors that are not opened ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"http": "0.0.0.0:0"}, "needs to know who calls"),
        ({"http": "0.0.0.0:0", "auth": "none"}, "needs to know who calls"),
        ({"http": "127.0.0.1:0", "allowed-hosts": "stitch.example"}, "needs to know who calls"),
        ({"http": "127.0.0.1:0", "issuer": ISSUER}, "--issuer and --jwks go together"),
        ({"http": "127.0.0.1:0", "issuer": ISSUER, "jwks": ISSUER}, "--issuer needs --url"),
        ({"http": "127.0.0.1:0", "principals": "/nowhere.toml"}, "cannot be read"),
        ({"http": "8041"}, "is HOST:PORT"),
        ({"http": "127.0.0.1:99999"}, "is HOST:PORT"),
    ],
)
def test_a_server_that_would_let_anybody_in_does_not_start(line: Any, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        plan(gathered(line, {}))


HASH = hash_of("a token")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names nobody"),
        ("alice = 1", "stands outside"),
        ("[a]\nsha256 = 'my-token'", "must be 64 digits of a hash, not a token"),
        (f"[a]\nsha256 = '{HASH}'\nacess = 'read'", "did you mean access?"),
        (f"[a]\nsha256 = '{HASH}'\naccess = 'all'", "access is one of read, operate"),
        (f"[a]\nsha256 = '{HASH}'\nsubject = 'x'", "either sha256 or subject"),
        ("[a]\naccess = 'read'", "either sha256 or subject"),
        (f"[a]\nsha256 = '{HASH}'\n[b]\nsha256 = '{HASH}'", "given to two names"),
        ("[a]\nsubject = 1", "must be a text"),
    ],
)
def test_a_file_of_principals_says_what_it_may_hold(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "who.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=says) as refused:
        read_principals(file)
    assert "my-token" not in str(refused.value)


def test_a_new_token_is_one_that_the_file_knows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "alice"]) == 0
    shown = capsys.readouterr()
    file = tmp_path / "who.toml"
    file.write_text(shown.out)
    made = shown.err.split()[-1]
    holder = read_principals(file).holder(made)
    assert holder is not None
    assert holder.name == "alice"
    assert made not in shown.out


# Levels ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def levels(address: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A server whose principals are named for their levels."""
    folder = tmp_path_factory.mktemp("levels")
    file = folder / "who.toml"
    entries = [f'[{one}]\nsha256 = "{hash_of(one)}"\naccess = "{one}"\n' for one in LEVELS]
    file.write_text("".join(entries))
    found = Plan(host="127.0.0.1", port=0, principals=read_principals(file))
    settings = Settings(where="sandbox", access=Access(level="configure"))
    with serving(found, folder / "state", address, settings, {None: address.token}) as web:
        yield web


@pytest.mark.parametrize("level", LEVELS)
async def test_what_no_scope_would_allow_is_refused_in_words(levels: Web, level: str) -> None:
    lowest = min(level, "configure", key=LEVELS.index)
    async with connected(levels, level) as client:
        for spec in TOOLS:
            result = await client.call_tool(spec.name, {})
            needed = spec.operation.risk.level
            refused = f"needs the access level {needed}; this is {lowest}" in str(result.content)
            off = "which is off here" in str(result.content)
            assert refused == (LEVELS.index(needed) > LEVELS.index(lowest) and not off), spec.name


@pytest.mark.parametrize("level", LEVELS)
async def test_what_is_above_the_lowest_level_is_not_listed(levels: Web, level: str) -> None:
    lowest = min(level, "configure", key=LEVELS.index)
    seen = set(await listed(levels, level))
    allowed = LEVELS[: LEVELS.index(lowest) + 1]
    on = Access().toolsets
    assert seen == {s.name for s in TOOLS if s.operation.risk.level in allowed and s.toolset in on}


# Tokens of an issuer -----------------------------------------------------------------------------

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def issued(address: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A server for the tokens of an issuer, whose keys it was given."""
    folder = tmp_path_factory.mktemp("issued")
    found = Plan(host="127.0.0.1", port=0, issuer=(ISSUER, "http://127.0.0.1:9/"), url=RESOURCE)
    patch = pytest.MonkeyPatch()
    patch.setattr(
        "stitch_connect_mcp.web.serve.keys_at", lambda address: lambda token: KEY.public_key()
    )
    settings = Settings(where="sandbox")
    with serving(found, folder / "state", address, settings, {None: address.token}) as web:
        yield web
    patch.undo()


def token(key: Any = KEY, algorithm: str = "RS256", drop: str = "", **claims: Any) -> str:
    now = int(time.time())
    told = {
        "iss": ISSUER,
        "aud": RESOURCE,
        "sub": "alice",
        "exp": now + 300,
        "scope": "stitch:read",
        **claims,
    }
    told.pop(drop, None)
    return jwt.encode(told, key, algorithm=algorithm)


async def test_a_good_token_is_let_in(issued: Web) -> None:
    assert "list_sources" in await listed(issued, token())
    assert "list_sources" in await listed(issued, token(aud=["https://other.example", RESOURCE]))


PUBLIC = "0" * 32
CURVE = ec.generate_private_key(ec.SECP256R1())
BAD: dict[str, Callable[[], str]] = {
    "expired": lambda: token(exp=int(time.time()) - 3600),
    "not yet valid": lambda: token(nbf=int(time.time()) + 3600),
    "wrong audience": lambda: token(aud="https://other.example/mcp"),
    "wrong issuer": lambda: token(iss="https://evil.example"),
    "signed by another": lambda: token(key=OTHER_KEY),
    "none-algorithm": lambda: token(key=None, algorithm="none"),
    "a shared secret": lambda: token(key=PUBLIC, algorithm="HS256"),
    "another algorithm than that of the key": lambda: token(key=CURVE, algorithm="ES256"),
    "without expiry": lambda: token(drop="exp"),
    "without audience": lambda: token(drop="aud"),
    "without issuer": lambda: token(drop="iss"),
    "without subject": lambda: token(drop="sub"),
    "not a token": lambda: "a.b.c",
}


@pytest.mark.parametrize("flaw", BAD)
def test_a_flawed_token_is_not(issued: Web, flaw: str) -> None:
    answer = issued.post(BAD[flaw]())
    assert answer.status_code == 401
    assert "resource_metadata=" in answer.headers["www-authenticate"]


def call(name: str) -> dict[str, Any]:
    params = {"name": name, "arguments": {}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"a":' * 100_000])
def test_a_body_that_is_nested_without_end_is_a_bad_request(local: Web, body: bytes) -> None:
    headers = {**ACCEPT, "authorization": f"Bearer {local.token}"}
    assert httpx.post(local.url, content=body, headers=headers).status_code == 400


async def test_a_token_without_a_scope_of_ours_is_shown_nothing(issued: Web) -> None:
    assert await listed(issued, token(scope="openid profile")) == []


@pytest.mark.parametrize(
    ("scope", "tool", "level"),
    [
        ("openid profile", "list_sources", "read"),
        ("stitch:read", "start_job", "operate"),
        ("stitch:configure stitch:read", "delete_source", "destructive"),
    ],
)
def test_a_scope_that_is_missing_is_named(issued: Web, scope: str, tool: str, level: str) -> None:
    missing = issued.post(token(scope=scope), call(tool))
    assert missing.status_code == 403
    assert f'scope="stitch:{level}"' in missing.headers["www-authenticate"]


def test_the_metadata_name_the_issuer_and_every_scope(issued: Web) -> None:
    found = httpx.get(f"{issued.root}/.well-known/oauth-protected-resource/mcp").json()
    assert found["authorization_servers"][0].rstrip("/") == ISSUER
    assert found["resource"] == RESOURCE
    assert found["scopes_supported"] == [f"stitch:{level}" for level in LEVELS]


async def test_the_callers_token_is_none_for_stitch(issued: Web, address: Any) -> None:
    """Stitch knows one token, which is not the caller's, and it answered."""
    refused, text = await told(issued, token(), "list_sources")
    assert not refused
    assert "heroku" in text
    headers = {"authorization": f"Bearer {token()}"}
    assert httpx.get(f"{address.url}/v4/sources", headers=headers).status_code == 401


# Many ---------------------------------------------------------------------------------------------


async def test_many_clients_at_once_are_all_answered(local: Web) -> None:
    answers: list[list[str]] = []

    async def one() -> None:
        answers.append(await listed(local, local.token))

    async with anyio.create_task_group() as group:
        for _ in range(200):
            group.start_soon(one)
    assert len(answers) == 200
    assert all("list_sources" in answer for answer in answers)
