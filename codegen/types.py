"""Types that print themselves.

The same type is spelled in two ways: `annotation()` where values are received (model attributes and
answers), `argument()` where they are given (a model or a mapping, an aware datetime or its text).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Imports = frozenset[tuple[str, str]]  # (module, name)
MAPPING = ("collections.abc", "Mapping")
SEQUENCE = ("collections.abc", "Sequence")
ANNOTATED = ("typing", "Annotated")
ANY = ("typing", "Any")
FIELD = ("pydantic", "Field")
TIMESTAMP = ("stitch_connect_runtime.models", "Timestamp")
DATETIME = ("datetime", "datetime")


@dataclass(frozen=True)
class Scope:
    """Which builtins are hidden by names of the class an annotation is printed in."""

    hidden: frozenset[str] = frozenset()

    def builtin(self, name: str) -> str:
        return f"builtins.{name}" if name in self.hidden else name


OPEN = Scope()


class Type(ABC):
    """What every type can say about itself."""

    @abstractmethod
    def annotation(self, scope: Scope = OPEN) -> str:
        """The annotation where values are received."""

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        """What may be given instead of one another."""
        return (self.annotation(scope),)

    def argument(self, scope: Scope = OPEN) -> str:
        """The annotation where values are given."""
        return " | ".join(dict.fromkeys(self.alternatives(scope)))

    def imports(self, *, argument: bool = False) -> Imports:
        """What the annotation needs, besides components."""
        return frozenset()

    def components(self, *, argument: bool = False) -> Iterator[str]:
        """The components the annotation names."""
        yield from ()


@dataclass(frozen=True)
class Scalar(Type):
    """A builtin: str, int, float, bool, None, or Any."""

    name: str

    def annotation(self, scope: Scope = OPEN) -> str:
        return self.name if self.name in {"None", "Any"} else scope.builtin(self.name)

    def imports(self, *, argument: bool = False) -> Imports:
        return frozenset({ANY}) if self.name == "Any" else frozenset()


@dataclass(frozen=True)
class Timestamp(Type):
    """A point in time."""

    def annotation(self, scope: Scope = OPEN) -> str:
        return "Timestamp"

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return ("datetime", scope.builtin("str"))

    def imports(self, *, argument: bool = False) -> Imports:
        return frozenset({DATETIME}) if argument else frozenset({TIMESTAMP})


@dataclass(frozen=True)
class ListOf(Type):
    """An array."""

    item: Type

    def annotation(self, scope: Scope = OPEN) -> str:
        return f"{scope.builtin('list')}[{self.item.annotation(scope)}]"

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return (f"Sequence[{self.item.argument(scope)}]",)

    def imports(self, *, argument: bool = False) -> Imports:
        found = self.item.imports(argument=argument)
        return found | {SEQUENCE} if argument else found

    def components(self, *, argument: bool = False) -> Iterator[str]:
        yield from self.item.components(argument=argument)


@dataclass(frozen=True)
class MapOf(Type):
    """An object whose keys are data."""

    value: Type

    def annotation(self, scope: Scope = OPEN) -> str:
        return f"{scope.builtin('dict')}[{scope.builtin('str')}, {self.value.annotation(scope)}]"

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return (f"Mapping[{scope.builtin('str')}, {self.value.argument(scope)}]",)

    def imports(self, *, argument: bool = False) -> Imports:
        found = self.value.imports(argument=argument)
        return found | {MAPPING} if argument else found

    def components(self, *, argument: bool = False) -> Iterator[str]:
        yield from self.value.components(argument=argument)


@dataclass(frozen=True)
class Union(Type):
    """One of several, in document order."""

    members: tuple[Type, ...]

    def annotation(self, scope: Scope = OPEN) -> str:
        return " | ".join(member.annotation(scope) for member in self.members)

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return tuple(one for member in self.members for one in member.alternatives(scope))

    def imports(self, *, argument: bool = False) -> Imports:
        return frozenset().union(*(m.imports(argument=argument) for m in self.members))

    def components(self, *, argument: bool = False) -> Iterator[str]:
        for member in self.members:
            yield from member.components(argument=argument)


@dataclass(frozen=True)
class ModelRef(Type):
    """A component with attributes."""

    name: str

    def annotation(self, scope: Scope = OPEN) -> str:
        return self.name

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return (self.name, f"Mapping[{scope.builtin('str')}, Any]")

    def imports(self, *, argument: bool = False) -> Imports:
        return frozenset({MAPPING, ANY}) if argument else frozenset()

    def components(self, *, argument: bool = False) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True)
class EnumRef(Type):
    """A named set of literals, open to the ones that are not known yet."""

    name: str
    base: str  # str or int

    def annotation(self, scope: Scope = OPEN) -> str:
        both = f"{self.name} | {scope.builtin(self.base)}"
        return f'Annotated[{both}, Field(union_mode="left_to_right")]'

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return (self.name, scope.builtin(self.base))

    def imports(self, *, argument: bool = False) -> Imports:
        return frozenset() if argument else frozenset({ANNOTATED, FIELD})

    def components(self, *, argument: bool = False) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True)
class AliasRef(Type):
    """A component that is another name for a type; an argument spells the type itself."""

    name: str
    target: Type

    def annotation(self, scope: Scope = OPEN) -> str:
        return self.name

    def alternatives(self, scope: Scope = OPEN) -> tuple[str, ...]:
        return self.target.alternatives(scope)

    def imports(self, *, argument: bool = False) -> Imports:
        return self.target.imports(argument=True) if argument else frozenset()

    def components(self, *, argument: bool = False) -> Iterator[str]:
        if argument:
            yield from self.target.components(argument=True)
        else:
            yield self.name


NONE = Scalar("None")
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


@dataclass(frozen=True)
class TypeReader:
    """Reads the type of a schema; `$ref`s become references to components."""

    schemas: Mapping[str, Any]
    _open: frozenset[str] = field(default_factory=frozenset)

    def read(self, schema: Mapping[str, Any]) -> Type:
        if "$ref" in schema:
            return self.component(str(schema["$ref"]).rsplit("/", 1)[-1])
        members = schema.get("oneOf") or schema.get("anyOf")
        if members:
            return Union(tuple(self.read(member) for member in members))
        kind = schema.get("type")
        if isinstance(kind, list):
            return Union(tuple(self.read({**schema, "type": one}) for one in kind))
        return self._plain(kind, schema)

    def _plain(self, kind: str | None, schema: Mapping[str, Any]) -> Type:
        if kind == "array":
            return ListOf(self.read(schema.get("items", {})))
        if kind == "object":
            extra = schema.get("additionalProperties")
            return MapOf(self.read(extra if isinstance(extra, dict) else {}))
        if kind == "string" and schema.get("format") == "date-time":
            return Timestamp()
        return Scalar(_SCALARS[kind]) if kind else Scalar("Any")

    def component(self, name: str) -> Type:
        """A reference to a component, of the kind that the component is."""
        schema = self.schemas[name]
        if "enum" in schema:
            return EnumRef(name, "int" if schema.get("type") == "integer" else "str")
        if is_model(schema):
            return ModelRef(name)
        if name in self._open:
            raise ValueError(f"{name} is defined by itself")
        return AliasRef(name, TypeReader(self.schemas, self._open | {name}).read(schema))


def is_model(schema: Mapping[str, Any]) -> bool:
    """Whether a component becomes a class: an object with attributes, or an empty one."""
    is_map = "properties" not in schema and schema.get("additionalProperties", False) is not False
    return schema.get("type") == "object" and not is_map


def nullable(read: Type) -> bool:
    """Whether null is among the values of a type."""
    if isinstance(read, AliasRef):
        return nullable(read.target)
    if isinstance(read, Union):
        return any(nullable(member) for member in read.members)
    return read in (NONE, Scalar("Any"))
