"""A copy of the contract to change, and what is generated from it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from codegen.contract import DEFAULT_SPEC, Contract, load

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="session")
def original() -> Contract:
    return load(DEFAULT_SPEC)


@pytest.fixture
def edited(original: Contract, tmp_path: Path) -> Callable[[Edit], Contract]:
    """The contract as it would be after an edit."""

    def edit_contract(edit: Edit) -> Contract:
        raw = copy.deepcopy(original.raw)
        edit(raw)
        path = tmp_path / "openapi.yaml"
        path.write_text(yaml.safe_dump(raw, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return load(path)

    return edit_contract
