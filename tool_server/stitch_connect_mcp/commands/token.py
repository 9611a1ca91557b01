"""`token`: a new static token for somebody who calls over HTTP."""

from __future__ import annotations

import argparse
import re
import sys

HELP = "make a static token for somebody who calls over HTTP"
NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError("is letters, digits, - and _, at most 40")
    return text


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("name", type=_name, help="who it is for")


def run(given: argparse.Namespace) -> int:
    """Show the token once, and print what the file of principals keeps of it."""
    from ..web.principals import hash_of, new_token

    token = new_token()
    print(f"The token, shown this once: {token}", file=sys.stderr)
    print(f'[{given.name}]\nsha256 = "{hash_of(token)}"')
    return 0
