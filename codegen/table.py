"""The operations table: one row for each operation and variant, with what the x- keys say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .ir.literals import Literal, Name, OperationEntry, literal
from .parse import JoinedOperation, Parsed


def operation_entries(parsed: Parsed) -> Iterator[OperationEntry]:
    """Rows in document order; an operation's variants follow it."""
    for operation in parsed.operations:
        for spec in callables(operation):
            yield OperationEntry(spec["id"], operation_literal(parsed, operation, spec))


def callables(operation: JoinedOperation) -> Iterator[dict[str, Any]]:
    """What a caller can call: the operation itself if it has a method, then its variants."""
    raw = operation.raw
    own = {
        "risk": raw.get("x-risk"),
        "retry": raw.get("x-retry"),
        "provenance": raw.get("x-provenance", "docs"),
        "summary": raw.get("summary", ""),
        "description": raw.get("description", ""),
        "docs": raw.get("externalDocs", {}).get("url", ""),
        "body": None,
    }
    if "x-method" in raw:
        yield {**own, "id": raw["operationId"], "method": raw["x-method"]}
    for variant in raw.get("x-variants", ()):
        yield {**own, **variant, "id": f"{raw['x-resource']}.{variant['method']}"}


def operation_literal(
    parsed: Parsed, operation: JoinedOperation, spec: Mapping[str, Any]
) -> Literal:
    """`Operation(...)` with every fact the runtime needs about a call."""
    raw, root = operation.raw, parsed.contract.raw
    return literal(
        "Operation",
        id=spec["id"],
        resource=raw["x-resource"],
        method=spec["method"],
        verb=operation.verb,
        path=operation.path,
        summary=_line(spec["summary"]),
        docs=spec["docs"],
        path_params=tuple(name for name, _ in operation.parameters("path")),
        query_params=tuple(name for name, _ in operation.parameters("query")),
        security=security(root, raw) or Name("None"),
        risk=literal("Risk", level=spec["risk"]["level"], lost=_line(spec["risk"].get("lost"))),
        retry=spec["retry"],
        provenance=spec["provenance"],
        success=successes(operation) or Name("()"),
        body=next(iter(operation.media_types()), None),
        fixed_body=spec["body"],
        budget=Name(f"BUDGETS[{raw['x-budget']!r}]") if "x-budget" in raw else None,
        pagination=_pagination(raw.get("x-pagination")),
        error_in_success=_error_in_success(parsed, operation),
        deprecated=True if raw.get("deprecated") else None,
        secrets=tuple(_secrets(parsed, operation)),
    )


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(str(text).split())


def security(root: Mapping[str, Any], raw: Mapping[str, Any]) -> str | None:
    """The name of the credential that a call sends, if any."""
    for requirement in raw.get("security", root.get("security", ())):
        for scheme in requirement:
            return str(scheme)
    return None


def successes(operation: JoinedOperation) -> tuple[int, ...]:
    """The documented statuses that are no error, the redirect to a download included."""
    numbers = (int(status) for status in operation.statuses() if status.isdigit())
    return tuple(sorted(number for number in numbers if number < 400))


def _pagination(raw: Mapping[str, Any] | None) -> Literal | None:
    if raw is None:
        return None
    return literal("Pagination", **{**raw, "identity": tuple(raw["identity"])})


def _error_in_success(parsed: Parsed, operation: JoinedOperation) -> Literal | None:
    for status, response in operation.raw["responses"].items():
        found = parsed.resolve(response).get("x-error-in-success")
        if found:
            return literal("ErrorInSuccess", status=int(status), **found)
    return None


def _secrets(parsed: Parsed, operation: JoinedOperation) -> Iterator[str]:
    """Pointers of secret properties in the bodies; `*` stands for any member."""
    bodies = [operation.raw.get("requestBody", {}), *operation.raw["responses"].values()]
    yield from dict.fromkeys(one for body in bodies for one in secrets_of(parsed, body))


def secrets_of(parsed: Parsed, body: Any) -> Iterator[str]:
    """Pointers of secret properties in one body."""
    for media in parsed.resolve(body).get("content", {}).values():
        yield from _secret_pointers(parsed, media.get("schema", {}), "", frozenset())


def _secret_pointers(
    parsed: Parsed, schema: Any, pointer: str, above: frozenset[str]
) -> Iterator[str]:
    reference = schema.get("$ref")
    if reference in above:
        return
    above, schema = above | {reference} - {None}, parsed.resolve(schema)
    for name, child in schema.get("properties", {}).items():
        if child.get("x-secret"):
            yield f"{pointer}/{name}"
        yield from _secret_pointers(parsed, child, f"{pointer}/{name}", above)
    for member in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _secret_pointers(parsed, member, pointer, above)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _secret_pointers(parsed, inner, f"{pointer}/*", above)


def budget_literals(raw: Mapping[str, Any]) -> tuple[tuple[str, Literal], ...]:
    """The budgets that operations share."""
    return tuple(
        (
            name,
            literal(
                "Budget",
                name=name,
                requests=one["requests"],
                period=float(one["period_seconds"]),
                scope=one["scope"],
            ),
        )
        for name, one in raw.get("x-budgets", {}).items()
    )


def waiter_literals(raw: Mapping[str, Any]) -> tuple[tuple[str, Literal], ...]:
    """What can be waited for."""
    return tuple(
        (
            name,
            literal(
                "Waiter",
                operation=one["operation"],
                delay=float(one["delay_seconds"]),
                max_attempts=one["max_attempts"],
                acceptors=tuple(literal("Acceptor", **acceptor) for acceptor in one["acceptors"]),
            ),
        )
        for name, one in raw.get("x-waiters", {}).items()
    )
