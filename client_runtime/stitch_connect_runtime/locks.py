"""Locks that a forked process finds open: the thread that held one there does not exist."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet


class Lock:
    """A lock for `with`; reentrant where it is made with `threading.RLock`."""

    __slots__ = ("__weakref__", "_lock", "_make")

    def __init__(self, make: Callable[[], Any] = threading.Lock) -> None:
        self._make, self._lock = make, make()
        _all.add(self)

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def renew(self) -> None:
        self._lock = self._make()


_all: WeakSet[Lock] = WeakSet()


def in_forked_process(renew: Callable[[], None]) -> None:
    """Call a function in every process that is forked, before anything else happens there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=renew)


def _renew_all() -> None:
    for lock in _all:
        lock.renew()


in_forked_process(_renew_all)
