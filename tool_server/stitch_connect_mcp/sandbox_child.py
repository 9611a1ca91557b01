"""A sandbox as a child process, which ends with this one, however this one ends."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

READY = re.compile(r"ready: (http://\S+)")
TOKEN = "sandbox-token"  # noqa: S105  (of a simulated account)


class SandboxFailed(Exception):
    """The sandbox did not start."""


@contextmanager
def sandbox(time_scale: float) -> Iterator[str]:
    """Run a sandbox on a free port; gives its address.

    The child watches the pipe to its standard input: it closes even when this process is killed.
    """
    module = "stitch_connect_sandbox.cli"
    command = [sys.executable, "-m", module, "--port", "0", "--exit-with-stdin"]
    child = subprocess.Popen(  # noqa: S603  (our own module)
        [*command, "--token", TOKEN, "--time-scale", str(time_scale)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        ready = READY.search(child.stdout.readline())
        if ready is None:
            raise SandboxFailed("the sandbox did not start; try `stitch-connect-sandbox`")
        yield ready[1]
    finally:
        child.communicate()
