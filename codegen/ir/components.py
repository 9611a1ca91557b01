"""Named schemas: models, enums and aliases."""

from __future__ import annotations

from dataclasses import dataclass

from ..docs import docstring, sentence
from ..naming import attribute_name, member_name, module_name
from ..types import ANNOTATED, FIELD, Imports, Scope, Type
from .imports import MODEL, NONE, import_lines


@dataclass(frozen=True)
class Attribute:
    """One property of a model."""

    wire_name: str
    type: Type
    required: bool
    nullable: bool
    secret: bool
    description: str
    deprecated: bool = False

    @property
    def name(self) -> str:
        return attribute_name(self.wire_name)

    def options(self) -> str:
        """What pydantic must be told beyond the type."""
        alias = f"alias={self.wire_name!r}" if self.name != self.wire_name else ""
        return ", ".join(filter(None, (alias, "repr=False" if self.secret else "")))

    def annotation(self, scope: Scope) -> str:
        spelled = self.type.annotation(scope)
        if not self.required and not self.nullable:
            spelled = f"{spelled} | None"
        return f"Annotated[{spelled}, Field({self.options()})]" if self.options() else spelled

    def declaration(self, scope: Scope, owner: str) -> str:
        annotation = self.annotation(scope)
        if owner in self.type.components():
            annotation = repr(annotation)
        return f"{self.name}: {annotation}" + ("" if self.required else " = None")

    def docstring(self) -> str:
        return docstring([sentence(self.description), "Deprecated." if self.deprecated else ""])

    def imports(self) -> Imports:
        return self.type.imports() | (frozenset({ANNOTATED, FIELD}) if self.options() else NONE)


@dataclass(frozen=True)
class Component:
    """A named schema, and the module it is printed into."""

    name: str
    description: str

    @property
    def module(self) -> str:
        return module_name(self.name)

    @property
    def template(self) -> str:
        return type(self).__name__.lower()

    def docstring(self) -> str:
        return docstring([self.description])

    def dependencies(self) -> frozenset[str]:
        """Other components this one names."""
        return frozenset()

    def needs(self) -> Imports:
        return frozenset()

    def imports(self) -> tuple[str, ...]:
        siblings = ((f".{module_name(other)}", other) for other in self.dependencies())
        return import_lines([*self.needs(), *siblings])


@dataclass(frozen=True)
class Model(Component):
    """An object with attributes."""

    attributes: tuple[Attribute, ...]

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(attribute.name for attribute in self.attributes))

    def declarations(self) -> tuple[tuple[str, str], ...]:
        """Each attribute's line and the text below it."""
        return tuple(
            (one.declaration(self.scope, self.name), one.docstring() if one.description else "")
            for one in self.attributes
        )

    def dependencies(self) -> frozenset[str]:
        named = {name for one in self.attributes for name in one.type.components()}
        return frozenset(named - {self.name})

    def imports(self) -> tuple[str, ...]:
        hidden = any("builtins." in declaration for declaration, _ in self.declarations())
        return (*(("import builtins",) if hidden else ()), *super().imports())

    def needs(self) -> Imports:
        return frozenset({MODEL}).union(*(attribute.imports() for attribute in self.attributes))


@dataclass(frozen=True)
class Enum(Component):
    """A set of literals."""

    base: str
    values: tuple[str | int, ...]

    @property
    def parent(self) -> str:
        return {"str": "StrEnum", "int": "IntEnum"}[self.base]

    def members(self) -> tuple[str, ...]:
        return tuple(f"{member_name(value)} = {value!r}" for value in self.values)

    def needs(self) -> Imports:
        return frozenset({("enum", self.parent)})


@dataclass(frozen=True)
class Alias(Component):
    """Another name for a type: an array, a map, a union, or a plain value."""

    target: Type
    in_order: bool  # a union, read in document order

    def definition(self) -> str:
        spelled = self.target.annotation()
        if self.in_order:
            spelled = f'Annotated[{spelled}, Field(union_mode="left_to_right")]'
        return f"{self.name}: TypeAlias = {spelled}"

    def dependencies(self) -> frozenset[str]:
        return frozenset(self.target.components())

    def needs(self) -> Imports:
        own = {("typing", "TypeAlias")} | ({ANNOTATED, FIELD} if self.in_order else set())
        return self.target.imports() | own
