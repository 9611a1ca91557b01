"""Reads the contract: one YAML loader, no duplicate keys, and the digest of the very bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_SPEC = ROOT / "spec" / "openapi.yaml"
EXTENSIONS = ROOT / "spec" / "extensions.schema.json"


class ContractError(Exception):
    """The contract cannot be read or compiled; the message names the file and the place."""


@dataclass(frozen=True)
class Contract:
    """The contract as plain data, with what identifies it."""

    path: Path
    raw: dict[str, Any]
    digest: str

    @property
    def version(self) -> str:
        return str(self.raw["info"]["version"])

    @property
    def schemas(self) -> dict[str, Any]:
        found: dict[str, Any] = self.raw.get("components", {}).get("schemas", {})
        return found


class _Loader(yaml.CSafeLoader):
    """The safe loader, except that a key written twice is an error instead of a silent winner."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load(path: Path = DEFAULT_SPEC) -> Contract:
    """Read the contract at `path`; raise ContractError naming the file when it is not one."""
    try:
        content = path.read_bytes()
        raw = yaml.load(content, Loader=_Loader)  # noqa: S506 (a safe loader)
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(f"{path}: {error}") from error
    if not isinstance(raw, dict) or "openapi" not in raw:
        raise ContractError(f"{path}: not an OpenAPI document (no `openapi` key at the root)")
    return Contract(path, raw, hashlib.sha256(content).hexdigest())
