"""The suite of the protocol, run against a server; and what it found, check by check."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..node import environment, program

HERE = Path(__file__).parent
EXPECTED = HERE / "expected-failures.yml"
REQUIREMENTS = program("conformance").resolve().parent.parent / "requirements"
FAILED = frozenset({"FAILURE", "WARNING"})
FOLDER = re.compile(r"server-(?P<scenario>[a-z0-9-]+?)-\d{4}-\d{2}-\d{2}T.*")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the suite said.

    Arguments:
        status: Its exit status.
        text: Its report, for people.
        checks: The outcomes of the checks of each scenario.
    """

    status: int
    text: str
    checks: Mapping[str, Counter[str]]

    @property
    def passed(self) -> Mapping[str, int]:
        """How many checks passed, by scenario; where none did, it is not there."""
        return self._with({"SUCCESS"})

    @property
    def failed(self) -> Mapping[str, int]:
        """How many checks did not, likewise."""
        return self._with(FAILED)

    def _with(self, outcomes: Set[str]) -> Mapping[str, int]:
        counts = {name: sum(found[one] for one in outcomes) for name, found in self.checks.items()}
        return {name: count for name, count in counts.items() if count}


def judge(url: str, revision: str, folder: Path) -> Verdict:
    """Hold a server against what a revision of the protocol requires.

    The suite itself reads the file of expected failures for what is scored alone; what is not
    scored is for the caller to compare.
    """
    command: list[str | Path] = [
        program("conformance"),
        "server",
        "--url",
        url,
        "--requirements",
        revision,
    ]
    run = subprocess.run(
        [*command, "--expected-failures", EXPECTED, "--output-dir", folder],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Verdict(run.returncode, run.stdout + run.stderr, dict(_read(folder)))


def _read(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    for file in sorted(folder.rglob("checks.json")):
        found = FOLDER.fullmatch(file.parent.name)
        assert found, file
        yield found["scenario"], Counter(one["status"] for one in json.loads(file.read_text()))


def expected_failures() -> list[str]:
    """The scenarios of the file."""
    return list(yaml.safe_load(EXPECTED.read_text())["server"])


def required(revision: str) -> list[str]:
    """The scenarios by which a server is scored for a revision."""
    return list(_requirements(revision)["server"])


def extensions(revision: str) -> list[str]:
    """The scenarios that are run and never scored, because they are about an extension."""
    unscored = _requirements(revision)["not_scored"]
    return [
        one["scenario"]
        for one in unscored
        if (one["leg"], one["reason"]) == ("server", "extension")
    ]


def _requirements(revision: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((REQUIREMENTS / f"{revision}.yaml").read_text())
    return found
