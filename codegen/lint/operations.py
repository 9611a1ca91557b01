"""Rules about operations: complete, unique, and resolvable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..contract import Contract
from ..pointer import MISSING, deref, join, walk
from .places import Place, Problem, parameters, places

CREDENTIALS = ("ConnectToken", "ImportToken")


def operation_ids(contract: Contract) -> Iterator[Problem]:
    """No operationId and no client method is there twice."""
    ids = Counter(place.raw.get("operationId") for place in places(contract))
    methods = Counter(name for place in places(contract) for name in place.callables())
    for place in places(contract):
        own, expected = place.raw.get("operationId"), next(place.callables(), None)
        if own is None or ids[own] > 1:
            message = f"operationId {own!r} is missing or not unique"
            yield Problem(place.pointer, message, "give each operation its own")
        elif "x-method" in place.raw and own != expected:
            message = f"operationId {own!r} is not {expected!r}"
            yield Problem(place.pointer, message, "spell it <x-resource>.<x-method>")
        for name in place.callables():
            if methods[name] > 1:
                message = f"the method {name} is there twice"
                yield Problem(place.pointer, message, "change x-resource, x-method or the variant")


def complete_operations(contract: Contract) -> Iterator[Problem]:
    """An operation says its resource, risk, retry policy and errors."""
    for place in places(contract):
        for key in ("x-resource", "x-risk", "x-retry"):
            if key not in place.raw:
                yield Problem(place.pointer, f"{key} is missing", "every operation has one")
        if "x-method" not in place.raw and not place.variants():
            yield Problem(place.pointer, "x-method is missing", "add it, or x-variants")
        if not any(str(status)[0] in "45" for status in place.mapping("responses")):
            yield Problem(place.pointer, "no error response", "document at least one 4xx or 5xx")
        for risk in _risks(place):
            if risk.get("level") == "destructive" and not risk.get("lost"):
                message = "a destructive operation without `lost`"
                yield Problem(place.pointer, message, "say in one line what is lost")


def _risks(place: Place) -> Iterator[Any]:
    for risk in (place.raw.get("x-risk"), *(one.get("risk") for one in place.variants())):
        if isinstance(risk, dict):
            yield risk


def statuses(contract: Contract) -> Iterator[Problem]:
    """Responses stand under one status each, one of them a success."""
    for place in places(contract):
        numbers = [str(status) for status in place.mapping("responses")]
        for status in numbers:
            if not re.fullmatch("[1-5][0-9][0-9]", status):
                message = f"response {status!r} is no status"
                yield Problem(place.pointer, message, "write one number, neither range nor default")
        succeeds = any(status[:1] in {"2", "3"} for status in numbers)
        if not succeeds and place.raw.get("x-provenance") != "absent":
            yield Problem(place.pointer, "no success response", "document the 2xx or 3xx")


def references(contract: Contract) -> Iterator[Problem]:
    """Each $ref leads somewhere in this document, and no path item is one."""
    for path, node in walk(contract.raw):
        if not isinstance(node, dict) or "$ref" not in node:
            continue
        if deref(contract.raw, node) is MISSING:
            message = f"{node['$ref']} leads nowhere"
            yield Problem(join(path), message, "point at a component of this document")
        if path[:1] == ("paths",) and len(path) == 2:
            yield Problem(join(path), "a path item by $ref", "the parser skips it: write it here")


def path_parameters(contract: Contract) -> Iterator[Problem]:
    """The parameters of a path are those of its template, and all are in the path or query."""
    for place in places(contract):
        template = set(re.findall("{([^}]*)}", place.path))
        for name in sorted(template ^ set(parameters(contract, place, "path"))):
            message = f"path parameter {name!r} is not both in path and parameters"
            yield Problem(place.pointer, message, "declare it, or take it out of the path")
        for where in ("header", "cookie"):
            for name in parameters(contract, place, where):
                message = f"{where} parameter {name!r}"
                yield Problem(place.pointer, message, "methods take path and query parameters only")


def one_body(contract: Contract) -> Iterator[Problem]:
    """A request body has one schema, whatever media types carry it; the client sends the first."""
    for place in places(contract):
        body = deref(contract.raw, place.mapping("requestBody"))
        if not isinstance(body, dict) or "requestBody" not in place.raw:
            continue
        schemas = [media.get("schema") for media in body.get("content", {}).values()]
        if not schemas or any(schema is None or schema != schemas[0] for schema in schemas):
            message = "a request body without one schema for all its media types"
            yield Problem(place.pointer, message, "give each media type the same $ref")


def credentials(contract: Contract) -> Iterator[Problem]:
    """A credential that an operation sends is defined, and one the runtime can send."""
    defined = contract.raw.get("components", {}).get("securitySchemes", {})
    common = contract.raw.get("security", [])
    for place in places(contract):
        for requirement in place.raw.get("security", common):
            for name in requirement:
                if name not in defined or name not in CREDENTIALS:
                    message = f"there is no credential {name!r}"
                    remedy = f"define it in securitySchemes; the runtime knows {CREDENTIALS}"
                    yield Problem(place.pointer, message, remedy)
