"""A call that lacks nothing but a scope is answered 403, and says which would do.

What no scope would allow is for the server to refuse, in words that reach the model. It stands
behind the authentication, so that the caller is known, and reads the body that the guard has read.
"""

import json
from collections.abc import Callable, Mapping

from ..registry import ToolSpec
from .guard import App, Receive, Scope, Send, answer


class ScopeCheck:
    """An ASGI application in front of another.

    Arguments:
        app: The other one.
        specs: The tools by name.
        lacks: Whether the caller could call at a level with a scope, and lacks it.
        metadata: Where the metadata of this resource are, if an issuer is asked for tokens.
    """

    def __init__(
        self,
        app: App,
        specs: Mapping[str, ToolSpec],
        lacks: Callable[[str], bool],
        metadata: str | None,
    ) -> None:
        self._app, self._specs = app, specs
        self._lacks, self._metadata = lacks, metadata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        missing = self._missing(scope.get("stitch.body", b""))
        if missing is None:
            await self._app(scope, receive, send)
            return
        at = f', resource_metadata="{self._metadata}"' if self._metadata else ""
        told = f'Bearer error="insufficient_scope", scope="{missing}"{at}'
        why = f"this call needs the scope {missing}"
        await answer(send, 403, why, [(b"www-authenticate", told.encode())])

    def _missing(self, body: bytes) -> str | None:
        """The scope that a call lacks, where it is that alone which it lacks."""
        spec = self._specs.get(_called(body))
        if spec is None or not self._lacks(spec.operation.risk.level):
            return None
        return f"stitch:{spec.operation.risk.level}"


def _called(body: bytes) -> str:
    try:
        message = json.loads(body)
        if message["method"] == "tools/call":
            return str(message["params"]["name"])
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return ""
