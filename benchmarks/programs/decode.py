"""Reads a list of 1,000 sources with our decoder (or as stitch-connect-client does), and with json.

Arguments: a recorded source, and `ours` or `theirs`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

SAMPLES = 21
ROWS = 1000


def content() -> bytes:
    with open(sys.argv[1], "rb") as recorded:
        one = json.load(recorded)
    return json.dumps([{**one, "id": number} for number in range(ROWS)]).encode()


def ours(body: bytes) -> Callable[[], Any]:
    from stitch_connect_api.models import Source
    from stitch_connect_runtime.decode import Decoder

    decoder = Decoder[list[Source]](list[Source])
    return lambda: decoder.decode(body, "sources.list", strict=True)


def theirs(body: bytes) -> Callable[[], Any]:
    module: Any = import_module("stitch_connect_client")
    client = module.ApiClient(module.Configuration())
    answer = SimpleNamespace(data=body.decode())
    return lambda: client.deserialize(answer, "list[Source]")


async def main() -> None:
    """Their client cannot be made outside an event loop."""
    body = content()
    client = ours(body) if sys.argv[2] == "ours" else theirs(body)
    calls: dict[str, Callable[[], Any]] = {"client": client, "json": lambda: json.loads(body)}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(SAMPLES + 1):
        for name, call in calls.items():
            begin = time.perf_counter()
            call()
            taken[name].append(time.perf_counter() - begin)
    for name, series in taken.items():
        print(name, statistics.median(series[1:]))


asyncio.run(main())
