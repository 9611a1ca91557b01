"""A command line whose mistakes are told in one line that says what to do."""

from __future__ import annotations

import argparse
import math
from difflib import get_close_matches
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Never shows a value that was given: it may be a secret."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        given, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown[0].partition("=")[0]))
        return given, unknown

    def error(self, message: str) -> NoReturn:
        message = message.removeprefix("argument ")
        self.exit(2, f"{self.prog}: {message} (--help lists the options)\n")

    def _unknown(self, name: str) -> str:
        if not name.startswith("-"):
            return "an argument without an option"
        near = get_close_matches(name, self._option_string_actions.keys() - {"--help"}, 1)
        return f"unknown option {name}" + (f"; did you mean {near[0]}?" if near else "")


def scale(text: str) -> float:
    """Read how many seconds of the simulated account pass in a real one."""
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found <= 1e9:
        raise argparse.ArgumentTypeError(f"must be a number above 0, at most 1e9, not {text!r}")
    return found
