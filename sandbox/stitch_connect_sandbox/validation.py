"""Holds requests, and the sandbox's own answers, against the contract.

A request that violates it is refused in the words the API documents. An answer that does is
a defect of the sandbox, and is told as loudly as can be.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from .errors import NO_BODY
from .routing import Operation

Json = Any
_SHOWN = 5


class Validation:
    """Validators of one contract, compiled when first needed."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._document = document
        self._base = {"components": {"schemas": document["components"]["schemas"]}}
        self._validator = functools.cache(self._compile)
        self._operations: dict[str, Operation] = {}

    def request(self, operation: Operation, body: Json) -> list[str]:
        """What is wrong with a request's body; nothing for an operation that takes none."""
        if operation.body is None:
            return []
        self._operations[operation.id] = operation
        return _problems(self._validator(operation.id, "request"), body)

    def answer(self, operation: Operation, status: int, body: Json) -> list[str]:
        """What is wrong with an answer: an undocumented status, or a body that does not fit."""
        if str(status) not in operation.responses:
            return [f"status {status} is not documented for {operation.id}"]
        self._operations[operation.id] = operation
        validator = self._validator(operation.id, str(status))
        if body is NO_BODY:
            needed = validator is not None and status < 300
            return ["the answer has no body"] if needed else []
        if validator is None:
            return [f"status {status} of {operation.id} has no body in the contract"]
        return _problems(validator, body)

    def _compile(self, operation_id: str, part: str) -> Any:
        operation = self._operations[operation_id]
        if part == "request":
            assert operation.body is not None
            schema = next(iter(operation.body.values()))
        else:
            response = self._resolved(operation.responses[part])
            content = response.get("content", {})
            if not content:
                return None
            schema = next(iter(content.values())).get("schema", {})
        return jsonschema_rs.Draft202012Validator({**schema, **self._base}, validate_formats=True)

    def _resolved(self, node: Mapping[str, Json]) -> Mapping[str, Json]:
        reference = node.get("$ref")
        if reference is None:
            return node
        found: Json = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return self._resolved(found)


def _problems(validator: Any, body: Json) -> list[str]:
    if validator is None or validator.is_valid(body):
        return []
    found = []
    for error in validator.iter_errors(body):
        found.append(f"/{'/'.join(map(str, error.instance_path))}: {error.message[:200]}")
        if len(found) == _SHOWN:
            break
    return found
