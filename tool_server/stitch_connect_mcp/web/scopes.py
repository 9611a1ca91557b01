"""A call above the caller's level is answered 403, and says which scope would do.

It stands behind the authentication, so that the caller is known, and reads the body that the guard
has read already.
"""

import json
from collections.abc import Callable, Mapping

from ..access import LEVELS, Access
from ..registry import ToolSpec
from .guard import App, Receive, Scope, Send, answer


class ScopeCheck:
    """An ASGI application in front of another.

    Arguments:
        app: The other one.
        specs: The tools by name.
        access: Says what the caller may call.
        metadata: Where the metadata of this resource are, if an issuer is asked for tokens.
    """

    def __init__(
        self,
        app: App,
        specs: Mapping[str, ToolSpec],
        access: Callable[[], Access],
        metadata: str | None,
    ) -> None:
        self._app, self._specs = app, specs
        self._access, self._metadata = access, metadata

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
        """The scope that a call lacks, where it is the level alone that it lacks."""
        spec = self._specs.get(_called(body))
        if spec is None:
            return None
        level = spec.operation.risk.level
        lacks = LEVELS.index(level) > LEVELS.index(self._access().level)
        return f"stitch:{level}" if lacks else None


def _called(body: bytes) -> str:
    try:
        message = json.loads(body)
        if message["method"] == "tools/call":
            return str(message["params"]["name"])
    except (ValueError, TypeError, KeyError):
        pass
    return ""
