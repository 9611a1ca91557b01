"""`python -m codegen generate | check | lint`

Exit codes: 0 nothing to complain about, 1 drift or problems, 2 the contract cannot be compiled.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from .build import build
from .contract import DEFAULT_SPEC, ROOT, Contract, ContractError, load
from .emit import differences, format_files, write
from .lint import lint as find_problems, places
from .parse import parse
from .render import render

DEFAULT_OUT = ROOT / "generated_client" / "stitch_connect_api"


def compile_contract(spec: Path) -> dict[str, str]:
    """The text of every file of the package that `spec` describes."""
    return format_files(render(build(parse(load(spec)))))


def generate(spec: Path, out: Path) -> int:
    """Write the package, unless the contract breaks a rule."""
    if _complain(load(spec)):
        return 1
    changes = write(out, compile_contract(spec))
    print("\n".join(changes) or f"{out}: up to date")
    return 0


def check(spec: Path, out: Path) -> int:
    """Compare the package with what would be generated."""
    found = list(differences(out, compile_contract(spec)))
    for problem, path in found:
        print(f"{out / path}: {problem}", file=sys.stderr)
    if found:
        print(f"{spec}: run `python -m codegen generate`", file=sys.stderr)
    return 1 if found else 0


def lint(spec: Path, out: Path) -> int:
    """Hold the contract against the rules that the parser does not know."""
    contract = load(spec)
    if _complain(contract):
        return 1
    print(f"{spec}: no problems, {sum(1 for _ in places(contract))} calls")
    return 0


def _complain(contract: Contract) -> bool:
    problems = find_problems(contract)
    for problem in problems:
        print(f"{contract.path}{problem}", file=sys.stderr)
    return bool(problems)


COMMANDS: dict[str, Callable[[Path, Path], int]] = {
    "generate": generate,
    "check": check,
    "lint": lint,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--spec", type=Path, default=DEFAULT_SPEC, help="the contract")
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="folder of the package")
    given = parser.parse_args(arguments)
    try:
        return COMMANDS[given.command](given.spec, given.out)
    except ContractError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
