"""The package as a whole, and its clients."""

from __future__ import annotations

from dataclasses import dataclass

from ..docs import docstring
from .components import Component
from .literals import Literal, OperationEntry
from .methods import ASYNC, ASYNC_RAW, RAW, SYNC, Flavour
from .resources import Resource, ResourceClass


@dataclass(frozen=True)
class Package:
    """Everything the templates print."""

    digest: str
    version: str
    title: str
    components: tuple[Component, ...]
    resources: tuple[Resource, ...]
    operations: tuple[OperationEntry, ...]
    budgets: tuple[tuple[str, Literal], ...]
    waiters: tuple[tuple[str, Literal], ...]

    def docstring(self) -> str:
        return docstring([f"Typed client of the {self.title}; everything is imported when read."])

    def exports(self) -> tuple[Component, ...]:
        return tuple(sorted(self.components, key=lambda component: component.name))

    def client_classes(self) -> tuple[ClientClass, ...]:
        flavours = (SYNC, ASYNC, RAW, ASYNC_RAW)
        return tuple(ClientClass(flavour, self.resources) for flavour in flavours)


@dataclass(frozen=True)
class ClientClass:
    """A client: one attribute per resource, imported when first read."""

    flavour: Flavour
    resources: tuple[Resource, ...]

    @property
    def name(self) -> str:
        return f"{self.flavour.prefix}Client"

    @property
    def base(self) -> str:
        """What it derives from; the raw view derives from nothing."""
        return "" if self.flavour.raw else f"({self.flavour.runtime_name('BaseClient')})"

    @property
    def client(self) -> str:
        return "self._client" if self.flavour.raw else "self"

    def docstring(self) -> str:
        kind = "Asynchronous client" if self.flavour.asynchronous else "Client"
        if self.flavour.raw:
            return docstring(["The same operations, answered with status, headers and body."])
        return docstring([f"{kind} of the API; its settings are those of the runtime's base."])

    @property
    def raw_name(self) -> str:
        """The class of its raw view."""
        return ClientClass(Flavour(self.flavour.asynchronous, raw=True), ()).name

    @property
    def full_name(self) -> str:
        """The class that it is a raw view of."""
        return ClientClass(Flavour(self.flavour.asynchronous, raw=False), ()).name

    def attributes(self) -> tuple[tuple[str, str, str], ...]:
        """Attribute, class and module of each resource."""
        folder = "raw" if self.flavour.raw else "resources"
        return tuple(
            (one.name, ResourceClass(one, self.flavour).name, f".{folder}.{one.name}")
            for one in self.resources
        )
