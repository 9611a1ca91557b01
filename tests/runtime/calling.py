"""How these tests make a call, sync or async, and how they look for secrets in its failure."""

from __future__ import annotations

import asyncio
import copy
import pickle
import traceback
from collections.abc import Callable, Generator
from typing import Any

import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_runtime.budget import MovingWindow
from stitch_connect_runtime.resource import LogStream, Pager

from .hostile import Hostile

TOKEN = "ac_very-secret-token"
PRESIGNED = "presigned-secret"
ANSWERED = "answered-secret"  # a credential in a body that was received
SECRETS = (TOKEN, PRESIGNED, ANSWERED)
ROOMS = ("stitch_connect_runtime", "stitch_connect_api", "site-packages")


class Instant:
    """Time that passes only when somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self.time, self.slept = 1_700_000_000.0, 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)


class Caller:
    """Makes one call, with the sync or the async client."""

    def __init__(self, asynchronous: bool) -> None:
        self.asynchronous, self.clock = asynchronous, Instant()

    def __call__(self, url: str, use: Callable[[Any], Any], **options: Any) -> Any:
        given = {
            "base_url": url,
            "timeout": 5,
            "clock": self.clock,
            "strict": True,
            "budget": MovingWindow(),
            "random": lambda: 0.5,
            **options,
        }
        return asyncio.run(self._async(given, use)) if self.asynchronous else self._sync(given, use)

    def _sync(self, given: Any, use: Callable[[Any], Any]) -> Any:
        with Client(given.pop("token", TOKEN), **given) as client:
            found = use(client)
            return list(found) if isinstance(found, Pager | LogStream | Generator) else found

    async def _async(self, given: Any, use: Callable[[Any], Any]) -> Any:
        async with AsyncClient(given.pop("token", TOKEN), **given) as client:
            found = use(client)
            if hasattr(found, "__aiter__"):
                return [row async for row in found]
            return await found


def locals_of(error: BaseException) -> str:
    """What our frames, and those below, show of themselves in the tracebacks of an error."""
    chain = [traceback.TracebackException.from_exception(error, capture_locals=True)]
    shown = []
    while chain:
        one = chain.pop()
        chain += [lower for lower in (one.__cause__, one.__context__) if lower]
        shown += [str(f.locals) for f in one.stack if any(room in f.filename for room in ROOMS)]
    return "\n".join(shown)


def shows_no_secret(error: Exception) -> None:
    """Neither the error nor its traceback's locals nor a copy of it do."""
    whole = "".join(traceback.TracebackException.from_exception(error).format())
    twins = (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error))
    shown = [whole, repr(error), str(vars(error)), locals_of(error), *map(str, twins)]
    for secret in SECRETS:
        assert not [text for text in shown if secret in text]


def fails(kind: type[Exception], call: Caller, server: Hostile, use: Any, **options: Any) -> Any:
    """The error of a call; it shows no secret, wherever one looks."""
    with pytest.raises(kind) as caught:
        call(server.url, use, **options)
    shows_no_secret(caught.value)
    return caught.value
