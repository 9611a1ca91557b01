"""Requests made ready, and answers read: what is the same whether one waits or awaits."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TypeVar

from . import settings as s
from .core import Core, HttpClientT, TransportT
from .decode import Decoder, unexpected
from .encode import encode_body, encode_path, encode_query
from .errors import ConfigurationError, InvalidArgument
from .operations import Operation
from .records import Answer, RawResponse
from .request import PreparedRequest
from .rings import understood
from .secret import Secret
from .steps import Steps
from .untyped import operation_at
from .version import VERSION

T = TypeVar("T")
AGENT = f"stitch-connect-python/{VERSION} Python/{sys.version_info[0]}.{sys.version_info[1]}"
JSON = "application/json"


class Calling(Core[HttpClientT, TransportT]):
    """How a call begins and how it ends."""

    def _prepare(
        self,
        operation: Operation,
        path: Mapping[str, object],
        query: Mapping[str, object],
        body: object,
        token: Secret | None,
    ) -> PreparedRequest:
        given = self._with_client_id(operation, path)
        encoded, search = encode_path(operation, given), encode_query(query)
        content = encode_body(operation, body, self._clock.now())
        headers = {"Accept": JSON, "User-Agent": AGENT}
        if content is not None:
            headers["Content-Type"] = operation.body or JSON
        return PreparedRequest(
            operation=operation,
            verb=operation.verb,
            path=encoded,
            url=f"{self._settings.base_url}{encoded}{'?' if search else ''}{search}",
            headers=headers,
            content=content,
            credential=self._credential(operation, token),
            scope=str(given[operation.budget.scope]) if operation.budget else None,
        )

    def _with_client_id(
        self, operation: Operation, path: Mapping[str, object]
    ) -> Mapping[str, object]:
        scope = operation.budget.scope if operation.budget else None
        if scope is None or path.get(scope) is not None:
            return path
        return {**path, scope: self._settings.client_id}

    def _credential(self, operation: Operation, token: Secret | None) -> Secret | None:
        """The one credential that the operation's `security` asks for, and no other."""
        if operation.security is None:
            return None
        if operation.security == s.CLIENT_CREDENTIAL:
            if self._settings.token is None:
                raise ConfigurationError(s.TOKEN_MISSING)
            return self._settings.token
        if not token:
            raise InvalidArgument(f"{operation.id} needs token=, as {operation.security}")
        return s.header_safe(token)

    def _request(
        self,
        verb: str,
        path: str,
        query: Mapping[str, object],
        json: object,
        token: Secret | None,
    ) -> PreparedRequest:
        operation, values = operation_at(self._operations, verb, path)
        return self._prepare(operation, values, query, json, token)

    def _sending(self, request: PreparedRequest, budget_wait: float | None) -> Steps[Answer]:
        return understood(request, self._around(budget_wait))

    def _opening(self, request: PreparedRequest, budget_wait: float | None) -> Steps[Answer]:
        from .download import opened

        return opened(request, self._around(budget_wait))

    def _decoded(self, decoder: Decoder[T], operation: Operation, answer: Answer) -> T:
        if answer.gone:
            return decoder.blank()
        strict = self._settings.strict
        if strict and not _is_json(answer):
            raise unexpected(operation.id, "the answer's content type is not JSON", answer.status)
        return decoder.decode(answer.utf8(), operation.id, strict=strict)

    def _raw_response(
        self, decoder: Decoder[T], operation: Operation, answer: Answer
    ) -> RawResponse[T]:
        return RawResponse(answer, decoder, operation.id, self._settings.strict)


def _is_json(answer: Answer) -> bool:
    kind = answer.headers.get("content-type", "")
    return not answer.content or not kind or "json" in kind.lower()
