"""`stitch-connect-mcp`: the tool server, on standard input and output."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from stitch_connect import AsyncStitch

    from .settings import Settings

EXTRA = "the tool server needs its extra: pip install 'stitch-connect[mcp]'"
NO_ACCOUNT = (
    "no Connect API token: set STITCH_CONNECT_TOKEN, or serve a simulated account with --sandbox"
)


class Parser(argparse.ArgumentParser):
    """A mistake is told in one line that says what to do, and never shows a value."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        given, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(_unknown(unknown[0].partition("=")[0]))
        return given

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ")
        self.exit(2, f"{self.prog}: {message} (--help lists the options)\n")


def _unknown(name: str) -> str:
    if not name.startswith("-"):
        return "an argument without an option"
    near = get_close_matches(name, ("--sandbox", "--time-scale"), 1)
    return f"unknown option {name}" + (f"; did you mean {near[0]}?" if near else "")


def scale(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found <= 1e9:
        raise argparse.ArgumentTypeError(f"must be a number above 0, at most 1e9, not {text!r}")
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = Parser(
        prog="stitch-connect-mcp",
        description="The tool server for assistants, over the Model Context Protocol.",
        allow_abbrev=False,
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="command")
    serve = commands.add_parser(
        "serve",
        help="serve on standard input and output",
        description="Serve on standard input and output. The account is the one of "
        "STITCH_CONNECT_TOKEN, or a simulated one.",
        allow_abbrev=False,
    )
    serve.add_argument("--sandbox", action="store_true", help="start a simulated account, use it")
    serve.add_argument(
        "--time-scale",
        type=scale,
        default=60.0,
        metavar="N",
        help="seconds of the simulated account for each real one (%(default)g)",
    )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    given = parser().parse_args(arguments)
    if find_spec("mcp") is None:
        return _refuse(EXTRA)
    from stitch_connect.errors import ConfigurationError

    from .sandbox_child import SandboxFailed
    from .settings import Settings, SettingsError

    try:
        settings = Settings.from_env(os.environ, where="sandbox" if given.sandbox else "")
        if given.sandbox:
            return _serve_sandbox(settings, given.time_scale)
        return _serve_account(settings)
    except (SettingsError, ConfigurationError, SandboxFailed) as error:
        return _refuse(str(error))


def _refuse(sentence: str) -> int:
    print(f"stitch-connect-mcp: {sentence}", file=sys.stderr)
    return 2


def _serve_sandbox(settings: Settings, time_scale: float) -> int:
    from stitch_connect import AsyncStitch, ScaledClock

    from .sandbox_child import TOKEN, sandbox

    with sandbox(time_scale) as url:
        clock = ScaledClock(time_scale)
        return _serve(settings, lambda: AsyncStitch(TOKEN, base_url=url, clock=clock))


def _serve_account(settings: Settings) -> int:
    from stitch_connect import AsyncStitch

    if not settings.secrets:
        return _refuse(NO_ACCOUNT)
    AsyncStitch()  # refuses a region, an address or an id that cannot be meant
    return _serve(settings, AsyncStitch)


def _serve(settings: Settings, stitch: Callable[[], AsyncStitch]) -> int:
    from .logs import log_to_stderr
    from .server import build_server

    log_to_stderr(settings.secrets)
    build_server(settings, stitch).run("stdio")
    return 0


if __name__ == "__main__":
    sys.exit(main())
