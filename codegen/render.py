"""Prints the package: which template makes which file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .ir.methods import ASYNC, ASYNC_RAW, RAW, SYNC
from .ir.package import Package
from .ir.resources import ResourceModule

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Jinja as strict as it gets: an unknown name is an error, and nothing is escaped."""
    return Environment(  # noqa: S701 (Python is printed, not HTML)
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(package: Package) -> dict[str, str]:
    """The text of every file, by its path in the package."""
    jinja = environment()
    return {
        path: jinja.get_template(f"{template}.jinja").render(it=it)
        for path, template, it in _files(package)
    }


def _files(package: Package) -> Iterator[tuple[str, str, Any]]:
    """(path, template, what it prints)"""
    yield "__init__.py", "package", package
    yield "_client.py", "client", package
    yield "operations.py", "operations", package
    yield "py.typed", "marker", package
    yield "models/__init__.py", "models", package
    for component in package.components:
        yield f"models/{component.module}.py", component.template, component
    for folder, flavours in (("resources", (SYNC, ASYNC)), ("raw", (RAW, ASYNC_RAW))):
        yield f"{folder}/__init__.py", "marker", package
        for resource in package.resources:
            module = ResourceModule(resource, flavours)
            yield f"{folder}/{resource.name}.py", "resource", module
