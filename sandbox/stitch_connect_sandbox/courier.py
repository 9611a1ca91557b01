"""Carries what hooks are told to where they listen, if that is on this machine.

It works in a thread of its own, so that no answer waits for whoever listens: what became of
each is fetched from here by the thread that holds the state. Nothing leaves the machine.
"""

from __future__ import annotations

import functools
import ipaddress
import json
import ssl
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR
from threading import Event, Lock, Thread, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from .records import Delivery

AGENT = "StitchLoadingWebhook"
TIMEOUT = 2.0  # real seconds that a listener has to be reached, and as many to answer
ATTEMPTS = 6  # the first, and five more as documented
WAITING = 1000
Result = tuple[str, dict[str, Any]]
"""What happened to a delivery, as its table calls it, and what is to be said of that."""

Outcome = tuple[Delivery, Result]


@functools.lru_cache(maxsize=256)
def place(url: str) -> SplitResult | None:
    """A URL on this machine, or None; its host is `localhost` or a loopback address."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port != 0
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not port_is_fine:
        return None
    return parts if _is_loopback(parts.hostname or "") else None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Courier:
    """Carries deliveries, one after the other."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Delivery] = deque()
        self._done: deque[Outcome] = deque()
        self._works = False

    def carry(self, delivery: Delivery) -> None:
        """Take a delivery along; of too many, the rest are refused at once."""
        with self._lock:
            if len(self._waiting) >= WAITING:
                self._done.append((delivery, _failed(0, "too many deliveries are waiting")))
                return
            self._waiting.append(delivery)
            if self._works:
                return
            self._works = True
        Thread(target=self._work, name="courier", daemon=True).start()

    def outcomes(self) -> Iterator[Outcome]:
        """What has become of deliveries since it was asked last."""
        while self._done:
            yield self._done.popleft()

    def forget(self) -> None:
        """Leave what waits where it is; what is on its way cannot be called back."""
        with self._lock:
            self._waiting.clear()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._works = False
                    return
                delivery = self._waiting.popleft()
            self._done.append((delivery, _delivered(delivery)))


def _delivered(delivery: Delivery) -> Result:
    """Try until somebody says that it has arrived."""
    said = ""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status = _post(delivery)
        except (OSError, HTTPException) as error:
            said = str(error) or type(error).__name__
            continue
        said = f"status {status}"
        if 200 <= status < 300:
            return "take", {"attempts": attempt, "detail": said}
    return _failed(ATTEMPTS, said)


def _failed(attempts: int, detail: str) -> Result:
    return "refuse", {"attempts": attempts, "detail": detail}


def _post(delivery: Delivery) -> int:
    parts = place(delivery.url)
    if parts is None:
        raise OSError("the address is not on this machine")
    connection = _connection(parts)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", "User-Agent": AGENT}
    try:
        connection.connect()
        with _in_time(connection):
            connection.request("POST", path, json.dumps(delivery.payload), headers)
            return connection.getresponse().status
    finally:
        connection.close()


@contextmanager
def _in_time(connection: HTTPConnection) -> Iterator[None]:
    """Cut off who answers byte by byte: each of them has its own timeout, the answer has none.

    Raises:
        TimeoutError: it was cut off; what was read until then is no answer.
    """
    late = Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            connection.sock.shutdown(SHUT_RDWR)

    timer = Timer(TIMEOUT, cut)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if late.is_set():
            raise TimeoutError("timed out")


def _connection(parts: SplitResult) -> HTTPConnection:
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(host, parts.port, timeout=TIMEOUT)
    unverified = ssl.create_default_context()
    unverified.check_hostname = False  # who listens on this machine signs for itself
    unverified.verify_mode = ssl.CERT_NONE
    return HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=unverified)
