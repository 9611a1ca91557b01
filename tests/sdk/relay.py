"""A port in front of a server that counts the connections which are open at a time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Relay:
    """Passes bytes on, both ways, and counts."""

    target: tuple[str, int]
    url: str = ""
    open: set[socket.socket] = field(default_factory=set)
    peak: int = 0
    total: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.open, self.total = {*filter(_is_open, self.open), client}, self.total + 1
                self.peak = max(self.peak, len(self.open))
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target) as server:
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            with self.lock:
                self.open.discard(client)
            back.join()


def _is_open(client: socket.socket) -> bool:
    """Whether the other end has not closed it, though its thread may not have noticed yet."""
    try:
        return client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def relay(url: str) -> Iterator[Relay]:
    parts = urlsplit(url)
    counting = Relay((parts.hostname or "", parts.port or 0))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        counting.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=counting.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield counting
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
