"""Fleets: many accounts, some of them failing, within bounds. Threads and tasks."""

from __future__ import annotations

import asyncio
import json
import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from stitch_connect import AsyncFleet, AsyncStitch, Fleet, Stitch, errors
from stitch_connect.errors import AccountTimeout, ConfigurationError, UnknownProfile, WriteRefused
from stitch_connect.fleet import Result
from stitch_connect.fleet.turns import Abandoned, Turn
from stitch_connect.profiles import find_profile
from stitch_connect_runtime.budget import MovingWindow

from tests.runtime.hostile import DRIP, JSON, SILENCE, answer, hostile

from .relay import relay

SECRET = "at_a-token-nobody-may-see"
EXHAUSTED = b"HTTP/1.1 503 X\r\nRetry-After: 50\r\nContent-Length: 0\r\n\r\n"


def seeded(sandbox: Any, accounts: int, sources: int = 1) -> dict[str, str]:
    """Tokens of new accounts by client id."""
    body = json.dumps({"accounts": accounts, "sources": sources}).encode()
    request = Request(f"{sandbox.url}/_sandbox/seed", body, {"content-type": "application/json"})
    with urlopen(request) as response:
        return {str(row["client_id"]): row["token"] for row in json.load(response)}


def clients(sandbox: Any, accounts: int) -> dict[str, Stitch]:
    return {
        name: Stitch(token, base_url=sandbox.url, client_id=int(name))
        for name, token in seeded(sandbox, accounts).items()
    }


class Runner:
    """Runs the same over threads and over tasks; reads are written for both with `then`."""

    def __init__(self, asynchronous: bool) -> None:
        self.asynchronous = asynchronous

    def __call__(
        self, accounts: Any, read: Callable[[Any], Any], **options: Any
    ) -> dict[str, Result[Any]]:
        if self.asynchronous:
            return asyncio.run(self._tasks(accounts, read, options))
        return {one.account: one for one in Fleet(accounts, **options).map(read)}

    async def _tasks(self, accounts: Any, read: Any, options: Any) -> dict[str, Result[Any]]:
        given = {name: self._async(one) for name, one in accounts.items()}
        return {one.account: one async for one in AsyncFleet(given, **options).map(read)}

    def _async(self, account: Any) -> Any:
        if isinstance(account, Stitch):
            return AsyncStitch(**account._options)
        return account


@pytest.fixture(params=[False, True], ids=["threads", "tasks"])
def run(request: pytest.FixtureRequest) -> Runner:
    return Runner(request.param)


def at(url: str, token: str = SECRET) -> Stitch:
    return Stitch(token, base_url=url, client_id=1)


# -- the show: 500 accounts, 5 of them failing ----------------------------------------------------

BAD = ("revoked", "failing", "silent", "garbled", "refusing")
NAMED = {
    "revoked": errors.Unauthorized,
    "failing": errors.ServerError,
    "silent": errors.RequestTimeout,
    "garbled": errors.UnexpectedResponse,
    "refusing": errors.ConnectionFailed,
}


@pytest.fixture
def five_hundred(sandbox: Any, tmp_path: Path) -> Iterator[tuple[Path, Any]]:
    """An accounts file of 495 good accounts and 5 bad ones, and the relay before the sandbox."""
    with ExitStack() as stack:
        counting = stack.enter_context(relay(sandbox.url))
        failing = stack.enter_context(hostile(answer(500, "{}")))
        silent = stack.enter_context(hostile(SILENCE))
        garbled = stack.enter_context(hostile(answer(200, '[{"id": ')))
        closed = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = closed.getsockname()[1]
        closed.close()
        urls = (counting.url, failing.url, silent.url, garbled.url, f"http://127.0.0.1:{port}")
        rows = [(name, token, counting.url) for name, token in seeded(sandbox, 495).items()]
        for index, (name, url) in enumerate(zip(BAD, urls, strict=True)):
            rows.insert(index * 90, (name, SECRET, url))
        assert len(rows) == 500
        for name, token, _ in rows:
            (tmp_path / name).touch(0o600)
            (tmp_path / name).write_text(token)
        accounts = tmp_path / "accounts.toml"
        accounts.write_text(
            "".join(
                f'["{name}"]\ntoken = "file:{name}"\nbase_url = "{url}"\n' for name, _, url in rows
            )
        )
        yield accounts, counting


OPTIONS: dict[str, Any] = {
    "max_concurrency": 8,
    "timeout": 3.0,
    "max_retries": 1,
    "random": lambda: 0.0,
}


def check_five_hundred(results: list[Result[Any]], counting: Any) -> None:
    assert len({one.account for one in results}) == len(results) == 500
    good = [one for one in results if one.ok]
    assert len(good) == 495
    for one in good:
        assert {source.stitch_client_id for source in one.unwrap()} == {int(one.account)}
    bad = {one.account: one.error for one in results if not one.ok}
    assert {name: type(error) for name, error in bad.items()} == NAMED
    assert SECRET not in repr(bad)
    assert results[-1].account not in {"revoked"}  # which is first in the file
    assert 2 <= counting.peak <= OPTIONS["max_concurrency"]
    assert counting.total < 60  # connections are used again
    print(f"500 accounts, peak {counting.peak} connections, {counting.total} opened")


def test_five_hundred_accounts_in_threads(five_hundred: Any) -> None:
    accounts, counting = five_hundred
    fleet = Fleet.from_profiles(accounts, **OPTIONS)
    check_five_hundred(list(fleet.map(lambda stitch: stitch.sources.list())), counting)


async def test_five_hundred_accounts_in_tasks(five_hundred: Any) -> None:
    accounts, counting = five_hundred
    fleet = AsyncFleet.from_profiles(accounts, **OPTIONS)
    results = [one async for one in fleet.map(lambda stitch: stitch.sources.list())]
    check_five_hundred(results, counting)


# -- results --------------------------------------------------------------------------------------


def test_results_come_while_others_are_awaited(sandbox: Any) -> None:
    others = threading.Event()

    def read(stitch: Stitch) -> int:
        if stitch.client_id == slow:
            assert others.wait(30)
        return len(stitch.sources.list())

    accounts = clients(sandbox, 4)
    slow = int(next(iter(accounts)))
    seen = []
    for result in Fleet(accounts, max_concurrency=2).map(read):
        seen.append(result.account)
        if len(seen) == 3:
            others.set()
    assert seen[-1] == str(slow)
    assert set(seen) == set(accounts)


def test_pages_are_read_to_their_end_and_each_has_its_own_budget(sandbox: Any, run: Runner) -> None:
    window = MovingWindow()
    accounts = clients(sandbox, 3)
    for _ in range(30):
        results = run(accounts, lambda stitch: stitch.extractions.list(), budget=window)
        assert all(isinstance(one.unwrap(), list) for one in results.values())
    first = next(iter(accounts))
    results = run(accounts, lambda stitch: stitch.loads.list(), budget=window)
    assert {type(one.error) for one in results.values()} == {errors.BudgetExhausted}
    with pytest.raises(errors.BudgetExhausted):
        results[first].unwrap()


def test_the_budget_is_the_one_of_the_process(sandbox: Any, run: Runner) -> None:
    accounts = clients(sandbox, 2)
    run(accounts, lambda stitch: stitch.extractions.list())
    assert [one.budget_left() for one in accounts.values()] == [29, 29]


def test_a_read_that_goes_wrong_is_one_accounts_failure(sandbox: Any, run: Runner) -> None:
    results = run(clients(sandbox, 2), lambda stitch: stitch.nothing_of_the_kind)
    assert {type(one.error) for one in results.values()} == {AttributeError}


def test_a_token_that_cannot_be_read_is_one_accounts_failure(
    sandbox: Any, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOD", sandbox.token)
    path = tmp_path / "accounts.toml"
    path.write_text(
        f'[good]\nbase_url = "{sandbox.url}"\ntoken = "env:GOOD"\n'
        f'[bad]\nbase_url = "{sandbox.url}"\ntoken = "env:BAD"\n'
    )
    accounts = {name: find_profile(name, path) for name in ("good", "bad")}
    results = run(accounts, lambda stitch: stitch.sources.list())
    assert results["good"].ok
    with pytest.raises(ConfigurationError, match="account 'bad': the environment variable BAD"):
        results["bad"].unwrap()
    assert Fleet.from_profiles(path).accounts == ("good", "bad")
    assert AsyncFleet.from_profiles(path, ["bad"]).accounts == ("bad",)
    with pytest.raises(UnknownProfile, match="did you mean good"):
        Fleet.from_profiles(path, ["godo"])


# -- what a fleet does not send -------------------------------------------------------------------


def test_what_is_not_a_read_is_refused(sandbox: Any, run: Runner) -> None:
    seen: list[str] = []
    accounts = {
        "a": Stitch(
            sandbox.token, base_url=sandbox.url, before_send=lambda op, request: seen.append(op.id)
        )
    }
    for call in (
        lambda stitch: stitch.sources.delete(120643),
        lambda stitch: stitch.sources.pause(120643),
        lambda stitch: stitch.request("DELETE", "/v4/sources/120643"),
        lambda stitch: stitch.with_options(timeout=5).replication_jobs.start(120643),
    ):
        with pytest.raises(WriteRefused, match=r"was not sent.*allow_writes=True"):
            run(accounts, call)["a"].unwrap()
    assert seen == []
    assert run(accounts, lambda stitch: stitch.sources.get(120643))["a"].ok
    assert run(accounts, lambda stitch: stitch.sources.pause(120643), allow_writes=True)["a"].ok
    assert seen == ["sources.get", "sources.pause"]


@pytest.mark.parametrize("error", [WriteRefused("sources.pause", "operate"), AccountTimeout(3.0)])
def test_its_errors_survive_pickling(error: Any) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), vars(copy)) == (str(error), vars(error))


# -- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [SILENCE, DRIP, EXHAUSTED], ids=["silence", "drip", "retry"])
def test_an_account_that_takes_too_long(run: Runner, script: bytes) -> None:
    with hostile(script) as slow, hostile(answer(200, "[]", JSON)) as quick:
        results = run(
            {"slow": at(slow.url), "quick": at(quick.url)},
            lambda stitch: stitch.sources.list(),
            account_timeout=2.0,
        )
    assert results["quick"].unwrap() == []
    with pytest.raises(AccountTimeout, match=r"not done within 2 s"):
        results["slow"].unwrap()


def test_no_call_follows_when_the_turn_is_over(run: Runner) -> None:
    with hostile(answer(200, "[]", JSON)) as server:

        def read(stitch: Stitch) -> None:
            while True:
                stitch.sources.list()

        async def aread(stitch: AsyncStitch) -> None:
            while True:
                await stitch.sources.list()

        results = run(
            {"a": at(server.url)}, aread if run.asynchronous else read, account_timeout=0.2
        )
    assert isinstance(results["a"].error, AccountTimeout)


class Instant:
    """Time that passes only when somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    async def asleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_sleep_ends_when_nobody_waits() -> None:
    clock, abandoned = Instant(), threading.Event()
    turn = Turn(clock, float("inf"), 60.0, abandoned)
    turn.sleep(600.0)
    assert clock.time == pytest.approx(600.0)
    abandoned.set()
    with pytest.raises(Abandoned):
        turn.sleep(600.0)
    assert clock.time == pytest.approx(600.0)
    assert turn == clock == Turn(clock, 0.0, 0.0, abandoned)
    assert hash(turn) == hash(clock)


# -- leaving early --------------------------------------------------------------------------------


def fleet_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("stitch-fleet")]


def test_leaving_early_begins_no_more_and_leaves_nothing(sandbox: Any) -> None:
    begun: list[int] = []
    ended: list[type] = []
    together = threading.Barrier(2)

    def read(stitch: Stitch) -> int:
        begun.append(stitch.client_id or 0)
        if len(begun) <= 2:
            together.wait(30)
        if begun[0] == stitch.client_id:
            return 1
        try:
            while True:
                stitch.sources.list()
        except Abandoned as error:
            ended.append(type(error))
            raise

    results = Fleet(clients(sandbox, 20), max_concurrency=2).map(read)
    assert next(results).ok
    results.close()
    assert len(begun) <= 3
    assert len(ended) >= 1
    assert fleet_threads() == []


async def test_leaving_early_cancels_the_tasks(sandbox: Any) -> None:
    cancelled: list[int | None] = []
    begun: list[int | None] = []

    async def read(stitch: AsyncStitch) -> int:
        begun.append(stitch.client_id)
        if len(begun) == 1:
            return len(await stitch.sources.list())
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.append(stitch.client_id)
            raise
        return 0

    tokens = seeded(sandbox, 20)
    accounts = {
        name: AsyncStitch(token, base_url=sandbox.url, client_id=int(name))
        for name, token in tokens.items()
    }
    before = asyncio.all_tasks()
    async with aclosing(AsyncFleet(accounts, max_concurrency=3).map(read)) as results:
        async for result in results:
            assert result.ok
            break
    assert asyncio.all_tasks() == before
    assert len(begun) <= 4
    assert set(cancelled) <= set(begun[1:])


async def test_a_read_that_cancels_itself_is_one_accounts_failure(sandbox: Any) -> None:
    async def read(stitch: AsyncStitch) -> int:
        raise asyncio.CancelledError

    accounts = {"a": AsyncStitch(sandbox.token, base_url=sandbox.url)}
    (result,) = [one async for one in AsyncFleet(accounts).map(read)]
    assert isinstance(result.error, asyncio.CancelledError)


# -- what it is made of ---------------------------------------------------------------------------


def test_a_read_sees_the_context_of_who_asked(sandbox: Any) -> None:
    asked: ContextVar[str] = ContextVar("asked", default="nobody")
    asked.set("somebody")
    accounts = {"a": at(sandbox.url, sandbox.token), "b": at(sandbox.url, sandbox.token)}
    assert [one.value for one in Fleet(accounts).map(lambda _: asked.get())] == ["somebody"] * 2


@pytest.mark.parametrize("kind", [Fleet, AsyncFleet])
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"max_concurrency": 0}, "max_concurrency must be a number of at least 1"),
        ({"account_timeout": 0}, "account_timeout must be a number"),
        ({"timeout": -1}, "timeout must be a number"),
        ({"client_id": 5}, "client_id: each account of a fleet has its own"),
        ({"token": SECRET}, "token: each account"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_at_once(
    kind: Any, options: dict[str, Any], problem: str
) -> None:
    with pytest.raises((ConfigurationError, errors.InvalidArgument), match=problem) as caught:
        kind({}, **options)
    assert SECRET not in str(caught.value)


def test_accounts_have_names_each_its_own(tmp_path: Path) -> None:
    path = tmp_path / "accounts.toml"
    path.write_text('[a]\ntoken = "env:A"\n')
    profile = find_profile("a", path)
    with pytest.raises(errors.InvalidArgument, match="twice"):
        Fleet([profile, profile])
    with pytest.raises(errors.InvalidArgument, match="by name"):
        Fleet([at("http://127.0.0.1:1")])  # type: ignore[list-item]
    with pytest.raises(errors.InvalidArgument, match="by name"):
        Fleet(None)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidArgument, match="a Profile or Stitch"):
        Fleet({"a": AsyncStitch(SECRET)})  # type: ignore[arg-type]
    assert Fleet.from_profiles(path, "a").accounts == ("a",)
    with pytest.raises(TypeError, match="tiemout"):
        Fleet([profile], tiemout=3)
    assert list(Fleet({}).map(lambda stitch: 1)) == []
