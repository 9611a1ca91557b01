"""Rules about schemas: every public type has a name and can be printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..contract import Contract
from ..naming import member_name
from ..pointer import join, walk
from .places import Problem, is_data

UNREAD = frozenset(
    """$defs allOf const dependentRequired discriminator else if not patternProperties prefixItems
    then unevaluatedProperties""".split()
)


def named_types(contract: Contract) -> Iterator[Problem]:
    """Objects, enums and members of unions are components with a name."""
    for path, node in _schemas(contract):
        if _may_be_inline(path):
            for what in _inline(node):
                message = f"an inline {what}"
                yield Problem(join(path), message, "move it to components/schemas and $ref it")


def unread_keywords(contract: Contract) -> Iterator[Problem]:
    """No schema says what the compiler does not read; it would be lost in silence."""
    for path, node in _schemas(contract):
        for keyword in sorted(UNREAD & node.keys()):
            yield Problem(join(path), f"{keyword} is not compiled", "spell the type without it")


def enum_values(contract: Contract) -> Iterator[Problem]:
    """The literals of an enum are of one type and give distinct members."""
    for path, node in _schemas(contract):
        values = node.get("enum", ())
        if len({type(value) for value in values}) > 1:
            remedy = "split it; a nullable enum is oneOf [$ref, null] where it is used"
            yield Problem(join(path), "an enum of several types", remedy)
        for name, count in Counter(member_name(value) for value in values).items():
            if count > 1:
                message = f"several literals become the member {name}"
                yield Problem(join(path), message, "make it a plain string")


def circles(contract: Contract) -> Iterator[Problem]:
    """Components do not name each other in a circle: their modules would."""
    edges = {name: _named_by(schema) - {name} for name, schema in contract.schemas.items()}
    for name in contract.schemas:
        reached, frontier = set[str](), edges[name]
        while frontier:
            reached |= frontier
            frontier = {far for near in frontier for far in edges.get(near, ())} - reached
        if name in reached:
            where = join(("components", "schemas", name))
            remedy = "break it with JsonValue; only a component naming itself is fine"
            yield Problem(where, f"{name} is reached from itself through others", remedy)


def _named_by(schema: Any) -> set[str]:
    found = (node["$ref"] for _, node in walk(schema) if isinstance(node, dict) and "$ref" in node)
    return {str(reference).rsplit("/", 1)[-1] for reference in found}


def _schemas(contract: Contract) -> Iterator[tuple[tuple[object, ...], Mapping[str, Any]]]:
    """Every node that may be a schema: no data, and not the names of properties."""
    for path, node in walk(contract.raw):
        names_properties = path[-1:] == ("properties",) and path[-2:-1] != ("properties",)
        if isinstance(node, dict) and not is_data(path) and not names_properties:
            yield path, node


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
