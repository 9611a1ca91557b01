"""Wire names stay what they are, as far as Python lets them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from codegen.naming import (
    BASE_MODEL_MEMBERS,
    argument_name,
    attribute_name,
    member_name,
    module_name,
    snake_case,
)


@pytest.mark.parametrize(
    ("wire", "attribute"),
    [
        ("replication-method", "replication_method"),
        ("tap_google_analytics.cubes", "tap_google_analytics_cubes"),
        ("fieldExclusions", "field_exclusions"),
        ("type", "type"),
        ("class", "class_"),
        ("schema", "schema_"),
        ("2nd", "field_2nd"),
    ],
)
def test_attributes_are_wire_names_in_snake_case(wire: str, attribute: str) -> None:
    assert attribute_name(wire) == attribute


def test_arguments_leave_alone_what_a_method_reads() -> None:
    assert [argument_name(name) for name in ("self", "operations", "schema")] == [
        "self_",
        "operations_",
        "schema",
    ]


@pytest.mark.parametrize(
    ("value", "member"),
    [("us-east-1", "US_EAST_1"), ("1d", "VALUE_1D"), ("", "EMPTY"), (-1, "VALUE_MINUS_1")],
)
def test_members_are_literals_in_capitals(value: str | int, member: str) -> None:
    assert member_name(value) == member


def test_modules_are_components_in_snake_case() -> None:
    assert snake_case("OAuthToken") == "oauth_token"
    assert module_name("DestinationV3") == "destination_v3"
    assert module_name("Import") == "import_"


def test_every_public_member_of_a_model_is_protected() -> None:
    assert {name for name in dir(BaseModel) if not name.startswith("_")} <= BASE_MODEL_MEMBERS
