"""What a rule says, and what the rules look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract import Contract
from ..pointer import MISSING, deref, in_schema, join

VERBS = ("get", "put", "post", "delete", "patch")
DATA = frozenset({"default", "enum", "example", "examples"})


@dataclass(frozen=True)
class Problem:
    """Something to mend, where it stands, and how."""

    pointer: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"#{self.pointer}: {self.message}; {self.remedy}"


@dataclass(frozen=True)
class Place:
    """An operation and where it stands."""

    path: str
    verb: str
    raw: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        return join(("paths", self.path, self.verb))

    def mapping(self, key: str) -> Mapping[str, Any]:
        """The value of a key that holds an object; empty where it holds something else."""
        value = self.raw.get(key)
        return value if isinstance(value, dict) else {}

    def variants(self) -> list[Mapping[str, Any]]:
        found = self.raw.get("x-variants")
        items = found if isinstance(found, list) else []
        return [one for one in items if isinstance(one, dict)]

    def callables(self) -> Iterator[str]:
        """The ids of what a caller can call: the method, then the variants."""
        resource = self.raw.get("x-resource")
        if "x-method" in self.raw:
            yield f"{resource}.{self.raw['x-method']}"
        for variant in self.variants():
            yield f"{resource}.{variant.get('method')}"


def places(contract: Contract) -> Iterator[Place]:
    """The operations of the document, in its order."""
    for path, item in contract.raw.get("paths", {}).items():
        for verb in VERBS:
            if verb in item:
                yield Place(path, verb, item[verb])


def parameters(contract: Contract, place: Place, where: str) -> Iterator[str]:
    """The wire names of the parameters in one place, the path item's included."""
    item = contract.raw["paths"][place.path]
    for parameter in (*place.raw.get("parameters", ()), *item.get("parameters", ())):
        found = deref(contract.raw, parameter)
        if found is not MISSING and found.get("in") == where:
            yield found["name"]


def success_schema(contract: Contract, place: Place, status: str | None = None) -> Any:
    """The schema of the answer with `status`, or of the first success."""
    for code, response in place.raw.get("responses", {}).items():
        if str(code) == status or (status is None and str(code).startswith("2")):
            found = deref(contract.raw, response)
            for media in () if found is MISSING else found.get("content", {}).values():
                return media.get("schema", {})
    return {}


def resolves(contract: Contract, schema: Any, pointer: object) -> bool:
    """Whether a value that follows `schema` may have something at `pointer`."""
    try:
        return bool(in_schema(contract.raw, schema, str(pointer)))
    except ValueError:
        return False


def is_data(path: tuple[object, ...]) -> bool:
    """Whether a path leads into an example or an x- key, which hold data and no schemas."""
    return any(
        str(part).startswith("x-") or (part in DATA and above != "properties")
        for above, part in zip((None, *path), path, strict=False)
    )
