"""The house: which room may import which. Anything not in the table is a failure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ROOMS = {
    "codegen": ROOT / "codegen",
    "stitch_connect_runtime": ROOT / "client_runtime/stitch_connect_runtime",
    "stitch_connect_api": ROOT / "generated_client/stitch_connect_api",
    "stitch_connect": ROOT / "sdk/stitch_connect",
    "stitch_connect_sandbox": ROOT / "sandbox/stitch_connect_sandbox",
    "stitch_connect_mcp": ROOT / "tool_server/stitch_connect_mcp",
}

MAY_IMPORT: dict[str, set[str]] = {
    "codegen": set(),
    "stitch_connect_runtime": set(),
    "stitch_connect_api": {"stitch_connect_runtime"},
    "stitch_connect": {"stitch_connect_api", "stitch_connect_runtime"},
    "stitch_connect_sandbox": set(),
    "stitch_connect_mcp": {"stitch_connect"},
}

# Who may use which outside package: one reader each, so that it can be exchanged in one place.
ONLY_IN = {
    "httpx": {"stitch_connect_runtime"},
    "mcp": {"stitch_connect_mcp"},
    "starlette": {"stitch_connect_sandbox", "stitch_connect_mcp"},  # each serves HTTP
    "openapi_python_client": {"codegen"},
    "jinja2": {"codegen"},
}


def imports(path: Path, package: str) -> Iterator[tuple[str, bool]]:
    """Absolute names of what a file imports, and whether it does so when it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_load = set(_executed_at_load(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in at_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or "", node in at_load
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            stem = ".".join([*base, *(node.module or "").split(".")]).rstrip(".")
            yield stem, node in at_load
            yield from ((f"{stem}.{alias.name}", node in at_load) for alias in node.names)


def _executed_at_load(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from _executed_at_load(child)


def modules(room: str) -> Iterator[tuple[str, Path]]:
    root = ROOMS[room]
    for path in sorted(root.rglob("*.py")):
        parts = [room, *path.relative_to(root).with_suffix("").parts]
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def package_of(module: str, path: Path) -> str:
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_what_the_table_allows(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for module, path in modules(room)
        for name, _ in imports(path, package_of(module, path))
        if (top := name.split(".")[0]) in ROOMS and top != room and top not in MAY_IMPORT[room]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("outside", ONLY_IN)
def test_an_outside_package_has_one_room(outside: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for room in ROOMS
        if room not in ONLY_IN[outside]
        for module, path in modules(room)
        for name, _ in imports(path, package_of(module, path))
        if name.split(".")[0] == outside
    ]
    assert not wrong, "\n".join(wrong)


def test_all_httpx_imports_of_the_runtime_live_in_one_package() -> None:
    users = {
        path.parent.name
        for module, path in modules("stitch_connect_runtime")
        for name, _ in imports(path, package_of(module, path))
        if name.split(".")[0] in {"httpx", "httpcore"}
    }
    assert users == {"_http"}


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_cycle(room: str) -> None:
    known = dict(modules(room))
    graph = {
        module: {
            target
            for name, at_load in imports(path, package_of(module, path))
            if at_load and (target := _nearest(name, known)) and target != module
        }
        for module, path in known.items()
    }
    assert _cycle(graph) is None


def _nearest(name: str, known: dict[str, Path]) -> str | None:
    """The module a dotted name lives in; a package itself only when nothing below it is meant."""
    return name if name in known else None


def _cycle(graph: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()

    def visit(module: str, path: list[str]) -> list[str] | None:
        if module in path:
            return [*path[path.index(module) :], module]
        if module in done:
            return None
        for target in sorted(graph[module]):
            # `from package import module` runs the package's __init__, which is lazy everywhere.
            if module.startswith(target + "."):
                continue
            if found := visit(target, [*path, module]):
                return found
        done.add(module)
        return None

    for module in sorted(graph):
        if found := visit(module, []):
            return found
    return None
