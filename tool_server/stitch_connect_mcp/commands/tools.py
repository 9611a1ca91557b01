"""`tools`: what an assistant would be shown."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from typing import TYPE_CHECKING

from .given import ACCESS, given_options

if TYPE_CHECKING:
    from ..registry import ToolSpec

HELP = "list the tools that these options offer"
COLUMNS = ("tool", "toolset", "level", "asks a person")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--json", action="store_true", help="as the protocol lists them")
    given_options(parser, ACCESS)


def run(given: argparse.Namespace) -> int:
    """Print a table, or the list that goes over the wire."""
    from ..options import gathered
    from ..server import build_server
    from ..settings import Settings
    from ..tools import TOOLS

    settings = Settings.of(gathered(vars(given), os.environ), os.environ)
    if given.json:
        listed = asyncio.run(build_server(settings).list_tools())
        shown = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in listed]
        print(json.dumps(shown, indent=1))
        return 0
    rows = [COLUMNS, *(row_of(spec) for spec in TOOLS if settings.access.lists(spec))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    return 0


def row_of(spec: ToolSpec) -> tuple[str, str, str, str]:
    """What the table says of a tool."""
    gate = "always" if spec.always_asks else "for some arguments" if spec.target else "never"
    return spec.name, spec.toolset, spec.operation.risk.level, gate
