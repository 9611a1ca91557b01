"""openapi-python-client reads the contract; what it drops is joined back from the raw document.

Its objects know which operations and models exist, how their parameters are ordered and what is
required. They lose operation-level x- keys, `deprecated`, texts of parameters, the global
security, and the order of union members; those come from the raw document, by (path, method).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError, ParseError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import Class

from .contract import Contract, ContractError
from .pointer import deref


@dataclass(frozen=True)
class JoinedOperation:
    """One method of one path, as parsed and as written."""

    path: str
    verb: str
    parsed: Endpoint
    raw: Mapping[str, Any]

    def parameters(self, place: str) -> Iterator[tuple[str, bool]]:
        """(wire name, required) of the parameters in `place`; path ones in the path's order."""
        found = {"path": self.parsed.path_parameters, "query": self.parsed.query_parameters}
        for parameter in found[place]:
            yield _text(parameter.name), parameter.required

    def media_types(self) -> list[str]:
        return [_text(body.content_type) for body in self.parsed.bodies]

    def statuses(self) -> list[str]:
        return [response.status_code.pattern for response in self.parsed.responses]


@dataclass(frozen=True)
class Parsed:
    """The contract and its parsed operations in document order."""

    contract: Contract
    operations: tuple[JoinedOperation, ...]
    required: Mapping[str, frozenset[str]]  # component -> wire names that are always present

    def resolve(self, node: Any) -> Any:
        return deref(self.contract.raw, node)


def parse(contract: Contract) -> Parsed:
    """Parse the contract; anything the parser could not read is a failure, never an omission."""
    config = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, contract.path, "utf-8", True, Path("unused")
    )
    try:
        data = GeneratorData.from_dict(contract.raw, config=config)
    except ValueError as error:  # it raises bare ValueErrors, e.g. for enums it cannot name
        raise ContractError(f"{contract.path}: {error}") from error
    if isinstance(data, GeneratorError):
        raise ContractError(f"{contract.path}: {data.header}\n{data.detail or ''}")
    _refuse_omissions(contract, data)
    return Parsed(contract, tuple(_join(contract, data)), _required(contract, data, config))


def _refuse_omissions(contract: Contract, data: GeneratorData) -> None:
    errors = [*data.errors]
    for collection in data.endpoint_collections_by_tag.values():
        errors += collection.parse_errors
    if errors:
        listed = "\n".join(f"  {_describe(error)}" for error in errors)
        raise ContractError(f"{contract.path}: the parser left something out:\n{listed}")


def _describe(error: ParseError) -> str:
    return f"{error.header} {error.detail or ''}".strip()


def _join(contract: Contract, data: GeneratorData) -> Iterator[JoinedOperation]:
    found = {
        (_shape(_text(endpoint.path)), endpoint.method): endpoint
        for collection in data.endpoint_collections_by_tag.values()
        for endpoint in collection.endpoints
    }
    for path, item in contract.raw["paths"].items():
        for verb, raw in item.items():
            if verb in {"get", "put", "post", "delete", "patch", "head", "options", "trace"}:
                yield JoinedOperation(path, verb.upper(), found[_shape(path), verb], raw)


def _shape(path: str) -> str:
    """The path without its parameters' names, some of which the parser renames."""
    return re.sub(r"{[^}]*}", "{}", path)


def _required(contract: Contract, data: GeneratorData, config: Config) -> dict[str, frozenset[str]]:
    by_class = {str(model.class_info.name): model for model in data.models}
    required = {}
    for component in contract.schemas:
        model = by_class.get(str(Class.from_string(string=component, config=config).name))
        if model is not None:
            required[component] = frozenset(_text(p.name) for p in model.required_properties or ())
    return required


def _text(value: Any) -> str:
    """Plain text of the parser's strings; str() of its wrapper would print a memory address."""
    plain = value.get_untrusted_value() if hasattr(value, "get_untrusted_value") else value
    return str(plain)
