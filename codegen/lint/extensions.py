"""Rules about the x- keys: their grammar, and that what they name exists."""

from __future__ import annotations

import json
from collections.abc import Iterator

from jsonschema import Draft202012Validator

from ..contract import EXTENSIONS, Contract
from ..pointer import deref, join, walk
from .places import Problem, is_data, parameters, places, resolves, success_schema

ERRORS = ("AlreadyRunning", "BadRequest", "NotFound", "RateLimited", "ServerError", "Unauthorized")
GRAMMAR = f"see {EXTENSIONS.name} for what may stand here"
POINTER = "write a JSON Pointer that the schema of the answer knows"


def x_keys(contract: Contract) -> Iterator[Problem]:
    """Each x- key stands where the grammar has it, with the value the grammar allows."""
    grammar = json.loads(EXTENSIONS.read_text(encoding="utf-8"))
    for path, node in walk(contract.raw):
        if not isinstance(node, dict) or is_data(path):
            continue
        keys = {key: value for key, value in node.items() if str(key).startswith("x-")}
        if keys:
            rule = {"$ref": f"#/$defs/{_kind_of_place(path)}", "$defs": grammar["$defs"]}
            for error in Draft202012Validator(rule).iter_errors(keys):
                yield Problem(join((*path, *error.absolute_path)), error.message, GRAMMAR)


def _kind_of_place(path: tuple[object, ...]) -> str:
    if not path:
        return "root"
    if path[0] == "paths" and len(path) == 3:
        return "operation"
    return "response" if len(path) > 1 and path[-2] == "responses" else "property"


def pagination(contract: Contract) -> Iterator[Problem]:
    """A paginator's parameter, pointers and identity exist."""
    for place in places(contract):
        rule = place.mapping("x-pagination")
        if not rule:
            continue
        where, page = f"{place.pointer}/x-pagination", success_schema(contract, place)
        token, rows = rule.get("input_token"), rule.get("result_key")
        if token not in set(parameters(contract, place, "query")):
            yield Problem(where, f"{token!r} is no query parameter", "name one of the operation's")
        for key in ("output_token", "result_key"):
            if not resolves(contract, page, rule.get(key)):
                yield Problem(where, f"{key} {rule.get(key)} resolves to nothing", POINTER)
        for pointer in rule.get("identity", ()):
            if not resolves(contract, page, f"{rows}/*{pointer}"):
                yield Problem(where, f"identity {pointer} resolves to nothing in a row", POINTER)


def waiters(contract: Contract) -> Iterator[Problem]:
    """A waiter's operation and paths exist."""
    by_id = {name: place for place in places(contract) for name in place.callables()}
    for name, waiter in contract.raw.get("x-waiters", {}).items():
        where = join(("x-waiters", name))
        place = by_id.get(waiter.get("operation"))
        if place is None:
            message = f"there is no operation {waiter.get('operation')!r}"
            yield Problem(where, message, "name one as <resource>.<method>")
            continue
        answer = success_schema(contract, place)
        for acceptor in waiter.get("acceptors", ()):
            if not resolves(contract, answer, acceptor.get("path")):
                yield Problem(where, f"path {acceptor.get('path')} resolves to nothing", POINTER)


def errors_in_success(contract: Contract) -> Iterator[Problem]:
    """Where an error hides in a success, its pointers and its class exist."""
    for place in places(contract):
        for status, response in place.mapping("responses").items():
            rule = response.get("x-error-in-success")
            if not isinstance(rule, dict):
                continue
            where = f"{place.pointer}{join(('responses', status))}/x-error-in-success"
            schema = success_schema(contract, place, str(status))
            for key in ("pointer", "code"):
                if not resolves(contract, schema, rule.get(key)):
                    yield Problem(where, f"{key} {rule.get(key)} resolves to nothing", POINTER)
            if rule.get("raises") not in ERRORS:
                message = f"there is no error class {rule.get('raises')!r}"
                yield Problem(where, message, f"name one of {', '.join(ERRORS)}")


def variants(contract: Contract) -> Iterator[Problem]:
    """A variant's fixed body is one that the shared call takes."""
    for place in places(contract):
        body = deref(contract.raw, place.mapping("requestBody"))
        content = body.get("content", {}) if isinstance(body, dict) else {}
        schemas = [media.get("schema", {}) for media in content.values()]
        for variant in place.variants():
            for key in variant.get("body", {}):
                if not any(resolves(contract, schema, join((key,))) for schema in schemas):
                    message = f"variant {variant.get('method')} sends {key!r}"
                    yield Problem(place.pointer, message, "use a property of the request's schema")


def budgets(contract: Contract) -> Iterator[Problem]:
    """A budget that an operation draws on exists, and counts by one of its path parameters."""
    known = contract.raw.get("x-budgets", {})
    for place in places(contract):
        name = place.raw.get("x-budget")
        if name is None:
            continue
        if name not in known:
            yield Problem(place.pointer, f"there is no budget {name!r}", "add it to x-budgets")
        elif known[name].get("scope") not in set(parameters(contract, place, "path")):
            message = f"the scope of budget {name!r} is no path parameter here"
            yield Problem(place.pointer, message, "name one that all its operations have")
