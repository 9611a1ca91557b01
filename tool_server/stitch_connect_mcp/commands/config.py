"""`config`: what goes into the settings of an assistant, printed or written there."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..assistants import ADDRESS, ASSISTANTS, NAME, PLAIN, Assistant
from ..options import BY_NAME, FILE
from ..settings import is_named
from ..text import redact
from .given import ACCESS, given_options

HELP = "print what goes into the settings of an assistant, or write it there"
COMMAND = "stitch-connect-mcp"
TAKEN = (BY_NAME["account"], *ACCESS)


class ConfigRefused(Exception):
    """Nothing was written; says why, and what to put there by hand."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("assistant", choices=tuple(ASSISTANTS), help="one of %(choices)s")
    parser.add_argument("--write", action="store_true", help="merge it into the assistant's file")
    parser.add_argument("--sandbox", action="store_true", help="start a simulated account, use it")
    given_options(parser, TAKEN)


def run(given: argparse.Namespace) -> int:
    """Print the snippet; or put it into the file, whose former content is kept beside it."""
    from ..options import gathered
    from ..settings_files import NotWritten, merge

    gathered(vars(given), os.environ)
    assistant = ASSISTANTS[given.assistant]
    file, entry = assistant.file(os.environ), entry_of(given, assistant)
    snippet = json.dumps({assistant.key: {NAME: entry}}, indent=2)
    print(snippet)
    if not given.write:
        print(f"for {file}", file=sys.stderr)
        return 0
    try:
        backup = merge(file, assistant.key, NAME, entry)
    except NotWritten as error:
        raise ConfigRefused(
            f"{file} was left as it is: {error}; put the above into it by hand"
        ) from None
    kept = f"; what it was is in {backup}" if backup else ""
    print(f"written to {file}{kept}; start the assistant anew", file=sys.stderr)
    return 0


def entry_of(given: argparse.Namespace, assistant: Assistant) -> dict[str, Any]:
    """Return the entry: the command, and where the token is, never the token.

    Raises:
        ConfigRefused: The assistant's file has no way to say where the token is.
        ConfigurationError: No account has that name; says which there is.
    """
    from stitch_connect.profiles import find_profile

    if is_named(given.account):
        find_profile(given.account)
    with_token = not (given.sandbox or is_named(given.account))
    if with_token and assistant.reference is None:
        raise ConfigRefused(
            f"the settings of {given.assistant} cannot refer to an environment variable: "
            "name an account of accounts.toml by --account, or take --sandbox"
        )
    plain = _plain((*PLAIN, *(ADDRESS if with_token else ())))
    return assistant.entry([*command(), *_line(given)], plain, with_token=with_token)


def _plain(names: Iterable[str]) -> dict[str, str]:
    """Return what the environment says by these names; no secret stands there, or it is refused."""
    found = {name: os.environ.get(name, "").strip() for name in names}
    for name, value in found.items():
        if redact(value) != value:
            raise ConfigRefused(f"{name} holds what looks like a secret; write it without")
    return {name: value for name, value in found.items() if value}


def _line(given: argparse.Namespace) -> list[str]:
    line = ["serve", *(["--sandbox"] if given.sandbox else [])]
    for option in TAKEN:
        value = getattr(given, option.name)
        line += [option.flag, value] if value else []
    path = getattr(given, FILE)
    return [*line, f"--{FILE}", str(Path(path).absolute())] if path else line


def command() -> list[str]:
    """Return the command by its absolute path: an assistant has another search path."""
    beside = Path(sys.executable).parent / COMMAND
    found = str(beside) if beside.exists() else shutil.which(COMMAND)
    if found is None:
        return [sys.executable, "-m", "stitch_connect_mcp.cli"]
    return [os.path.abspath(found)]
