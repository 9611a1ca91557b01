"""`make demo`, as somebody who has just cloned the repository sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


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
        "120643  heroku  platform.heroku_pg  ready",
        "status: succeeded",
        "100%  Extracted and loaded: 4 of 4 streams.",
        "Delete source 120643 in account 116078",
        "The person declined. Nothing was sent to Stitch.",
    ):
        assert part in run.stdout
    readme = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text("utf-8")
    assert readme.split("```text\n")[1].split("```")[0] in run.stdout
    shown, _, ending = run.stdout.partition("5. Connect your own assistant")
    assert max(map(len, shown.splitlines())) <= 100
    entry = json.loads(ending[ending.index("{") : ending.index("  For")])["mcpServers"]["stitch"]
    assert Path(entry["command"]).is_file()
    assert entry["args"] == ["serve", "--sandbox"]
    assert "sandbox-token" not in run.stdout
