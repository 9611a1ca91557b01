"""`stitch-connect-mcp`: the tool server, on standard input and output."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

EXTRA = "the tool server needs its extra: pip install 'stitch-connect[mcp]'"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(prog="stitch-connect-mcp", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve on standard input and output")
    serve.add_argument("--sandbox", action="store_true", help="start a simulated account, use it")
    serve.add_argument("--time-scale", type=float, default=60.0, help="of the sandbox's clock")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    given = parser().parse_args(arguments)
    if find_spec("mcp") is None:
        print(EXTRA, file=sys.stderr)
        return 2
    from .settings import SettingsError

    try:
        return _in_sandbox(given.time_scale) if given.sandbox else _serve(None)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2


def _in_sandbox(time_scale: float) -> int:
    from stitch_connect import AsyncStitch, ScaledClock

    from .sandbox_child import TOKEN, sandbox

    with sandbox(time_scale) as url:
        clock = ScaledClock(time_scale)
        return _serve(
            lambda: AsyncStitch(TOKEN, base_url=url, clock=clock),
            where="sandbox",
        )


def _serve(stitch: Any, where: str = "") -> int:
    from .logs import log_to_stderr
    from .server import build_server
    from .settings import Settings

    settings = Settings.from_env(os.environ, where=where)
    log_to_stderr(settings.secrets)
    build_server(settings, stitch).run("stdio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
