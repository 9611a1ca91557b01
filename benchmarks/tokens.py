"""What the list of tools costs a model, beside that of a mechanical conversion of the contract."""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.tools.surface import as_seen, compact, tools
from tests.tools.token_count import count

from .measure import ROOT, TIMEOUT, Line

FASTMCP = ROOT / ".venv-fastmcp" / "bin" / "python"
PROGRAM = ROOT / "benchmarks" / "programs" / "mechanical.py"


def report() -> None:
    """Count and print."""
    ours, theirs = asyncio.run(tools()), mechanical()
    texts = [compact(one) for one in (ours, as_seen(ours), theirs, as_seen(theirs))]
    counted = count(texts)
    whole, seen, their_whole, their_seen = (counted[text] for text in texts)
    what = "tokens of tools/list: FastMCP.from_openapi / ours"
    Line(f"{what} ({their_whole:,} / {whole:,})", "×").show(their_whole / whole)
    what = f"as a model sees its {len(theirs)} tools / our {len(ours)}"
    Line(f"{what} ({their_seen:,} / {seen:,})", "×").show(their_seen / seen)


def mechanical() -> list[dict[str, Any]]:
    """The tools that fastmcp makes of the contract, in an environment of its own."""
    contract = yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(contract, default=str), encoding="utf-8")
        printed = subprocess.run(
            [str(FASTMCP), "-I", str(PROGRAM), str(path)],
            check=True,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        ).stdout
    found: list[dict[str, Any]] = json.loads(printed)
    return found
