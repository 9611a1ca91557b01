"""Payload files held against the contract: which operation a file records, and what it must fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACT: dict[str, Any] = yaml.load(
    (ROOT / "spec/openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader
)
NAME = re.compile(
    r"(?P<operation>[a-z0-9_]+\.[a-z0-9_]+)\.(?P<side>request|response)(\.(?P<variant>.+))?$"
)
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True)
class Recording:
    """One payload file and the places of the contract that describe it."""

    path: Path
    schemas: tuple[Mapping[str, Any], ...]

    @property
    def payload(self) -> Any:
        return json.loads(self.path.read_bytes())


def operations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every operation by its id; a variant is an operation of its own over the shared call."""
    for item in CONTRACT["paths"].values():
        for verb, operation in item.items():
            if verb not in {"get", "put", "post", "delete"}:
                continue
            yield operation["operationId"], operation
            for variant in operation.get("x-variants", ()):
                yield f"{operation['x-resource']}.{variant['method']}", operation


OPERATIONS = dict(operations())


def recording(path: Path) -> Recording | None:
    """What a file records, or None when its name names no operation of the contract."""
    match = NAME.match(path.stem)
    if not match or match["operation"] not in OPERATIONS:
        return None
    operation = OPERATIONS[match["operation"]]
    bodies = (
        [operation.get("requestBody", {})] if match["side"] == "request" else successes(operation)
    )
    return Recording(path, tuple(s for body in bodies for s in media_schemas(body)))


def successes(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [r for status, r in operation["responses"].items() if int(status) < 400]


def media_schemas(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [media["schema"] for media in body.get("content", {}).values()]


def error_examples() -> Iterator[tuple[str, int, Any]]:
    """(operation id, status, body) of every documented error."""
    for name, operation in OPERATIONS.items():
        for status, response in operation["responses"].items():
            for media in resolve(response).get("content", {}).values():
                is_error = int(status) >= 400
                for example in media.get("examples", {}).values():
                    if is_error or (
                        isinstance(example["value"], dict) and "error" in example["value"]
                    ):
                        yield name, int(status), example["value"]


def resolve(node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        target: Any = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def same_error(documented: Any, seen: Any) -> bool:
    """Equal but for placeholders such as `<SOURCE_ID>`, which stand for any text."""
    if isinstance(documented, dict) and isinstance(seen, dict):
        return len(documented) == len(seen) and all(
            same_error(kd, ks) and same_error(vd, vs)
            for (kd, vd), (ks, vs) in zip(
                sorted(documented.items()), sorted(seen.items()), strict=True
            )
        )
    if isinstance(documented, list) and isinstance(seen, list):
        return len(documented) == len(seen) and all(map(same_error, documented, seen))
    if isinstance(documented, str) and isinstance(seen, str):
        return bool(_template(documented).fullmatch(seen)) or bool(
            _template(seen).fullmatch(documented)
        )
    return bool(documented == seen)


def _template(text: str) -> re.Pattern[str]:
    parts = re.split(r"<[^<>]+>|\[LIMIT\]", text)
    return re.compile(".*".join(map(re.escape, parts)), re.DOTALL)


def equal(left: Any, right: Any) -> bool:
    """Equal JSON, timestamps compared as instants."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, str) and isinstance(right, str) and ISO.match(left) and ISO.match(right):
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    return type(left) is type(right) and bool(left == right)


def settled() -> dict[tuple[str, str], str]:
    """(file, pointer) → reason, from the README: payload values that keep a contradiction."""
    text = (ROOT / "spec/README.md").read_text(encoding="utf-8")
    section = text.partition("## Payloads that keep their contradiction")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$", section, re.MULTILINE)
    return {(name, pointer): why for name, pointer, why in rows}
