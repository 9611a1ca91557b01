"""What is generated: the same every time, watched for drift, and usable after an edit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.__main__ import DEFAULT_OUT, main
from codegen.contract import DEFAULT_SPEC, ROOT, Contract


@pytest.fixture
def package(tmp_path: Path) -> Path:
    out = tmp_path / "stitch_connect_api"
    shutil.copytree(DEFAULT_OUT, out, ignore=shutil.ignore_patterns("__pycache__"))
    return out


def test_the_committed_client_is_what_the_contract_says() -> None:
    assert main(["check"]) == 0


def test_a_letter_changed_by_hand_is_drift(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = package / "models" / "source.py"
    target.write_text(target.read_text().replace("source", "sauce", 1))
    assert main(["check", "--out", str(package)]) == 1
    assert f"{target}: differs" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "problem"), [("surplus.py", "extra"), ("_client.py", "missing")])
def test_a_file_too_many_or_too_few_is_drift(
    package: Path, name: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = package / name
    target.unlink() if target.exists() else target.write_text("")
    assert main(["check", "--out", str(package)]) == 1
    assert f"{target}: {problem}" in capsys.readouterr().err


def test_a_word_that_is_rendered_nowhere_is_drift(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(DEFAULT_SPEC.read_bytes() + b"# one more word\n")
    assert main(["check", "--spec", str(spec), "--out", str(package)]) == 1
    assert "__init__.py: differs" in capsys.readouterr().err


def test_output_does_not_depend_on_hashing(tmp_path: Path) -> None:
    outs = []
    for seed in ("0", "4711"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "codegen", "generate", "--out", str(out)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        outs.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert outs[0] == outs[1]
    assert not any(b"object at 0x" in content for content in outs[0].values())


def grow(raw: dict[str, Any]) -> None:
    """An operation with a paginator, and a field."""
    schemas = raw["components"]["schemas"]
    schemas["Source"]["properties"]["favourite_colour"] = {
        "type": "string",
        "description": "the colour it is drawn in",
    }
    schemas["Colour"] = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "description": "what it is called"}},
        "description": "a colour",
    }
    schemas["ColourPage"] = {
        "type": "object",
        "required": ["data", "links"],
        "description": "a page of colours",
        "properties": {
            "data": {"type": "array", "items": {"$ref": "#/components/schemas/Colour"}},
            "links": {"$ref": "#/components/schemas/PageLinks"},
        },
    }
    raw["tags"].append({"name": "colours", "description": "Colours."})
    raw["paths"]["/v4/colours"] = {
        "get": {
            "operationId": "colours.list",
            "tags": ["colours"],
            "summary": "List the colours",
            "x-resource": "colours",
            "x-method": "list",
            "x-risk": {"level": "read"},
            "x-retry": "safe",
            "x-provenance": "docs",
            "x-pagination": {
                "input_token": "page",
                "output_token": "/links/next",
                "result_key": "/data",
                "identity": ["/name"],
            },
            "parameters": [{"$ref": "#/components/parameters/Page"}],
            "responses": {
                "200": {
                    "description": "a page",
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/ColourPage"}}
                    },
                },
                "401": {"$ref": "#/components/responses/Unauthorized"},
            },
        }
    }


USE = """
import json, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from stitch_connect_api import Client, models

PAGES = {
    "/v4/colours": {
        "data": [{"name": "red"}, {"name": "blue"}], "links": {"next": "/v4/colours?page=2"}
    },
    "/v4/colours?page=2": {"data": [{"name": "blue"}, {"name": "green"}], "links": {}},
}

class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(PAGES[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass

server = HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
with Client("secret", base_url=f"http://127.0.0.1:{server.server_port}", strict=True) as client:
    names = [colour.name for colour in client.colours.list()]
print(json.dumps({"names": names, "field": "favourite_colour" in models.Source.model_fields}))
server.shutdown()
"""


def test_an_operation_a_field_and_a_paginator_work_once_generated(
    edited: Callable[..., Contract], tmp_path: Path
) -> None:
    contract = edited(grow)
    assert main(["lint", "--spec", str(contract.path)]) == 0
    out = tmp_path / "grown" / "stitch_connect_api"
    assert main(["generate", "--spec", str(contract.path), "--out", str(out)]) == 0
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(USE)],
        env={**os.environ, "PYTHONPATH": str(out.parent)},
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(run.stdout) == {"names": ["red", "blue", "green"], "field": True}
