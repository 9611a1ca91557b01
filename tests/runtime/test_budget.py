"""The budget: thirty in any ten minutes, whoever asks, counted once for everybody."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import limits.storage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits.storage import MemoryStorage
from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime import errors
from stitch_connect_runtime.budget import MovingWindow
from stitch_connect_runtime.scaled_clock import ScaledClock

from .calling import TOKEN, Caller, Instant, locals_of
from .hostile import RESET, answer, hostile

SCHEMES = vars(limits.storage)["SCHEMES"]
EMPTY = answer(200, '{"data": [], "page": 1, "total": 0, "links": {}}')
PERIOD = 600.0


def take(window: MovingWindow, now: float, key: str = "k") -> float:
    return window.take(key, 30, PERIOD, now)


def first_page(client: Any, account: int | None = None) -> Any:
    return client.loads.list(account).first_page()


@pytest.fixture
def one_clock() -> Instant:
    """A clock, and with it a count, of this test alone."""
    return Instant()


def test_the_window_moves_and_ends_to_the_instant() -> None:
    window = MovingWindow()
    assert [take(window, 100.0 + n) for n in range(30)] == [0.0] * 30
    assert take(window, 130.0) == 700.0, "the first leaves the window 600 s after it was made"
    assert take(window, 699.999) == 700.0
    assert take(window, 700.0) == 0.0
    assert take(window, 700.0) == 701.0, "one left, so one fits"
    assert window.left("k", 30, PERIOD, 702.0) == 2
    assert window.left("another", 30, PERIOD, 702.0) == 30


def test_a_clock_that_is_set_back_opens_no_second_budget() -> None:
    window = MovingWindow()
    assert [take(window, 1e9) for _ in range(30)] == [0.0] * 30
    assert take(window, 5.0) == 605.0
    assert take(window, 605.0) == 0.0


@given(st.lists(st.floats(0, 300), min_size=1, max_size=150))
def test_no_ten_minutes_hold_more_than_thirty(pauses: list[float]) -> None:
    window, now, made = MovingWindow(), 0.0, []
    for pause in pauses:
        now += pause
        fits_at = take(window, now)
        if not fits_at:
            made.append(now)
            continue
        assert now < fits_at <= now + PERIOD
        assert not take(MovingWindow(), fits_at)
    assert all(later - first >= PERIOD for first, later in zip(made, made[30:], strict=False))


def test_threads_take_thirty_together() -> None:
    window, ready = MovingWindow(), threading.Barrier(8)
    taken: list[float] = []

    def work() -> None:
        ready.wait()
        taken.extend(take(window, 1000.0) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0.0] * 30 + [1600.0] * 370


def test_sync_async_and_copies_share_one_count(one_clock: Instant) -> None:
    async def work(url: str) -> None:
        async with AsyncClient(TOKEN, base_url=url, client_id=7, clock=one_clock) as client:
            await asyncio.gather(*(first_page(client) for _ in range(10)))

    with hostile(EMPTY) as server:
        with Client(TOKEN, base_url=server.url, client_id=7, clock=one_clock) as client:
            asyncio.run(work(server.url))
            copy = client.with_options(timeout=9)
            for one in [client, copy] * 10:
                first_page(one)
            assert (client.budget_left(), copy.budget_left()) == (0, 0)
            with pytest.raises(errors.BudgetExhausted) as caught:
                first_page(client)
            first_page(client, 8)
        assert len(server.requests) == 31, "another account has a budget of its own"
    assert caught.value.next_fits_at == one_clock.now() + PERIOD


def test_clocks_that_are_equal_count_together() -> None:
    clock = ScaledClock(60)
    same = ScaledClock(60, start=clock.start)
    with hostile(EMPTY) as server:
        for one in (clock, same):
            with Client(TOKEN, base_url=server.url, client_id=9, clock=one) as client:
                first_page(client)
                left = client.budget_left()
    assert left == 28


def test_every_attempt_counts(call: Caller) -> None:
    window = MovingWindow()
    with hostile(RESET, answer(500), EMPTY) as server:
        call(server.url, lambda api: first_page(api, 7), budget=window)
        assert len(server.requests) == 3
    assert window.left(f"{server.url}|jobs|7", 30, PERIOD, call.clock.now()) == 27


def test_a_caller_may_wait_for_room(call: Caller) -> None:
    window = MovingWindow()
    start = call.clock.now()
    with hostile(EMPTY) as server:
        for wait, fits in [(599.0, False), (600.0, True)]:
            for _ in range(window.left(f"{server.url}|jobs|7", 30, PERIOD, call.clock.now())):
                call(server.url, lambda api: first_page(api, 7), budget=window)

            def patient(api: Any, wait: float = wait) -> Any:
                return api.loads.list(7, budget_wait=wait).first_page()

            if fits:
                call(server.url, patient, budget=window)
            else:
                with pytest.raises(errors.BudgetExhausted, match="600 s"):
                    call(server.url, patient, budget=window)
        assert len(server.requests) == 31
    assert call.clock.now() == start + PERIOD


def test_patience_is_for_the_whole_call(call: Caller) -> None:
    """Others take the room that was waited for: what is left of the patience is less."""

    class Full(MovingWindow):
        def take(self, key: Any, requests: int, period: float, now: float) -> float:
            return now + 100.0

    start = call.clock.now()
    with hostile(EMPTY) as server:
        with pytest.raises(errors.BudgetExhausted, match="100 s"):
            call(server.url, lambda api: first_page(api, 7), budget=Full(), budget_wait=250)
        assert server.requests == []
    assert call.clock.now() == start + 200


# A storage of the `limits` library


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Puts a memory in the place of the storage of a scheme; gives the options it is made with."""

    def put(scheme: str) -> dict[str, Any]:
        options: dict[str, Any] = {}

        class Recorder(MemoryStorage):
            def __init__(self, uri: str | None = None, **given: Any) -> None:
                options.update(given)
                super().__init__(uri)

        monkeypatch.setitem(SCHEMES, scheme, Recorder)
        return options

    return put


def test_a_storage_is_shared_by_all_who_name_it(call: Caller) -> None:
    uri = f"memory://{'async' if call.asynchronous else 'sync'}"
    with hostile(EMPTY) as server:
        for _ in range(30):
            call(server.url, lambda api: first_page(api, 7), budget=uri)
        with pytest.raises(errors.BudgetExhausted) as caught:
            call(server.url, lambda api: first_page(api, 7), budget=uri)
        call(server.url, lambda api: first_page(api, 8), budget=uri)
        call(server.url, lambda api: first_page(api, 7), budget=f"{uri}-2")
        assert len(server.requests) == 32
    assert 590 < caught.value.next_fits_at - call.clock.now() <= PERIOD


def test_a_network_storage_is_not_waited_for_without_end(
    storage: Callable[[str], dict[str, Any]],
) -> None:
    options = storage("redis")
    Client(TOKEN, budget="redis://127.0.0.1:1/7")
    assert options == {"socket_timeout": 5.0, "socket_connect_timeout": 5.0}


def test_a_storage_that_fails_is_named_without_its_address(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(MemoryStorage):
        def __init__(self, uri: str, **options: Any) -> None:
            super().__init__()

        def acquire_entry(self, *args: Any, **kwargs: Any) -> bool:
            raise OSError("cannot reach user:presigned-secret@host")

    monkeypatch.setitem(SCHEMES, "redis", Broken)
    with hostile(EMPTY) as server:
        with pytest.raises(errors.ConfigurationError, match="OSError") as caught:
            call(
                server.url, lambda api: first_page(api, 7), budget="redis://:presigned-secret@host"
            )
        assert server.requests == [], "what cannot be counted is not sent"
    assert "presigned-secret" not in f"{caught.value!r} {locals_of(caught.value)}"


def test_the_library_is_imported_only_for_a_storage() -> None:
    code = """
import sys
from stitch_connect_api import Client
from stitch_connect_runtime.errors import ConnectionFailed
client = Client("t", base_url="http://127.0.0.1:1", client_id=7, max_retries=0)
try:
    client.loads.list().first_page()
except ConnectionFailed:
    pass
assert "limits" not in sys.modules
Client("t", budget="memory://")
assert "limits" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
