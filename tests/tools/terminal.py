"""The real command on a real terminal, as a person uses it."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from collections.abc import Mapping

COMMAND = [sys.executable, "-m", "stitch_connect_mcp.cli"]
PATIENCE = 30.0  # seconds


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What a person's shell has, and nothing of an assistant's."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | dict(env)


def at_a_terminal(*arguments: str, env: Mapping[str, str], types: str = "") -> tuple[int, str]:
    """Run the command with a terminal of its own; return its exit code and all that was shown."""
    given = environment(env)
    child, terminal = pty.fork()
    if not child:
        os.execve(sys.executable, [*COMMAND, *arguments], given)
    shown, sent, until = b"", False, time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the other side has gone
            break
        if b"to approve" in shown and not sent:
            sent = True
            os.write(terminal, f"{types}\n".encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()
