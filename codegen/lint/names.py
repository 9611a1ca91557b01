"""Rules about names: everything generated can be spelled, and nothing hides anything else."""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..contract import Contract
from ..naming import argument_name, attribute_name, class_name, constant_name, module_name
from ..pointer import deref, join
from .places import Place, Problem, parameters, places

CLIENT_MEMBERS = frozenset(
    "aclose client_id clock close request wait_for with_options with_raw_response".split()
)
PRINTED = frozenset(
    """Annotated Any AsyncLogStream AsyncPager AsyncResource Decoder Field IntEnum LogStream Mapping
    Model Pager RawResponse Resource Sequence StrEnum Timestamp TypeAlias Unset datetime""".split()
)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def component_names(contract: Contract) -> Iterator[Problem]:
    """A component's name is a class of its own, in a module of its own."""
    taken = PRINTED | set(keyword.kwlist)
    for name in contract.schemas:
        if not (name.isidentifier() and name[0].isupper()) or name in taken:
            where = join(("components", "schemas", name))
            yield Problem(where, f"{name} cannot name a class", "pick another in PascalCase")
    for module in _repeated(module_name(name) for name in contract.schemas):
        message = f"two components share the module {module}"
        yield Problem("/components/schemas", message, "rename one of them")


def attribute_names(contract: Contract) -> Iterator[Problem]:
    """The properties of a model stay apart as attributes."""
    for name, schema in contract.schemas.items():
        for attribute in _repeated(map(attribute_name, schema.get("properties", {}))):
            where = join(("components", "schemas", name, "properties"))
            message = f"two properties become the attribute {attribute}"
            yield Problem(where, message, "leave one to the unknown fields, which are kept")


def client_names(contract: Contract) -> Iterator[Problem]:
    """A resource is a tag, and hides nothing of the client; a method is no keyword."""
    tags = {tag.get("name") for tag in contract.raw.get("tags", ())}
    resources = dict.fromkeys(str(place.raw.get("x-resource")) for place in places(contract))
    for resource in resources:
        if resource in CLIENT_MEMBERS or keyword.iskeyword(resource):
            yield Problem("/paths", f"the resource {resource!r} is taken", "rename x-resource")
        if resource not in tags:
            yield Problem("/tags", f"the resource {resource!r} is no tag", "describe it there")
    for shared in _repeated(map(class_name, resources)):
        yield Problem("/paths", f"two resources become the class {shared}", "rename one of them")
    ids = dict.fromkeys(name for place in places(contract) for name in place.callables())
    for shared in _repeated(map(constant_name, ids)):
        yield Problem("/paths", f"two operations become the constant {shared}", "rename one")
    for place in places(contract):
        for name in place.callables():
            if keyword.iskeyword(name.rsplit(".", 1)[-1]):
                yield Problem(place.pointer, f"{name} is a keyword of Python", "rename the method")


def argument_names(contract: Contract) -> Iterator[Problem]:
    """The arguments of a method stay apart: path, query, body, and the runtime's own."""
    for place in places(contract):
        for name in _repeated(_arguments(contract, place)):
            message = f"two arguments become {name}"
            yield Problem(place.pointer, message, "rename one where it is not on the wire")


def _arguments(contract: Contract, place: Place) -> Iterator[str]:
    for where in ("path", "query"):
        yield from map(argument_name, parameters(contract, place, where))
    yield from map(argument_name, _body_properties(contract, place))
    security: list[Any] = place.raw.get("security", contract.raw.get("security", []))
    yield from ("token" for requirement in security if "ImportToken" in requirement)
    yield from ("budget_wait",) if "x-budget" in place.raw else ()


def _body_properties(contract: Contract, place: Place) -> Iterator[str]:
    body = deref(contract.raw, place.mapping("requestBody"))
    for media in body.get("content", {}).values() if isinstance(body, dict) else ():
        schema = deref(contract.raw, media.get("schema", {}))
        yield from schema.get("properties", {}) if isinstance(schema, dict) else ()
