"""JSON Pointers, over the document and over the schemas that values follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

MISSING: Any = object()


def tokens(pointer: str) -> list[str]:
    """Split a JSON Pointer into its unescaped tokens; raise ValueError when it is not one."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON Pointer: it must be empty or start with /")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def join(parts: Iterable[object]) -> str:
    """Spell tokens as a JSON Pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def resolve(document: Any, pointer: str) -> Any:
    """The value at `pointer`, or MISSING."""
    value = document
    for token in tokens(pointer):
        if isinstance(value, dict):
            value = value.get(token, MISSING)
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value


def deref(document: dict[str, Any], node: Any) -> Any:
    """Follow `$ref`s of this document until something else stands there, or MISSING."""
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node:
        reference = str(node["$ref"])
        if reference in seen or not reference.startswith("#/"):
            return MISSING
        seen.add(reference)
        node = resolve(document, reference[1:])
    return node


def walk(node: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], Any]]:
    """Every node of a document, parents first, with the tokens that lead there."""
    yield path, node
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, child in items:
        yield from walk(child, (*path, key))


def in_schema(document: dict[str, Any], schema: Any, pointer: str) -> list[Any]:
    """The schemas a value at `pointer` of an instance of `schema` may follow; empty if none."""
    current = _alternatives(document, schema)
    for token in tokens(pointer):
        step = [child for node in current for child in _children(node, token)]
        current = [found for child in step for found in _alternatives(document, child)]
    return current


def _alternatives(document: dict[str, Any], schema: Any) -> list[Any]:
    found = deref(document, schema)
    if not isinstance(found, dict):
        return []
    members = [*found.get("oneOf", ()), *found.get("anyOf", ())]
    if not members:
        return [found]
    return [inner for member in members for inner in _alternatives(document, member)]


def _children(schema: dict[str, Any], token: str) -> list[Any]:
    if token in schema.get("properties", {}):
        return [schema["properties"][token]]
    if "items" in schema and (token.isdigit() or token == "*"):
        return [schema["items"]]
    extra = schema.get("additionalProperties")
    return [extra] if isinstance(extra, dict) else []
