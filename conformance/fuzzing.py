"""Schemathesis against the sandbox: how it is set up, and what it reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent / "spec/openapi.yaml"
EXCEPTIONS = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8"))["exception"]
ABSENT = "destinations_v3.delete"  # the contract's word for a call that does not exist: always 404
LIMIT = 3000.0  # seconds for a whole run


Known: TypeAlias = tuple[Sequence[Any], float]
Exceptions: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Profile:
    """How thorough a run is."""

    examples: int
    """Examples for each operation."""
    scenarios: int
    """Sequences of operations."""


CI, SOAK = Profile(5, 20), Profile(60, 300)

KNOWN: dict[str, Known] = {
    "path.stitch_client_id": ([116078], 0.9),
    "path.source_id": ([120643, 120644, 120645, 120646, 120647, 120652], 0.7),
    "path.destination_id": ([155582], 0.6),
    "path.destination_type": (["postgres", "redshift", "s3", "snowflake"], 0.7),
    "path.source_type": (["platform.hubspot", "platform.github", "import_api"], 0.7),
    "path.token_id": ([90417722], 0.7),
    "path.id": ([8, 41], 0.7),
    "body.partner_id": (["oc_sandbox-partner"], 0.8),
    "body.partner_secret": (["oc_sandbox-secret"], 0.8),
    "body.client_secret": (["oc_sandbox-secret"], 0.8),
    "body.code": (["sandbox-code"], 0.8),
    "body.[*].client_id": ([116078], 0.9),
    "body.table_name": (["visits"], 0.8),
}
"""Values of parameters by which anything is found at all, and how often they are taken."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has found."""

    exit_code: int
    text: str
    found: Mapping[str, Any]

    @property
    def failures(self) -> set[tuple[str, str]]:
        """Pairs of a failure's type and the operation it was seen at."""
        return {
            (one["type"], where) for one in self.found["failures"] for where in one["operations"]
        }

    def figures(self) -> str:
        """One line on how much was tried."""
        found = self.found
        return (
            f"{found['operations']['tested']} operations, {found['test_cases']['generated']} cases,"
            f" {found['test_cases']['unique_failures']} failures, {found['running_time']:.0f} s"
        )


def run(
    url: str,
    folder: Path,
    profile: Profile,
    known: Mapping[str, Known],
    exceptions: Exceptions = EXCEPTIONS,
) -> Report:
    """Hold the sandbox at an address against the contract.

    Args:
        url: the address of the sandbox, whose time stands still between calls.
        folder: an empty folder to work in.
        profile: how thorough.
        known: values of parameters and how likely each is taken.
        exceptions: what is not expected.
    """
    config = folder / "schemathesis.toml"
    config.write_text("\n".join(settings(url, profile, known, exceptions)), encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
        str(CONTRACT), "--no-color", "--report-json-path", str(folder / "report.json"),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "SANDBOX": url},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    found = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return Report(done.returncode, done.stdout + done.stderr, found)


def settings(
    url: str,
    profile: Profile,
    known: Mapping[str, Known],
    exceptions: Exceptions,
) -> Iterator[str]:
    """The lines of schemathesis' own configuration."""
    yield f"base-url = {_toml(url)}"
    yield f"hooks = {_toml(str(HERE / 'hooks.py'))}"
    yield "seed = 7"
    yield "continue-on-failure = true"
    yield "warnings = {fail-on = ['missing_auth', 'missing_test_data']}"
    yield f"generation = {{max-examples = {profile.examples}, no-shrink = true}}"
    yield f"phases.stateful.generation.max-examples = {profile.scenarios}"
    yield "auth.openapi.ConnectToken.bearer = 'sandbox-token'"
    yield "auth.openapi.ImportToken.bearer = 'at_sandbox-import-token'"
    for name, (values, likely) in known.items():
        yield f"dictionaries.{_toml(name)}.values = {_toml(values)}"
        yield f"parameters.{_toml(name)} = {{dictionary = {_toml(name)}, probability = {likely}}}"
    yield from (_check(one) for one in exceptions if "operations" not in one)
    for one in (one for one in exceptions if "operations" in one):
        yield "[[operations]]"
        yield f"include-operation-id = {_toml(one['operations'])}"
        yield _check(one)
    yield "[[operations]]"
    yield f"include-operation-id = {_toml(ABSENT)}"
    yield "warnings = false"


def _check(exception: Mapping[str, Any]) -> str:
    name = f"checks.{exception['check']}"
    if "statuses" in exception:
        return f"{name}.expected-statuses = {_toml(exception['statuses'])}"
    return f"{name}.enabled = false"


def _toml(value: Any) -> str:
    """Texts, numbers and lists of them look alike in JSON and TOML."""
    return json.dumps(value)
