"""Methods of resources, in their four flavours."""

from __future__ import annotations

from dataclasses import dataclass

from ..docs import Section, docstring
from ..naming import constant_name
from ..types import Imports, Scope, Type
from .imports import NONE, UNSET, from_forgetting

FORGETTING = ("forgetting", "aforgetting")  # sync, async


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
        return self.type.imports(argument=True) | (UNSET if self.default == "UNSET" else NONE)


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

    def runtime_names(self) -> tuple[str, ...]:
        """The runtime's classes that the decoded flavours return."""
        if self.download:
            return ("AsyncLogStream", "LogStream")
        return ("AsyncPager", "Pager") if self.item else ()

    def imports(self) -> Imports:
        return self.type.imports() | (self.item.imports() if self.item else NONE)

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
    confidential: bool = False  # an argument is, or may hold, a credential

    def decorator(self, flavour: Flavour) -> str:
        """What keeps the arguments out of the frames of errors, where that is needed."""
        return FORGETTING[self.answer.awaited(flavour)] if self.confidential else ""

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
        if self.answer.item:
            return "An iterator over the rows of all pages; `.pages()` gives the pages."
        return self.answer.description

    def imports(self) -> Imports:
        found = self.answer.imports().union(*(a.imports() for a in self.arguments))
        return found | from_forgetting(*FORGETTING) if self.confidential else found

    def components(self) -> frozenset[str]:
        given = (c for a in self.arguments for c in a.type.components(argument=True))
        return self.answer.components() | frozenset(given)
