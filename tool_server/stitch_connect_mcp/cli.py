"""`stitch-connect-mcp`: the tool server, and what a person says to it at a terminal."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import NamedTuple

from .commands import answers, audit, config, doctor, serve, token, tools
from .commands.parsing import Parser

EXTRA = "the tool server needs its extra: pip install 'stitch-connect[mcp]'"


class Command(NamedTuple):
    """One command of the line."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] | None = None
    description: str | None = None


COMMANDS = (
    Command("serve", serve.HELP, serve.run, serve.arguments, serve.DESCRIPTION),
    Command("tools", tools.HELP, tools.run, tools.arguments),
    Command("config", config.HELP, config.run, config.arguments),
    Command("doctor", doctor.HELP, doctor.run, doctor.arguments),
    Command("approve", answers.HELPS["approve"], answers.approve, answers.arguments),
    Command("deny", answers.HELPS["deny"], answers.deny, answers.arguments),
    Command("pending", answers.HELPS["pending"], answers.pending),
    Command("audit", audit.HELP, audit.run, audit.arguments),
    Command("token", token.HELP, token.run, token.arguments),
)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = Parser(
        prog="stitch-connect-mcp",
        description="The tool server for assistants, over the Model Context Protocol.",
        allow_abbrev=False,
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="command")
    for command in COMMANDS:
        said = command.description or f"{command.help.capitalize()}."
        one = commands.add_parser(
            command.name, help=command.help, description=said, allow_abbrev=False
        )
        one.set_defaults(run=command.run)
        if command.arguments is not None:
            command.arguments(one)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    given = parser().parse_args(arguments)
    if find_spec("mcp") is None:
        return _refuse(EXTRA)
    try:
        return int(given.run(given))
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if isinstance(error, _refusals()):
            return _refuse(str(error))
        if isinstance(error, _damages()):
            return _refuse(f"the state file cannot be used: {error}; `doctor` says where it is")
        raise


def _refusals() -> tuple[type[Exception], ...]:
    """What says by itself what to do; imported when something is wrong."""
    from stitch_connect.errors import ConfigurationError

    from .commands.audit import JournalDamaged
    from .commands.config import ConfigRefused
    from .confirmations.terminal import NotAnswered
    from .options import SettingsError
    from .sandbox_child import SandboxFailed
    from .state_file import StateRefused

    return (
        SettingsError,
        ConfigurationError,
        SandboxFailed,
        StateRefused,
        NotAnswered,
        JournalDamaged,
        ConfigRefused,
    )


def _damages() -> type[Exception]:
    """What a state file raises that another program wrote, or holds."""
    import sqlite3

    return sqlite3.Error


def _refuse(sentence: str) -> int:
    print(f"stitch-connect-mcp: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
