"""Makes the same calls over and over: with our clients and with bare httpx, sync and async."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

import httpx
from stitch_connect import AsyncStitch, Stitch

ROUNDS, CALLS, AT_A_TIME = 7, 160, 8
TOKEN = "sandbox-token"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
URL = sys.argv[1]
LIST = f"{URL}/notifications/public/v1/api/custom-emails"
Taken = dict[str, list[float]]


def sync(taken: Taken) -> None:
    """One call after the other."""
    with Stitch(TOKEN, base_url=URL) as stitch, httpx.Client(headers=HEADERS) as client:
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            for _ in range(CALLS):
                stitch.custom_emails.list()
            taken["ours"].append(time.perf_counter() - begin)
            begin = time.perf_counter()
            for _ in range(CALLS):
                client.get(LIST).json()
            taken["bare"].append(time.perf_counter() - begin)


async def concurrent(taken: Taken) -> None:
    """A few calls at a time."""
    async with (
        AsyncStitch(TOKEN, base_url=URL) as stitch,
        httpx.AsyncClient(headers=HEADERS) as client,
    ):

        async def ours() -> None:
            for _ in range(CALLS // AT_A_TIME):
                await stitch.custom_emails.list()

        async def bare() -> None:
            for _ in range(CALLS // AT_A_TIME):
                (await client.get(LIST)).json()

        for _ in range(ROUNDS):
            for name, worker in (("async-ours", ours), ("async-bare", bare)):
                begin = time.perf_counter()
                await asyncio.gather(*(worker() for _ in range(AT_A_TIME)))
                taken[name].append(time.perf_counter() - begin)


measured: Taken = {name: [] for name in ("ours", "bare", "async-ours", "async-bare")}
sync(measured)
asyncio.run(concurrent(measured))
for name, series in measured.items():
    print(name, statistics.median(series))
