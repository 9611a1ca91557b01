"""Accounts by name: what the file may say, where a token may be kept, and that none is shown."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stitch_connect import AsyncStitch, Stitch
from stitch_connect.errors import ConfigurationError, UnknownProfile
from stitch_connect.profiles import accounts_path, find_profile, read_profiles

SECRET = "ac_a-token-nobody-may-see"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes the accounts file that the environment names."""
    path = tmp_path / "accounts.toml"
    monkeypatch.setenv("STITCH_CONNECT_ACCOUNTS", str(path))

    def write(text: str) -> Path:
        path.write_text(text, encoding="utf-8")
        return path

    return write


def shown(error: BaseException) -> str:
    """All that a report of an error shows: messages, causes, and the locals of our frames."""
    told, frames = [], []
    seen: BaseException | None = error
    while seen is not None:
        told += [str(seen), repr(seen), repr(vars(seen))]
        frames += [frame for frame, _ in traceback.walk_tb(seen.__traceback__)]
        seen = seen.__cause__ or seen.__context__
    ours = (frame.f_locals for frame in frames if "stitch_connect" in frame.f_code.co_filename)
    return "\n".join([*told, *(_shown(value) for one in ours for value in one.values())])


def _shown(value: object) -> str:
    try:
        return repr(value)
    except AttributeError:  # a client that is not made yet
        return repr(vars(value))


def token_file(path: Path, text: str = SECRET, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_client_is_made_from_a_profile(sandbox: Any, write: Any, tmp_path: Path) -> None:
    token_file(tmp_path / "token", f"{sandbox.token}\n", 0o400)
    write(f'[here]\nbase_url = "{sandbox.url}"\nclient_id = 116078\ntoken = "file:token"\n')

    async def names() -> list[str]:
        async with AsyncStitch.from_profile("here", timeout=5) as stitch:
            return [source.name for source in await stitch.sources.list()]

    with Stitch.from_profile("here", strict=True) as stitch:
        assert stitch.client_id == 116078
        assert [source.name for source in stitch.sources.list()] == asyncio.run(names())
        assert list(stitch.extractions.list())


def test_a_profile_does_not_mix_with_the_environment(
    write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TOKEN", "CLIENT_ID", "REGION", "BASE_URL"):
        monkeypatch.setenv(
            f"STITCH_CONNECT_{name}", "7" if name == "CLIENT_ID" else "https://x.example"
        )
    monkeypatch.setenv("PROD", SECRET)
    write('[us]\ntoken = "env:PROD"\n[eu]\ntoken = "env:PROD"\nregion = "eu-central-1"\n')
    us, eu = Stitch.from_profile("us"), Stitch.from_profile("eu")
    assert (us.base_url, us.client_id) == ("https://api.stitchdata.com", None)
    assert eu.base_url == "https://api.eu-central-1.stitchdata.com"
    assert us.with_options(timeout=1).client_id is None
    moved = Stitch.from_profile("eu", base_url="http://127.0.0.1:1", client_id=5)
    assert (moved.base_url, moved.client_id) == ("http://127.0.0.1:1", 5)
    assert SECRET not in repr(find_profile("us")) + repr(us)


def test_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert accounts_path() == tmp_path / ".config/stitch-connect/accounts.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/absolute")
    assert accounts_path() == tmp_path / ".config/stitch-connect/accounts.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/xdg")
    assert accounts_path() == Path("/etc/xdg/stitch-connect/accounts.toml")
    monkeypatch.setenv("STITCH_CONNECT_ACCOUNTS", "~/mine.toml")
    assert accounts_path() == tmp_path / "mine.toml"
    assert accounts_path("other.toml") == Path("other.toml")
    with pytest.raises(ConfigurationError, match=r"mine.toml cannot be read .* STITCH_CONNECT_ACC"):
        read_profiles()


def test_an_unknown_account_lists_near_names(write: Any) -> None:
    path = write("".join(f'[{name}]\ntoken = "env:X"\n' for name in ("prod", "prod-eu", "test")))
    with pytest.raises(UnknownProfile, match="did you mean prod or prod-eu") as caught:
        find_profile("Prods")
    assert caught.value.near == ("prod", "prod-eu")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.path) == (str(caught.value), str(path))
    with pytest.raises(UnknownProfile, match=r"add \[zzz\] to it"):
        Stitch.from_profile("zzz")


GOOD = 'token = "env:X"\n'
WRONG = [
    (f'token = "{SECRET}"', "token is not a reference; write env:NAME"),
    (f'token = "vault:{SECRET}"', "token is not a reference; write env:NAME"),
    ('token = "env:"', "token is not a reference; write env:NAME"),
    (f'tokn = "{SECRET}"', "no key 'tokn'; did you mean token?"),
    (f'{GOOD}regoin = "us-east-1"', "no key 'regoin'; did you mean region?"),
    (f"{GOOD}zzz = 1", "no key 'zzz'; did you mean region or base_url or client_id or token?"),
    (f'[account.deep]\ntoken = "{SECRET}"', "no key 'deep'"),
    ("", "token is missing"),
    (f'token = ["{SECRET}"]', "token is missing or no text"),
    (f'{GOOD}region = "eu-west-1"', "unknown region 'eu-west-1'; did you mean '"),
    (f"{GOOD}region = 1", "region is no text"),
    (f'{GOOD}base_url = "http://stitch.example"', "must begin with https://"),
    (f'{GOOD}base_url = "https://a:{SECRET}@b"', "base_url holds more than"),
    (f'{GOOD}base_url = ""', "base_url is no text"),
    (f'{GOOD}base_url = "https://b"\nregion = "us-east-1"', "leave one of them away"),
    (f'{GOOD}client_id = "116078"', "client_id is no number"),
    (f"{GOOD}client_id = true", "client_id is no number"),
    (f"{GOOD}client_id = 0", "client_id is no number"),
]


@pytest.mark.parametrize(("text", "problem"), WRONG)
def test_what_is_wrong_is_told_and_nothing_shown(write: Any, text: str, problem: str) -> None:
    path = write(f"[account]\n{text}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_profiles()
    assert problem in str(caught.value)
    assert str(caught.value).startswith(f"account 'account' in {path}: ")
    if "base_url" not in text:  # whose own check has the address at hand
        assert SECRET not in shown(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f'[a]\ntoken = "{SECRET}', "is not TOML (at its end); correct"),
        (f'token = "{SECRET}"\n', "it is not a table; write [token]"),
        (f'[a]\ntoken = "{SECRET}"\n[a]\n', "is not TOML (line 3, column"),
    ],
)
def test_a_file_that_is_no_list_of_accounts(write: Any, text: str, problem: str) -> None:
    write(text)
    with pytest.raises(ConfigurationError) as caught:
        read_profiles()
    assert problem in str(caught.value)
    assert SECRET not in shown(caught.value)


@pytest.mark.parametrize("name", [None, 7, ["a"], "", "a\x00", "\ud800"])
def test_what_is_no_name_is_an_unknown_one(write: Any, name: Any) -> None:
    write('[a]\ntoken = "env:X"\n')
    with pytest.raises(UnknownProfile, match="no account is named"):
        Stitch.from_profile(name)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"[a]\nclient_id = {'9' * 5000}\n", "is not TOML"),
        (f"a = {'[' * 5000}\n", "is not TOML"),
        (f"[a]\ntoken = '{'x' * 2**20}'\n", "cannot be read (File too large)"),
    ],
    ids=["digits", "depth", "size"],
)
def test_a_file_that_is_too_much(write: Any, text: str, problem: str) -> None:
    write(text)
    with pytest.raises(ConfigurationError) as caught:
        read_profiles()
    assert problem in str(caught.value)


@pytest.mark.parametrize("where", ["~nobody-of-that-name/x", "zero\x00byte", "\ud800", "/", "pipe"])
def test_a_path_that_leads_to_no_file(write: Any, tmp_path: Path, where: str) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigurationError, match=r"cannot be read \(.*write it, with"):
        read_profiles(tmp_path / where if where == "pipe" else where)
    path = where.replace("\x00", "\\u0000")
    if where != "\ud800":  # no TOML holds it
        assert "check the path" in failing(write, f"file:{path}")


def test_a_file_that_anybody_may_change_is_refused(write: Any) -> None:
    path = write('[a]\ntoken = "env:X"\n')
    path.chmod(0o664)
    assert list(read_profiles()) == ["a"]
    path.chmod(0o666)
    with pytest.raises(ConfigurationError) as caught:
        read_profiles()
    assert f"has mode 0666, so that anybody may change it; run `chmod o-w {path}`" in str(
        caught.value
    )


def test_a_file_that_is_no_text(write: Any) -> None:
    write("").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not UTF-8 text; save it as such"):
        read_profiles()


def read_token(write: Any, reference: str) -> str:
    write(f'[a]\ntoken = "{reference}"\n')
    token = find_profile("a").read_token()
    assert SECRET not in repr(token)
    return token.reveal()


def failing(write: Any, reference: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_token(write, reference)
    assert SECRET not in shown(caught.value)
    assert str(caught.value).startswith("account 'a': ")
    return str(caught.value)


def test_a_token_in_the_environment(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROD_TOKEN", SECRET)
    monkeypatch.setenv("NO_TOKEN", " \n")
    assert read_token(write, "env:PROD_TOKEN") == SECRET
    assert "the token in its env is empty" in failing(write, "env:NO_TOKEN")
    assert "variable ANOTHER of its token is not set" in failing(write, "env:ANOTHER")
    assert "variable of its token is not set" in failing(write, "env:ac_12")  # perhaps the token


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_token_in_a_file(write: Any, tmp_path: Path, ending: str, mode: int) -> None:
    path = token_file(tmp_path / "token", SECRET + ending, mode)
    assert read_token(write, f"file:{path}") == SECRET
    assert read_token(write, "file:token") == SECRET


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o622, 0o700])
def test_a_file_that_others_may_read_is_refused(write: Any, tmp_path: Path, mode: int) -> None:
    path = token_file(tmp_path / "token", mode=mode)
    message = failing(write, "file:token")
    assert f"has mode 0{mode:o}" in message
    assert message.endswith(f"run `chmod 600 {path}`")


def test_files_that_hold_no_token(write: Any, tmp_path: Path) -> None:
    token_file(tmp_path / "empty", " \n")
    token_file(tmp_path / "binary").write_bytes(b"\xff" + SECRET.encode())
    (tmp_path / "loose").symlink_to(token_file(tmp_path / "target", mode=0o644))
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert "the token in its file is empty" in failing(write, "file:empty")
    assert "binary is not text" in failing(write, "file:binary")
    assert "has mode 0644" in failing(write, "file:loose")
    assert "pipe cannot be read (it is not a file)" in failing(write, "file:pipe")
    assert "(No such file or directory); check the path" in failing(write, "file:none")


def test_a_token_with_a_line_break_is_refused_unseen(write: Any, tmp_path: Path) -> None:
    token_file(tmp_path / "two", f"{SECRET}\n{SECRET}\n")
    write('[a]\ntoken = "file:two"\n')
    with pytest.raises(ConfigurationError, match="no HTTP header can carry") as caught:
        Stitch.from_profile("a")
    assert SECRET not in shown(caught.value)


KEYRING = """
def get_password(service, user):
    if service == "locked":
        raise OSError("the password would be {secret}")
    return {{("team/stitch", "prod"): "{secret}"}}.get((service, user))
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A stand-in for the optional package, whose backends need a desktop or a daemon."""
    (tmp_path / "keyring.py").write_text(KEYRING.format(secret=SECRET))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    yield
    sys.modules.pop("keyring", None)


@pytest.mark.usefixtures("keyring")
def test_a_token_in_the_keyring(write: Any) -> None:
    assert read_token(write, "keyring:team/stitch/prod") == SECRET
    assert "has nothing for stitch/other" in failing(write, "keyring:stitch/other")
    assert "cannot be read (OSError)" in failing(write, "keyring:locked/x")
    for short in ("keyring:stitch", "keyring:/x", "keyring:x/"):
        assert "write keyring:SERVICE/USER" in failing(write, short)


def test_the_missing_extra_is_named(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert "pip install stitch-connect[keyring]" in failing(write, "keyring:stitch/prod")


def test_a_token_given_outranks_the_reference_and_is_not_seen(write: Any) -> None:
    write('[a]\ntoken = "env:NOT_SET"\n')
    assert SECRET not in repr(Stitch.from_profile("a", token=SECRET))
    with pytest.raises(ConfigurationError) as caught:
        Stitch.from_profile("a", token=SECRET, timeout=-1)
    assert SECRET not in shown(caught.value)
