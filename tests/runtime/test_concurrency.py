"""Threads, tasks, forks, cancellation and closing: nothing is mixed up, and nothing hangs."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime import errors

from .calling import TOKEN
from .hostile import SILENCE, answer, hostile

LIST = answer(200, "[]")


def list_emails(client: Any) -> Any:
    return client.custom_emails.list()


def in_child(work: Callable[[], None], patience: int = 20) -> int:
    """The exit status of a forked process that does some work; it is ended if it hangs."""
    child = os.fork()
    if child == 0:
        signal.alarm(patience)
        try:
            work()
        except BaseException:  # noqa: BLE001
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_threads_share_a_client() -> None:
    with hostile(LIST) as server, Client(TOKEN, base_url=server.url) as client:
        with ThreadPoolExecutor(16) as threads:
            found = list(threads.map(lambda _: list_emails(client), range(200)))
        assert found == [[]] * 200
        assert len(server.requests) == 200
    assert gc.isenabled(), "collection is paused while decoding, and goes on after it"


async def test_tasks_share_a_client() -> None:
    with hostile(LIST) as server:
        async with AsyncClient(TOKEN, base_url=server.url) as client:
            found = await asyncio.gather(*(list_emails(client) for _ in range(100)))
        assert found == [[]] * 100


def test_a_fork_has_connections_of_its_own() -> None:
    with hostile(LIST) as server, Client(TOKEN, base_url=server.url) as client:
        list_emails(client)
        assert in_child(lambda: list_emails(client)) == 0
        list_emails(client)
        assert len(server.requests) == 3


def test_a_fork_does_not_wait_for_a_thread_that_it_has_not() -> None:
    """Locks that another thread holds at the moment of a fork are nobody's in the new process."""
    with hostile(LIST) as server, Client(TOKEN, base_url=server.url, client_id=7) as client:
        list_emails(client)
        held, release = threading.Event(), threading.Event()

        def hold() -> None:
            from stitch_connect_runtime import decode

            with (
                client._making,
                client._transport._clients._lock,
                client._budget._lock,  # type: ignore[attr-defined]
                decode._building,
                decode.collection_paused,
                decode.collection_paused._lock,
            ):
                held.set()
                release.wait()

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait()

        def work() -> None:
            with Client(TOKEN, base_url=server.url) as other:
                list_emails(other)
            list_emails(client)
            client.budget_left()
            assert gc.isenabled()

        try:
            assert in_child(work) == 0
        finally:
            release.set()
            holder.join()


@pytest.mark.parametrize("script", [SILENCE, answer(500)], ids=["waiting", "before a retry"])
async def test_a_call_that_is_cancelled_gives_its_connection_back(script: bytes) -> None:
    with hostile(script) as server:
        async with AsyncClient(TOKEN, base_url=server.url, random=lambda: 1.0) as client:
            for _ in range(3):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await list_emails(client)
            asked = len(server.requests)
            await asyncio.sleep(0.2)
            assert len(server.requests) == asked, "nobody tries again for who has left"
            server.script[:] = [LIST]
            assert await list_emails(client) == []
            (made,) = client._transport._clients._made.values()
            assert [one.is_available() for one in made._transport._pool.connections] == [True]  # type: ignore[attr-defined]


def test_closing_during_a_call_ends_it() -> None:
    with hostile(SILENCE) as server:
        client = Client(TOKEN, base_url=server.url, timeout=1, max_retries=0)
        with ThreadPoolExecutor(1) as threads:
            call = threads.submit(list_emails, client)
            while not server.requests:
                time.sleep(0.01)
            client.close()
            with pytest.raises(errors.StitchError):
                call.result(10)
    with pytest.raises(errors.ConfigurationError, match="closed"):
        list_emails(client)


async def test_closing_during_an_async_call_ends_it() -> None:
    with hostile(SILENCE) as server:
        client = AsyncClient(TOKEN, base_url=server.url, timeout=1, max_retries=0)
        call = asyncio.create_task(list_emails(client))
        while not server.requests:
            await asyncio.sleep(0.01)
        await client.aclose()
        with pytest.raises(errors.StitchError):
            await call
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await list_emails(client)


def test_closing_a_copy_closes_nothing() -> None:
    with hostile(LIST) as server, Client(TOKEN, base_url=server.url) as client:
        with client.with_options(timeout=9) as copy:
            list_emails(copy)
        assert list_emails(client) == []
        assert list_emails(copy) == []


async def test_closing_before_the_first_call_is_no_mistake() -> None:
    Client(TOKEN).close()
    await AsyncClient(TOKEN).aclose()
