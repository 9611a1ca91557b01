"""What the torture contract becomes, file by file, and that it works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.__main__ import compile_contract
from codegen.emit import differences, write

HERE = Path(__file__).parent
TORTURE = HERE / "torture.yaml"
GOLDEN = HERE / "golden" / "stitch_connect_api"

USE = """
from pydantic import TypeAdapter
from stitch_connect_api import models, operations

for name in models.__all__:
    TypeAdapter(getattr(models, name)).json_schema()
text = (
    '{"knot-id":"a","state":null,"maybe":"granny","list":["x"],"2nd":7,"inner":null,'
    '"ends":[{"selected":true},3,{"name":"q"}],"key":"hush","unknown":1}'
)
knot = models.Knot.model_validate_json(text, strict=True)
assert "hush" not in repr(knot), repr(knot)
assert [type(end).__name__ for end in knot.ends] == ["RopeEnd", "int", "FieldEnd"]
assert TypeAdapter(object).validate_json(knot.model_dump_json(exclude_unset=True)) == (
    TypeAdapter(object).validate_json(text)
)
assert models.Kind("figure-8") is models.Kind.FIGURE_8
assert operations.KNOTS_UNTIE.fixed_body == {"loosened_at": "$now"}
assert operations.OPERATIONS["knots.cut"].provenance == "absent"
"""


@pytest.mark.snapshot
def test_the_output_is_the_golden_tree() -> None:
    files = compile_contract(TORTURE)
    if os.environ.get("SNAPSHOT") == "accept":
        write(GOLDEN, files)
    assert list(differences(GOLDEN, files)) == [], "run `make snapshot` to accept the change"


def test_the_golden_tree_works() -> None:
    subprocess.run(
        [sys.executable, "-c", USE],
        env={**os.environ, "PYTHONPATH": str(GOLDEN.parent)},
        check=True,
        timeout=60,
    )


def test_nothing_printed_is_a_memory_address() -> None:
    for path in GOLDEN.rglob("*.py"):
        assert "object at 0x" not in path.read_text(encoding="utf-8"), path


def test_templates_stay_short() -> None:
    for template in (HERE.parents[1] / "codegen" / "templates").glob("*.jinja"):
        assert len(template.read_text(encoding="utf-8").splitlines()) <= 40, template
