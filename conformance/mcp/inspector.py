"""The inspector of the protocol, as a client on the command line: another reader of what we say."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..node import environment, program

OURS = Path(sys.executable).with_name("stitch-connect-mcp")
# Its exit status where a server wants to know who calls, and where a tool answers with an error.
NOT_LET_IN, TOOL_FAILED = 3, 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What the inspector shows of an answer."""

    status: int
    text: str
    complaints: str

    @property
    def answer(self) -> Any:
        """The answer."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Inspector:
    """The inspector before our server on standard input and output, over a sandbox of its own.

    Arguments:
        era: How it is to speak: `modern` or `legacy`.
        home: The directory for the server's state.
    """

    era: str
    home: Path

    def list_tools(self) -> Seen:
        """List the tools, and check that every client can read their schemas."""
        return self._ask("--method", "tools/list", "--strict")

    def call(self, tool: str, **arguments: str) -> Seen:
        """Call a tool; the inspector declares nothing that a server could ask it for."""
        given = [f"{name}={value}" for name, value in arguments.items()]
        return self._ask("--method", "tools/call", "--tool-name", tool, "--tool-arg", *given)

    def _ask(self, *asked: str) -> Seen:
        state = f"XDG_STATE_HOME={self.home}"
        served = (str(OURS), "serve", "--sandbox", "-e", state)
        return inspect(*served, *asked, "--protocol-era", self.era)


def inspect(*arguments: str) -> Seen:
    """Run the inspector."""
    run = subprocess.run(
        [program("mcp-inspector"), "--cli", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Seen(run.returncode, run.stdout, run.stderr)
