"""The last words of a client, which may arrive after the session that it has ended.

The protocol's library has taken them (202) before it finds nobody to give them to. It then holds
that for an error of the server: it answers a second time, which no server may, and logs a
traceback. But nothing is lost, and nobody waits.
"""

import logging

from anyio import ClosedResourceError

from .guard import App, Receive, Scope, Send

LOGGER = "mcp.server.streamable_http"


class Farewell:
    """An ASGI application in front of another, which answers once.

    Arguments:
        app: The other one.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_answered = False

        async def once(message: Scope) -> None:
            nonlocal is_answered
            if not is_answered:
                is_body = message["type"] == "http.response.body"
                is_answered = is_body and not message.get("more_body")
                await send(message)

        try:
            await self._app(scope, receive, once)
        except ClosedResourceError:
            if not is_answered:
                raise


def is_news(record: logging.LogRecord) -> bool:
    """Whether what the library logs is more than that a client has gone."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, ClosedResourceError)


def ignore_farewells() -> None:
    """Keep them out of the log."""
    logging.getLogger(LOGGER).addFilter(is_news)
