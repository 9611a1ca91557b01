"""`make demo`, as somebody who has just cloned the repository sees it."""

from __future__ import annotations

import subprocess
import sys


def test_the_demo_tells_its_story() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "stitch_connect_mcp.demo"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    for part in (
        "120643 heroku platform.heroku_pg ready",
        "status: succeeded",
        "100%  Extracted and loaded: 4 of 4 streams.",
        "Delete source 120643 in account 116078",
        "The person declined. Nothing was sent to Stitch.",
        '"command": "stitch-connect-mcp"',
    ):
        assert part in run.stdout
    assert max(map(len, run.stdout.splitlines())) <= 100
    assert "sandbox-token" not in run.stdout
