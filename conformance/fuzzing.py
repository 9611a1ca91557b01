"""Schemathesis against the sandbox: how it is set up, and what it reports."""

from __future__ import annotations

import json
import os
import re
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


@dataclass(frozen=True, slots=True)
class Profile:
    """How thorough the judge is."""

    examples: int
    """Requests to each operation, at least."""
    sequences: int
    """Sequences of operations, each in a fresh account."""


CI, SOAK = Profile(10, 20), Profile(60, 1000)
ALONE, SEQUENCES = "examples,coverage,fuzzing", "stateful"
"""What is tried in a run: each operation by itself, or one after the other."""

KNOWN: dict[str, Known] = {
    "path.stitch_client_id": ([116078], 0.9),
    "path.source_id": ([120643, 120644, 120645, 120646, 120647, 120652], 0.7),
    "path.destination_id": ([155582], 0.6),
    "path.destination_type": (["postgres", "redshift", "s3", "snowflake"], 0.7),
    "path.source_type": (["platform.hubspot", "platform.github", "import_api"], 0.7),
    "path.token_id": ([90417722], 0.7),
    "body.partner_id": (["oc_sandbox-partner"], 0.8),
    "body.partner_secret": (["oc_sandbox-secret"], 0.8),
    "body.client_secret": (["oc_sandbox-secret"], 0.8),
    "body.code": (["sandbox-code"], 0.8),
    "body.[*].client_id": ([116078], 0.9),
    "body.table_name": (["visits"], 0.8),
}
"""Values of parameters by which anything is found at all, and how often they are taken."""
IDS = {"custom_emails": 41, "hooks": 8}  # what `id` is, by the tag of an operation


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has found."""

    exit_code: int
    text: str
    found: Mapping[str, Any]
    calls: Mapping[str, int]
    """How many requests each operation got, by its method and path."""

    @property
    def sequences(self) -> int:
        """How many sequences of operations were tried."""
        told = re.search(r"Scenarios: +(\d+)", self.text)
        return int(told[1]) if told else 0

    def figures(self) -> str:
        """One line on how much was tried."""
        found = self.found
        return (
            f"{len(self.calls)} operations, {sum(self.calls.values())} requests,"
            f" {self.sequences} sequences, {found['test_cases']['unique_failures']} failures,"
            f" {found['running_time']:.0f} s"
        )


def run(
    url: str,
    folder: Path,
    phases: str,
    profile: Profile,
    known: Mapping[str, Known],
    seed: int = 7,
) -> Report:
    """Hold the sandbox at an address against the contract.

    Args:
        url: the address of the sandbox, whose time stands still between calls.
        folder: a folder to work in.
        phases: what is tried.
        profile: how thorough.
        known: values of parameters and how likely each is taken.
        seed: decides what is tried.
    """
    config = folder / "schemathesis.toml"
    config.write_text("\n".join(settings(url, profile, known)), encoding="utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run",
        str(CONTRACT), "--no-color", "--report-json-path", str(folder / "report.json"),
        "--phases", phases, "--seed", str(seed),
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
    calls = json.loads((folder / "calls.json").read_text(encoding="utf-8"))
    return Report(done.returncode, done.stdout + done.stderr, found, calls)


def settings(url: str, profile: Profile, known: Mapping[str, Known]) -> Iterator[str]:
    """The lines of schemathesis' own configuration."""
    yield f"base-url = {_toml(url)}"
    yield f"hooks = {_toml(str(HERE / 'hooks.py'))}"
    yield "request-timeout = 60"
    yield "request-retries = 1"  # a connection that was idle for long is closed by the server
    yield "continue-on-failure = true"
    yield "warnings = {fail-on = ['missing_auth', 'missing_test_data']}"
    yield f"generation = {{max-examples = {profile.examples}, no-shrink = true}}"
    yield "phases.coverage.extra-data-sources.responses = false"  # what they name is gone
    yield "phases.fuzzing.extra-data-sources.responses = false"
    yield f"phases.stateful.generation.max-examples = {profile.sequences}"
    yield "auth.openapi.ConnectToken.bearer = 'sandbox-token'"
    yield "auth.openapi.ImportToken.bearer = 'at_sandbox-import-token'"
    for name, (values, likely) in known.items():
        yield f"dictionaries.{_toml(name)}.values = {_toml(values)}"
        yield f"parameters.{_toml(name)} = {{dictionary = {_toml(name)}, probability = {likely}}}"
    yield from (f"dictionaries.{tag}.values = [{number}]" for tag, number in IDS.items())
    yield from (_check(one) for one in EXCEPTIONS if "operations" not in one)
    for one in (one for one in EXCEPTIONS if "operations" in one):
        yield "[[operations]]"
        yield f"include-operation-id = {_toml(one['operations'])}"
        yield _check(one)
    for tag in IDS:
        yield "[[operations]]"
        yield f"include-tag = {_toml(tag)}"
        yield f"parameters.'path.id' = {{dictionary = {_toml(tag)}, probability = 0.8}}"
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
