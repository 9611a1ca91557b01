"""The contract is refused for what a parser would let pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.__main__ import main
from codegen.contract import Contract, ContractError, load
from codegen.lint import lint

LIST = "/v4/{stitch_client_id}/extractions"
GET = "/v4/sources/{source_id}"


def operation(raw: dict[str, Any], path: str = GET, verb: str = "get") -> dict[str, Any]:
    found: dict[str, Any] = raw["paths"][path][verb]
    return found


def unknown_key(raw: dict[str, Any]) -> None:
    operation(raw)["x-rsik"] = {"level": "read"}


def unknown_risk(raw: dict[str, Any]) -> None:
    operation(raw)["x-risk"]["level"] = "harmless"


def misplaced_key(raw: dict[str, Any]) -> None:
    raw["components"]["schemas"]["Source"]["properties"]["id"]["x-risk"] = {"level": "read"}


def duplicate_id(raw: dict[str, Any]) -> None:
    operation(raw)["operationId"] = "sources.list"


def duplicate_method(raw: dict[str, Any]) -> None:
    operation(raw)["x-method"] = "list"


def no_risk(raw: dict[str, Any]) -> None:
    del operation(raw)["x-risk"]


def no_retry(raw: dict[str, Any]) -> None:
    del operation(raw)["x-retry"]


def no_errors(raw: dict[str, Any]) -> None:
    responses = operation(raw)["responses"]
    for status in [s for s in responses if s[0] in "45"]:
        del responses[status]


def nothing_lost(raw: dict[str, Any]) -> None:
    del operation(raw, verb="delete")["x-risk"]["lost"]


def dangling_reference(raw: dict[str, Any]) -> None:
    operation(raw)["responses"]["404"] = {"$ref": "#/components/responses/Nowhere"}


def undeclared_parameter(raw: dict[str, Any]) -> None:
    operation(raw)["parameters"] = []


def inline_object(raw: dict[str, Any]) -> None:
    raw["components"]["schemas"]["Source"]["properties"]["owner"] = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
    }


def inline_enum(raw: dict[str, Any]) -> None:
    raw["components"]["schemas"]["Source"]["properties"]["mood"] = {"enum": ["good", "bad"]}


def inline_member(raw: dict[str, Any]) -> None:
    raw["components"]["schemas"]["Source"]["properties"]["size"] = {
        "oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Schedule"}]
    }


def page_parameter(raw: dict[str, Any]) -> None:
    operation(raw, LIST)["x-pagination"]["input_token"] = "pgae"


def page_pointer(raw: dict[str, Any]) -> None:
    operation(raw, LIST)["x-pagination"]["result_key"] = "/rows"


def row_identity(raw: dict[str, Any]) -> None:
    operation(raw, LIST)["x-pagination"]["identity"] = ["/jobname"]


def waiter_operation(raw: dict[str, Any]) -> None:
    raw["x-waiters"]["connection_check"]["operation"] = "connection_checks.sources"


def waiter_path(raw: dict[str, Any]) -> None:
    raw["x-waiters"]["connection_check"]["acceptors"][0]["path"] = "/sttaus"


def hidden_error(raw: dict[str, Any]) -> None:
    answer = operation(raw, "/v4/sources/{source_id}/sync", "post")["responses"]["200"]
    answer["x-error-in-success"]["pointer"] = "/eror"


def variant_field(raw: dict[str, Any]) -> None:
    operation(raw, verb="put")["x-variants"][0]["body"] = {"paused": "$now"}


def unknown_budget(raw: dict[str, Any]) -> None:
    operation(raw, LIST)["x-budget"] = "jbos"


BROKEN = [
    (unknown_key, "x-rsik"),
    (unknown_risk, "harmless"),
    (misplaced_key, "x-risk"),
    (duplicate_id, "sources.list"),
    (duplicate_method, "sources.list"),
    (no_risk, "x-risk is missing"),
    (no_retry, "x-retry is missing"),
    (no_errors, "no error response"),
    (nothing_lost, "lost"),
    (dangling_reference, "Nowhere"),
    (undeclared_parameter, "source_id"),
    (inline_object, "inline object"),
    (inline_enum, "inline enum"),
    (inline_member, "inline union member"),
    (page_parameter, "pgae"),
    (page_pointer, "/rows"),
    (row_identity, "/jobname"),
    (waiter_operation, "connection_checks.sources"),
    (waiter_path, "/sttaus"),
    (hidden_error, "pointer"),
    (variant_field, "paused"),
    (unknown_budget, "jbos"),
]


def test_the_contract_has_no_problems(original: Contract) -> None:
    assert lint(original) == []


@pytest.mark.parametrize(("edit", "named"), BROKEN, ids=[edit.__name__ for edit, _ in BROKEN])
def test_a_slip_is_refused_and_named(
    edited: Callable[..., Contract], edit: Callable[..., None], named: str
) -> None:
    problems = lint(edited(edit))
    assert any(named in str(problem) for problem in problems), problems


def test_a_key_written_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: '3.1.0'\ninfo: {}\ninfo: {}\n", encoding="utf-8")
    with pytest.raises(ContractError, match="written twice"):
        load(path)


def test_the_command_fails_and_names_the_place(
    edited: Callable[..., Contract], capsys: pytest.CaptureFixture[str]
) -> None:
    contract = edited(no_risk)
    assert main(["lint", "--spec", str(contract.path)]) == 1
    assert "#/paths/~1v4~1sources~1{source_id}/get: x-risk is missing" in capsys.readouterr().err
