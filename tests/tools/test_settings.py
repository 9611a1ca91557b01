"""What the operator decided, as it is for the account that is meant."""

from __future__ import annotations

from typing import Any

import pytest
from stitch_connect_mcp.options import gathered
from stitch_connect_mcp.settings import Settings


def settings(line: dict[str, str | None], **simulated: Any) -> Settings:
    return Settings.of(gathered(line, {}), {"STITCH_CONNECT_REGION": "us-east-1"}, **simulated)


def test_a_named_account_is_named_in_questions_and_not_the_region_of_another() -> None:
    found = settings({"account": "prod"})
    assert found.where == "prod"
    assert found.home != settings({}).home


@pytest.mark.parametrize("account", [None, "116078"])
def test_the_account_of_the_token_stands_in_the_region_of_the_environment(
    account: str | None,
) -> None:
    assert settings({"account": account}).where == "us-east-1"


def test_a_simulated_account_is_named_for_what_it_is() -> None:
    assert settings({"account": "prod"}, where="sandbox", home="x").where == "sandbox"
