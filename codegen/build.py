"""From the joined contract to what the templates print: components and the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .ir.components import Alias, Attribute, Component, Enum, Model
from .ir.package import Package
from .methods import build_resources
from .parse import Parsed
from .table import budget_literals, operation_entries, waiter_literals
from .types import AliasRef, EnumRef, TypeReader, Union, nullable


def build(parsed: Parsed) -> Package:
    """Everything that will be printed, in document order."""
    raw = parsed.contract.raw
    reader = TypeReader(parsed.contract.schemas)
    tags = {tag["name"]: tag.get("description", "") for tag in raw.get("tags", ())}
    return Package(
        digest=parsed.contract.digest,
        version=parsed.contract.version,
        title=str(raw["info"]["title"]),
        components=tuple(_components(parsed, reader)),
        resources=build_resources(parsed, reader, tags),
        operations=tuple(operation_entries(parsed)),
        budgets=budget_literals(raw),
        waiters=waiter_literals(raw),
    )


def _components(parsed: Parsed, reader: TypeReader) -> Iterator[Component]:
    for name, schema in parsed.contract.schemas.items():
        yield component(name, schema, reader, parsed.required.get(name, frozenset()))


def component(
    name: str, schema: Mapping[str, Any], reader: TypeReader, required: frozenset[str]
) -> Component:
    """The class or alias that a named schema becomes."""
    reference = reader.component(name)
    description = str(schema.get("description", ""))
    if isinstance(reference, EnumRef):
        return Enum(name, description, reference.base, tuple(schema["enum"]))
    if isinstance(reference, AliasRef):
        return Alias(name, description, reference.target, isinstance(reference.target, Union))
    attributes = _attributes(schema.get("properties", {}), reader, required)
    return Model(name, description, tuple(attributes))


def _attributes(
    properties: Mapping[str, Any], reader: TypeReader, required: frozenset[str]
) -> Iterator[Attribute]:
    for wire_name, schema in properties.items():
        read = reader.read(schema)
        yield Attribute(
            wire_name=wire_name,
            type=read,
            required=wire_name in required,
            nullable=nullable(read),
            secret=bool(schema.get("x-secret")),
            description=str(schema.get("description", "")),
            deprecated=bool(schema.get("deprecated")),
        )
