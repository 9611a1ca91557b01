"""Cutting a connection, which no answer can do."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

AT_ONCE = struct.pack("ii", 1, 0)  # discard what is unsent: the other side sees a reset


class Wire:
    """The open connections of a server, by the address of the other side."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """What uvicorn speaks, with each connection noted here."""
        connections = self._open

        class Protocol(H11Protocol):
            def connection_made(self, transport: Any) -> None:
                super().connection_made(transport)
                if self.client is not None:
                    connections[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    connections.pop(self.client, None)
                super().connection_lost(exc)

        return Protocol

    async def reset(self, client: tuple[str, int] | None) -> None:
        """Reset a connection; whatever is answered afterwards goes nowhere."""
        transport = None if client is None else self._open.get(client)
        if transport is None:
            return
        listener = transport.get_extra_info("socket")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        transport.abort()
        while client in self._open:
            await asyncio.sleep(0)
