"""What the parser would let pass in silence. Each rule is one function; all problems are reported.

The grammar of the x- keys is `spec/extensions.schema.json`; that the names in them exist is for the
rules here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from .contract import EXTENSIONS, Contract
from .pointer import MISSING, deref, in_schema, join, walk

VERBS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Problem:
    """Something to mend, where it stands, and how."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"#{self.pointer}: {self.message}"


@dataclass(frozen=True)
class Place:
    """An operation and where it stands."""

    path: str
    verb: str
    raw: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        return join(("paths", self.path, self.verb))

    def callables(self) -> Iterator[str]:
        resource = self.raw.get("x-resource")
        if "x-method" in self.raw:
            yield f"{resource}.{self.raw['x-method']}"
        for variant in self.raw.get("x-variants", ()):
            yield f"{resource}.{variant.get('method')}"


Rule = Callable[[Contract], Iterator[Problem]]


def lint(contract: Contract) -> list[Problem]:
    """Every problem of the contract, in the order of the rules."""
    return [problem for rule in RULES for problem in rule(contract)]


def places(contract: Contract) -> Iterator[Place]:
    """The operations of the document, in its order."""
    for path, item in contract.raw.get("paths", {}).items():
        for verb in VERBS:
            if verb in item:
                yield Place(path, verb, item[verb])


def x_keys(contract: Contract) -> Iterator[Problem]:
    """Each x- key stands where the grammar has it, with the value the grammar allows."""
    grammar = json.loads(EXTENSIONS.read_text(encoding="utf-8"))
    for path, node in walk(contract.raw):
        keys = (
            {k: v for k, v in node.items() if str(k).startswith("x-")}
            if isinstance(node, dict)
            else {}
        )
        if not keys or _is_data(path):
            continue
        rule = {"$ref": f"#/$defs/{_kind_of_place(path)}", "$defs": grammar["$defs"]}
        for error in Draft202012Validator(rule).iter_errors(keys):
            yield Problem(
                join((*path, *error.absolute_path)), f"{error.message} (see {EXTENSIONS.name})"
            )


def _is_data(path: tuple[object, ...]) -> bool:
    return bool({"example", "examples", "value"} & set(path)) or any(
        str(part).startswith("x-") for part in path
    )


def _kind_of_place(path: tuple[object, ...]) -> str:
    if not path:
        return "root"
    if path[0] == "paths" and len(path) == 3:
        return "operation"
    return "response" if len(path) > 1 and path[-2] == "responses" else "property"


def operation_ids(contract: Contract) -> Iterator[Problem]:
    """No operationId and no client method is there twice."""
    ids = Counter(place.raw.get("operationId") for place in places(contract))
    methods = Counter(name for place in places(contract) for name in place.callables())
    for place in places(contract):
        own = place.raw.get("operationId")
        if own is None or ids[own] > 1:
            yield Problem(place.pointer, f"operationId {own!r} is missing or not unique")
        for name in place.callables():
            if methods[name] > 1:
                yield Problem(place.pointer, f"the method {name} is there twice")


def complete_operations(contract: Contract) -> Iterator[Problem]:
    """An operation says its resource, risk, retry policy and errors."""
    for place in places(contract):
        for key in ("x-resource", "x-risk", "x-retry"):
            if key not in place.raw:
                yield Problem(place.pointer, f"{key} is missing")
        if "x-method" not in place.raw and not place.raw.get("x-variants"):
            yield Problem(place.pointer, "x-method is missing, and there are no x-variants")
        if not any(str(status)[0] in "45" for status in place.raw.get("responses", {})):
            yield Problem(place.pointer, "no error response")
        for risk in (place.raw.get("x-risk"), *_variant_risks(place)):
            if risk and risk.get("level") == "destructive" and not risk.get("lost"):
                yield Problem(place.pointer, "a destructive operation says what is `lost`")


def _variant_risks(place: Place) -> Iterator[Any]:
    return (variant.get("risk") for variant in place.raw.get("x-variants", ()))


def references(contract: Contract) -> Iterator[Problem]:
    """Each $ref leads somewhere in this document."""
    for path, node in walk(contract.raw):
        if isinstance(node, dict) and "$ref" in node and deref(contract.raw, node) is MISSING:
            yield Problem(join(path), f"{node['$ref']} leads nowhere")


def path_parameters(contract: Contract) -> Iterator[Problem]:
    """The parameters of a path are those of its template."""
    for place in places(contract):
        template = set(re.findall(r"{(\w+)}", place.path))
        declared = set(_parameters(contract, place, "path"))
        for name in sorted(template ^ declared):
            yield Problem(
                place.pointer, f"path parameter {name!r} is not both in path and parameters"
            )


def _parameters(contract: Contract, place: Place, where: str) -> Iterator[str]:
    item = contract.raw["paths"][place.path]
    for parameter in (*place.raw.get("parameters", ()), *item.get("parameters", ())):
        found = deref(contract.raw, parameter)
        if found is not MISSING and found.get("in") == where:
            yield found["name"]


def named_types(contract: Contract) -> Iterator[Problem]:
    """Objects, enums and members of unions are components with a name."""
    for path, node in walk(contract.raw):
        if not isinstance(node, dict) or _is_data(path) or not _may_be_inline(path):
            continue
        for what in _inline(node):
            yield Problem(
                join(path), f"an inline {what}: move it to components/schemas and $ref it"
            )


def _may_be_inline(path: tuple[object, ...]) -> bool:
    """Whether a schema stands here that is not itself a component."""
    is_component = path[:2] == ("components", "schemas") and len(path) == 3
    holders = {"schema", "items", "additionalProperties"}
    is_property = len(path) > 1 and path[-2] == "properties"
    is_member = len(path) > 1 and path[-2] in {"oneOf", "anyOf", "allOf"}
    return not is_component and bool(path) and (path[-1] in holders or is_property or is_member)


def _inline(schema: Mapping[str, Any]) -> Iterator[str]:
    if "properties" in schema or schema.get("type") == "object":
        yield "object"
    if "enum" in schema:
        yield "enum"
    for member in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        if "$ref" not in member and member.get("type") != "null":
            yield "union member"


def pagination(contract: Contract) -> Iterator[Problem]:
    """A paginator's parameter, pointers and identity exist."""
    for place in places(contract):
        rule = place.raw.get("x-pagination")
        if not isinstance(rule, dict):
            continue
        where = f"{place.pointer}/x-pagination"
        if rule.get("input_token") not in set(_parameters(contract, place, "query")):
            yield Problem(where, f"{rule.get('input_token')!r} is no query parameter")
        page = _success_schema(contract, place)
        for key in ("output_token", "result_key"):
            if not in_schema(contract.raw, page, str(rule.get(key))):
                yield Problem(where, f"{key} {rule.get(key)} resolves to nothing in the answer")
        for pointer in rule.get("identity", ()):
            if not in_schema(contract.raw, page, f"{rule.get('result_key')}/*{pointer}"):
                yield Problem(where, f"identity {pointer} resolves to nothing in a row")


def _success_schema(contract: Contract, place: Place, status: str | None = None) -> Any:
    for code, response in place.raw.get("responses", {}).items():
        if str(code) == status or (status is None and str(code).startswith("2")):
            found = deref(contract.raw, response)
            for media in () if found is MISSING else found.get("content", {}).values():
                return media.get("schema", {})
    return {}


def waiters(contract: Contract) -> Iterator[Problem]:
    """A waiter's operation and paths exist."""
    by_id = {name: place for place in places(contract) for name in place.callables()}
    for name, waiter in contract.raw.get("x-waiters", {}).items():
        where = join(("x-waiters", name))
        place = by_id.get(waiter.get("operation"))
        if place is None:
            yield Problem(where, f"there is no operation {waiter.get('operation')!r}")
            continue
        for acceptor in waiter.get("acceptors", ()):
            if not in_schema(
                contract.raw, _success_schema(contract, place), acceptor.get("path", "")
            ):
                yield Problem(
                    where, f"path {acceptor.get('path')} resolves to nothing in the answer"
                )


def errors_in_success(contract: Contract) -> Iterator[Problem]:
    """Where an error hides in a success, its pointers exist."""
    for place in places(contract):
        for status, response in place.raw.get("responses", {}).items():
            rule = response.get("x-error-in-success")
            for key in ("pointer", "code") if isinstance(rule, dict) else ():
                schema = _success_schema(contract, place, str(status))
                if not in_schema(contract.raw, schema, str(rule.get(key))):
                    yield Problem(place.pointer, f"x-error-in-success: {key} resolves to nothing")


def variants(contract: Contract) -> Iterator[Problem]:
    """A variant's fixed body is one that the shared call takes."""
    for place in places(contract):
        body = deref(contract.raw, place.raw.get("requestBody", {}))
        content = body.get("content", {}) if isinstance(body, dict) else {}
        schemas = [media.get("schema", {}) for media in content.values()]
        for variant in place.raw.get("x-variants", ()):
            for key in variant.get("body", {}):
                if not any(in_schema(contract.raw, schema, join((key,))) for schema in schemas):
                    yield Problem(
                        place.pointer, f"variant {variant.get('method')}: no field {key!r}"
                    )


def budgets(contract: Contract) -> Iterator[Problem]:
    """A budget that an operation draws on exists, and counts by one of its path parameters."""
    known = contract.raw.get("x-budgets", {})
    for place in places(contract):
        name = place.raw.get("x-budget")
        if name is None:
            continue
        if name not in known:
            yield Problem(place.pointer, f"there is no budget {name!r}")
        elif known[name].get("scope") not in set(_parameters(contract, place, "path")):
            yield Problem(place.pointer, f"the scope of {name!r} is no path parameter here")


RULES: tuple[Rule, ...] = (
    x_keys,
    operation_ids,
    complete_operations,
    references,
    path_parameters,
    named_types,
    pagination,
    waiters,
    errors_in_success,
    variants,
    budgets,
)
