"""What the templates print: frozen objects that spell themselves. Nothing here reads the contract.

A template only loops; a template that computes a type, a name or a literal is a bug.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .docs import Section, docstring, sentence
from .naming import attribute_name, class_name, constant_name, member_name, snake_case
from .types import ANNOTATED, FIELD, Imports, Scope, Type

RUNTIME = "stitch_connect_runtime"
UNSET: Imports = frozenset({(f"{RUNTIME}.unset", "UNSET"), (f"{RUNTIME}.unset", "Unset")})


def import_lines(imports: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Import statements, in an order that does not depend on hashing."""
    return tuple(f"from {module} import {name}" for module, name in sorted(set(imports)))


# Components ------------------------------------------------------------------------------------


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
        return self.type.imports() | (frozenset({ANNOTATED, FIELD}) if self.options() else UNUSED)


UNUSED: Imports = frozenset()


@dataclass(frozen=True)
class Component:
    """A named schema, and the module it is printed into."""

    name: str
    description: str

    @property
    def module(self) -> str:
        return snake_case(self.name)

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
        siblings = ((f".{snake_case(other)}", other) for other in self.dependencies())
        return import_lines([*self.needs(), *siblings])


@dataclass(frozen=True)
class Model(Component):
    """An object with attributes."""

    attributes: tuple[Attribute, ...]

    @property
    def scope(self) -> Scope:
        return Scope(frozenset(attribute.name for attribute in self.attributes))

    @property
    def hides_builtins(self) -> bool:
        return bool(self.scope.hidden & BUILTIN_NAMES)

    def declarations(self) -> tuple[tuple[str, str], ...]:
        """Each attribute's line and the text below it."""
        return tuple(
            (one.declaration(self.scope, self.name), one.docstring() if one.description else "")
            for one in self.attributes
        )

    def dependencies(self) -> frozenset[str]:
        named = {name for one in self.attributes for name in one.type.components()}
        return frozenset(named - {self.name})

    def needs(self) -> Imports:
        base = frozenset({(f"{RUNTIME}.models", "Model")})
        return base.union(*(attribute.imports() for attribute in self.attributes))


BUILTIN_NAMES = frozenset({"list", "dict", "str", "int", "float", "bool"})


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


# Operations ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Literal:
    """A call that builds a value: `Risk(level="read")`; arguments without a value are left out."""

    callee: str
    arguments: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        given = ", ".join(f"{key}={_spell(value)}" for key, value in self.arguments)
        return f"{self.callee}({given})"


def literal(callee: str, **arguments: Any) -> Literal:
    """A Literal of what is there: None and () stand for an argument's default."""
    kept = ((key, value) for key, value in arguments.items() if value not in (None, ()))
    return Literal(callee, tuple(kept))


def _spell(value: Any) -> str:
    if isinstance(value, tuple):
        inner = "".join(f"{_spell(item)}, " for item in value)
        return f"({inner})" if len(value) == 1 else f"({inner.rstrip(', ')})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k!r}: {_spell(v)}" for k, v in value.items()) + "}"
    return str(value) if isinstance(value, Literal | Name) else repr(value)


@dataclass(frozen=True)
class Name:
    """A name where a value is expected."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class OperationEntry:
    """A row of the operations table."""

    id: str
    literal: Literal

    @property
    def constant(self) -> str:
        return constant_name(self.id)


# Methods ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flavour:
    """One of the four spellings of a resource: sync or async, decoded or raw."""

    asynchronous: bool
    raw: bool

    @property
    def prefix(self) -> str:
        return ("Async" if self.asynchronous else "") + ("Raw" if self.raw else "")

    @property
    def base(self) -> str:
        return "AsyncResource" if self.asynchronous else "Resource"

    def runtime_name(self, name: str) -> str:
        return f"Async{name}" if self.asynchronous else name


SYNC, ASYNC = Flavour(asynchronous=False, raw=False), Flavour(asynchronous=True, raw=False)
RAW, ASYNC_RAW = Flavour(asynchronous=False, raw=True), Flavour(asynchronous=True, raw=True)


@dataclass(frozen=True)
class Argument:
    """One argument of a method: where it goes on the wire, and how it is spelled."""

    place: str  # path, query, body, document (the whole body) or option (for the runtime)
    wire_name: str
    name: str
    type: Type
    default: str | None  # None: required
    description: str

    @property
    def positional(self) -> bool:
        return self.place in ("path", "document")

    def annotation(self, scope: Scope) -> str:
        extra = {"UNSET": ("Unset",), "None": ("None",)}.get(self.default or "", ())
        return " | ".join(dict.fromkeys((*self.type.alternatives(scope), *extra)))

    def declaration(self, scope: Scope) -> str:
        default = "" if self.default is None else f" = {self.default}"
        return f"{self.name}: {self.annotation(scope)}{default}"

    def imports(self) -> Imports:
        return self.type.imports(argument=True) | (UNSET if self.default == "UNSET" else UNUSED)


@dataclass(frozen=True)
class Answer:
    """What a method returns."""

    type: Type
    description: str
    item: Type | None = None  # of a paginated list
    download: bool = False

    def annotation(self, scope: Scope, flavour: Flavour) -> str:
        spelled = self.type.annotation(scope)
        if flavour.raw:
            return f"RawResponse[{spelled}]"
        if self.download:
            return flavour.runtime_name("LogStream")
        if self.item is not None:
            return f"{flavour.runtime_name('Pager')}[{self.item.annotation(scope)}, {spelled}]"
        return spelled

    def caller(self, flavour: Flavour) -> str:
        """The runtime's function that makes the call."""
        if flavour.raw:
            return "_raw"
        return "_download" if self.download else "_paged" if self.item else "_call"

    def awaited(self, flavour: Flavour) -> bool:
        return flavour.asynchronous and self.caller(flavour) in ("_call", "_raw")

    def imports(self) -> Imports:
        return self.type.imports() | (self.item.imports() if self.item else UNUSED)

    def components(self) -> frozenset[str]:
        item = self.item.components() if self.item else ()
        return frozenset() if self.download else frozenset((*self.type.components(), *item))


@dataclass(frozen=True)
class Method:
    """One method of a resource, in any flavour."""

    name: str
    operation: str
    arguments: tuple[Argument, ...]
    answer: Answer
    paragraphs: tuple[str, ...]
    raises: tuple[tuple[str, str], ...]

    def signature(self, scope: Scope, flavour: Flavour) -> str:
        positional = [a.declaration(scope) for a in self.arguments if a.positional]
        keywords = [a.declaration(scope) for a in self.arguments if not a.positional]
        parts = ["self", *positional, *(["*", *keywords] if keywords else [])]
        define = "async def" if self.answer.awaited(flavour) else "def"
        returns = self.answer.annotation(scope, flavour)
        return f"{define} {self.name}({', '.join(parts)}) -> {returns}"

    def statement(self, scope: Scope, flavour: Flavour) -> str:
        wait = "await " if self.answer.awaited(flavour) else ""
        given = [f"operations.{constant_name(self.operation)}", *self._decoders(scope, flavour)]
        return (
            f"return {wait}self.{self.answer.caller(flavour)}({', '.join([*given, *self._wire()])})"
        )

    def _decoders(self, scope: Scope, flavour: Flavour) -> list[str]:
        if self.answer.download and not flavour.raw:
            return []
        spelled = self.answer.type.annotation(scope)
        decoder = f"Decoder[{spelled}]({spelled})"
        if self.answer.item is None or flavour.raw:
            return [decoder]
        return [decoder, self.answer.item.annotation(scope)]

    def _wire(self) -> list[str]:
        """The keyword arguments that say what goes on the wire."""
        found = []
        for place in ("path", "query", "body"):
            pairs = [f"{a.wire_name!r}: {a.name}" for a in self.arguments if a.place == place]
            if pairs:
                found.append(f"{place}={{{', '.join(pairs)}}}")
        found += [f"body={a.name}" for a in self.arguments if a.place == "document"]
        return found + [f"{a.name}={a.name}" for a in self.arguments if a.place == "option"]

    def docstring(self, flavour: Flavour) -> str:
        arguments = tuple((a.name, a.description) for a in self.arguments)
        returns = "The answer with its status and headers." if flavour.raw else self._returns()
        sections = (
            Section("Args", arguments),
            Section("Returns", (("", returns),) if returns else ()),
            Section("Raises", self.raises),
        )
        return docstring(self.paragraphs, sections, indent=2)

    def _returns(self) -> str:
        if self.answer.download:
            return "The log as a stream of text, to be read or iterated over by line."
        return self.answer.description

    def imports(self) -> Imports:
        return self.answer.imports().union(*(a.imports() for a in self.arguments))

    def components(self) -> frozenset[str]:
        given = (c for a in self.arguments for c in a.type.components(argument=True))
        return self.answer.components() | frozenset(given)


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

    def methods(self) -> tuple[tuple[str, str, str], ...]:
        """Signature, docstring and body of each method."""
        scope, flavour = self.resource.scope, self.flavour
        return tuple(
            (m.signature(scope, flavour), m.docstring(flavour), m.statement(scope, flavour))
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
        methods = self.resource.methods
        raw = self.flavours[0].raw
        models = {
            (f"..models.{snake_case(name)}", name) for m in methods for name in m.components()
        }
        needed = set(RESOURCE_IMPORTS) | models | ({RAW_RESPONSE} if raw else set())
        for method in methods:
            needed |= method.imports()
            if not raw:
                needed |= {PAGER, ASYNC_PAGER} if method.answer.item else set()
                needed |= {LOGS, ASYNC_LOGS} if method.answer.download else set()
        return import_lines(needed)


RESOURCE_IMPORTS = (
    ("..", "operations"),
    (f"{RUNTIME}.decode", "Decoder"),
    (f"{RUNTIME}.resource", "Resource"),
    (f"{RUNTIME}.resource", "AsyncResource"),
)
RAW_RESPONSE = (f"{RUNTIME}.resource", "RawResponse")
PAGER, ASYNC_PAGER = (f"{RUNTIME}.resource", "Pager"), (f"{RUNTIME}.resource", "AsyncPager")
LOGS, ASYNC_LOGS = (f"{RUNTIME}.resource", "LogStream"), (f"{RUNTIME}.resource", "AsyncLogStream")


# The package -----------------------------------------------------------------------------------


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
            (one.name, ResourceClass(one, self.flavour).name, f".{folder}.{snake_case(one.name)}")
            for one in self.resources
        )
