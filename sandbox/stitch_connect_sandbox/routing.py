"""From a request line to an operation of the contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Json = Any

METHODS = ("get", "post", "put", "delete", "patch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path, with what the sandbox needs to know of it."""

    id: str
    method: str
    path: str
    security: str | None
    body: Mapping[str, Json] | None
    """Media type to schema."""
    responses: Mapping[str, Json]
    budget: str | None
    absent: bool
    variants: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    def called(self, body: Json) -> str:
        """The id of the variant a body asks for, else the operation's own."""
        for name, fixed in self.variants.items():
            same_keys = isinstance(body, dict) and body.keys() == fixed.keys()
            if same_keys and all(_fits(fixed[key], body[key]) for key in fixed):
                return name
        return self.id


def _fits(wanted: Json, given: Json) -> bool:
    return given is not None if wanted == "$now" else bool(wanted is given or wanted == given)


@dataclass(frozen=True, slots=True)
class Match:
    operation: Operation
    params: Mapping[str, str]


class Routes:
    """All operations of a contract, found by method and path."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._paths: list[tuple[re.Pattern[str], dict[str, Operation]]] = []
        for path in sorted(document["paths"], key=_literal_first):
            operations = dict(_operations(path, document["paths"][path], document))
            self._paths.append((_pattern(path), operations))

    def __iter__(self) -> Iterator[Operation]:
        for _, operations in self._paths:
            yield from operations.values()

    def names(self) -> list[str]:
        """The ids of all operations and their variants."""
        return [name for one in self for name in (one.id, *one.variants) if not one.absent]

    def match(self, method: str, path: str) -> tuple[Match | None, list[Operation]]:
        """The operation of a request, and the operations its path has under other methods."""
        for pattern, operations in self._paths:
            found = pattern.fullmatch(path)
            if found is None:
                continue
            operation = operations.get(method.lower())
            if operation is None:
                return None, list(operations.values())
            params = {name: unquote(value) for name, value in found.groupdict().items()}
            return Match(operation, params), []
        return None, []


def _literal_first(path: str) -> tuple[tuple[bool, str], ...]:
    return tuple((part.startswith("{"), part) for part in path.split("/"))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    text = "".join(
        f"(?P<{part}>[^/]*)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile(text)


def _operations(
    path: str, item: Mapping[str, Json], document: Mapping[str, Json]
) -> Iterator[tuple[str, Operation]]:
    for method in METHODS:
        raw = item.get(method)
        if raw is None:
            continue
        resource = raw.get("x-resource")
        yield (
            method,
            Operation(
                id=raw["operationId"],
                method=method.upper(),
                path=path,
                security=_security(raw.get("security", document.get("security", []))),
                body=_body(raw.get("requestBody")),
                responses=raw.get("responses", {}),
                budget=raw.get("x-budget"),
                absent=raw.get("x-provenance") == "absent",
                variants={
                    f"{resource}.{variant['method']}": variant["body"]
                    for variant in raw.get("x-variants", ())
                },
            ),
        )


def _security(requirements: list[Mapping[str, Json]]) -> str | None:
    return next((name for requirement in requirements for name in requirement), None)


def _body(raw: Mapping[str, Json] | None) -> Mapping[str, Json] | None:
    if raw is None:
        return None
    return {media: content.get("schema", {}) for media, content in raw["content"].items()}
