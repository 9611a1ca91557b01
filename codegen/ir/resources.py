"""Resources: the classes and modules that methods are printed into."""

from __future__ import annotations

from dataclasses import dataclass

from ..docs import docstring
from ..naming import class_name, module_name
from ..types import Scope
from .imports import CALLS, from_resource, import_lines
from .methods import Flavour, Method


@dataclass(frozen=True)
class Resource:
    """The methods that share an attribute of the client."""

    name: str
    description: str
    methods: tuple[Method, ...]

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(method.name for method in self.methods))


@dataclass(frozen=True)
class ResourceClass:
    """One flavour of a resource."""

    resource: Resource
    flavour: Flavour

    @property
    def name(self) -> str:
        return f"{self.flavour.prefix}{class_name(self.resource.name)}"

    def docstring(self) -> str:
        return docstring([self.resource.description])

    def methods(self) -> tuple[tuple[str, str, str, str], ...]:
        """Decorator, if any, signature, docstring and body of each method."""
        scope, flavour = self.resource.scope, self.flavour
        return tuple(
            (
                m.decorator(flavour),
                m.signature(scope, flavour),
                m.docstring(flavour),
                m.statement(scope, flavour),
            )
            for m in self.resource.methods
            if not (flavour.raw and m.answer.download)  # its headers hold a presigned URL
        )


@dataclass(frozen=True)
class ResourceModule:
    """The module of a resource: its sync and its async class."""

    resource: Resource
    flavours: tuple[Flavour, Flavour]

    @property
    def title(self) -> str:
        kind = "Raw answers of" if self.flavours[0].raw else "Methods of"
        return f"{kind} `client.{self.resource.name}`."

    def classes(self) -> tuple[ResourceClass, ...]:
        return tuple(ResourceClass(self.resource, flavour) for flavour in self.flavours)

    def imports(self) -> tuple[str, ...]:
        methods, raw = self.resource.methods, self.flavours[0].raw
        models = {name for method in methods for name in method.components()}
        returned = {name for method in methods for name in method.answer.runtime_names()}
        return import_lines(
            [
                *CALLS,
                *from_resource(*({"RawResponse"} if raw else returned)),
                *((f"..models.{module_name(name)}", name) for name in models),
                *(needed for method in methods for needed in method.imports()),
            ]
        )
