"""A server on loopback that answers as it is scripted to, and remembers what it was sent."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

JSON = "Content-Type: application/json\r\n"


def answer(status: int, body: str = "", headers: str = JSON) -> bytes:
    size = len(body.encode())
    return f"HTTP/1.1 {status} X\r\n{headers}Content-Length: {size}\r\n\r\n{body}".encode()


RESET = b"RESET"  # the work is done, then the connection breaks
SILENCE = b"SILENCE"  # no answer, until the client gives up


class Drip(NamedTuple):
    """A beginning, and then a piece now and then, for ever."""

    head: bytes
    piece: bytes


DRIP = Drip(f"HTTP/1.1 200 X\r\n{JSON}Content-Length: 9000\r\n\r\n".encode(), b" ")


@dataclass
class Hostile:
    """Answers in the order of the script; the last one is repeated."""

    script: list[bytes | Drip] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    url: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            while request := _request(connection):
                self.requests.append(request[0])
                self.bodies.append(request[1])
                scripted = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                if not self._play(connection, scripted):
                    return

    def _play(self, connection: socket.socket, scripted: bytes | Drip) -> bool:
        if isinstance(scripted, Drip):
            return self._drip(connection, scripted)
        if scripted == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return False
        if scripted == SILENCE:
            self.stopping.wait(5)
            return False
        try:
            connection.sendall(scripted)
        except OSError:  # the client has heard enough
            return False
        return b"Connection: close" not in scripted

    def _drip(self, connection: socket.socket, scripted: Drip) -> bool:
        connection.sendall(scripted.head)
        try:
            while not self.stopping.wait(0.02):
                connection.sendall(scripted.piece)
        except OSError:
            pass
        return False

    def count(self, verb: str) -> int:
        return sum(head.startswith(verb) for head in self.requests)


def _request(connection: socket.socket) -> tuple[str, str] | None:
    """The head and the body of the next request."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            chunk = connection.recv(65536)
            if not chunk:
                return None
            data += chunk
        head, _, rest = data.partition(b"\r\n\r\n")
        wanted = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if b"ontent-" in line and b"ength" in line
            ),
            0,
        )
        while len(rest) < wanted:
            rest += connection.recv(65536)
    except OSError:
        return None
    return head.decode(), rest.decode()


@contextmanager
def hostile(*script: bytes | Drip) -> Iterator[Hostile]:
    server = Hostile(list(script))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
