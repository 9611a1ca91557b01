"""Where the contract comes from: the wheel first, the repository second."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

_REPOSITORY = Path(__file__).resolve().parents[2] / "spec"


class ContractMissing(Exception):
    """Neither the package nor the repository holds a contract that can be read."""


def text_of(name: str) -> str:
    """The text of a file of the contract, such as `openapi.yaml`."""
    packaged = resources.files(__package__).joinpath("_spec", name)
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    try:
        return (_REPOSITORY / name).read_text(encoding="utf-8")
    except OSError as error:
        raise ContractMissing(f"no {name}: neither in the package nor in {_REPOSITORY}") from error


@functools.cache
def document() -> Mapping[str, Any]:
    """The OpenAPI document."""
    loaded = yaml.load(text_of("openapi.yaml"), Loader=yaml.CSafeLoader)
    if not isinstance(loaded, dict) or "paths" not in loaded:
        raise ContractMissing("openapi.yaml describes no paths")
    return loaded


@functools.cache
def connections() -> Mapping[str, Any]:
    """The catalog of source and destination types."""
    loaded: Mapping[str, Any] = json.loads(text_of("connections.json"))
    return loaded
