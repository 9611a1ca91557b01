"""Each rule of the lint refuses its slip in the small contract, with the place and the remedy."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from stitch_connect_runtime import errors

from codegen.__main__ import main
from codegen.contract import Contract, load
from codegen.lint import RULES
from codegen.lint.extensions import ERRORS

TORTURE = Path(__file__).parent / "torture.yaml"
LIST = ("paths", "/v1/{owner_id}/knots", "get")
TIE = ("paths", "/v1/{owner_id}/knots", "post")
STATE = ("paths", "/v1/{owner_id}/knots/{knot-id}", "put")
CUT = ("paths", "/v1/{owner_id}/knots/{knot-id}", "delete")
SCHEMAS = ("components", "schemas")
KNOT = (*SCHEMAS, "Knot", "properties")

SLIPS: list[tuple[str, tuple[Any, ...], Any, str]] = [
    # rule, where, what is written there, what the lint says of it
    ("x_keys", (*LIST, "x-rsik"), {"level": "read"}, "x-rsik"),
    ("operation_ids", (*LIST, "operationId"), "knots.get", "not unique"),
    ("operation_ids", (*LIST, "operationId"), "knots.all", "is not 'knots.list'"),
    ("complete_operations", (*CUT, "x-risk"), {"level": "destructive"}, "without `lost`"),
    ("statuses", (*LIST, "responses", "default"), {"description": "x"}, "is no status"),
    ("references", (*LIST, "responses", "429"), {"$ref": "#/nowhere"}, "leads nowhere"),
    ("path_parameters", (*LIST, "parameters", 0), {"name": "x", "in": "header"}, "owner_id"),
    ("path_parameters", (*LIST, "parameters", 1), {"name": "x", "in": "cookie"}, "cookie"),
    ("one_body", (*TIE, "requestBody", "content"), {}, "without one schema"),
    ("credentials", (*LIST, "security"), [{"Password": []}], "'Password'"),
    ("named_types", (*KNOT, "extra"), {"type": "object", "properties": {}}, "inline object"),
    ("named_types", (*KNOT, "extra"), {"type": "string", "enum": ["a"]}, "inline enum"),
    ("named_types", (*KNOT, "extra"), {"oneOf": [{"type": "string"}]}, "inline union member"),
    ("unread_keywords", (*SCHEMAS, "Links", "allOf"), [], "allOf"),
    ("enum_values", (*SCHEMAS, "Kind", "enum"), ["us-east", "us_east"], "US_EAST"),
    ("enum_values", (*SCHEMAS, "Kind", "enum"), ["a", None], "several types"),
    ("circles", (*SCHEMAS, "Links", "properties", "page"), "KnotPage", "reached from itself"),
    ("component_names", (*SCHEMAS, "Timestamp"), {"type": "string"}, "cannot name a class"),
    ("component_names", (*SCHEMAS, "Rope_End"), {"type": "string"}, "rope_end"),
    ("attribute_names", (*KNOT, "knot_id"), {"type": "string"}, "attribute knot_id"),
    ("client_names", (*LIST, "x-resource"), "request", "is taken"),
    ("client_names", ("tags", 0, "name"), "ropes", "is no tag"),
    ("client_names", (*TIE, "x-method"), "import", "keyword"),
    ("argument_names", (*SCHEMAS, "TieRequest", "properties", "owner-id"), {}, "owner_id"),
    ("pagination", (*LIST, "x-pagination", "input_token"), "pgae", "pgae"),
    ("pagination", (*LIST, "x-pagination", "output_token"), "/links/nxet", "/links/nxet"),
    ("pagination", (*LIST, "x-pagination", "identity"), ["/di"], "/di"),
    ("waiters", ("x-waiters", "tied", "operation"), "knots.gte", "knots.gte"),
    ("waiters", ("x-waiters", "tied", "acceptors", 0, "path"), "/sttaus", "/sttaus"),
    (
        "errors_in_success",
        (*TIE, "responses", "200", "x-error-in-success", "raises"),
        "Tangled",
        "Tangled",
    ),
    (
        "errors_in_success",
        (*TIE, "responses", "200", "x-error-in-success", "pointer"),
        "/eror",
        "/eror",
    ),
    ("variants", (*STATE, "x-variants", 0, "body"), {"loosend_at": "$now"}, "loosend_at"),
    ("budgets", (*LIST, "x-budget"), "shraed", "shraed"),
    ("budgets", ("x-budgets", "shared", "scope"), "knot_id", "no path parameter"),
]


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load(TORTURE)


def slipped(contract: Contract, where: tuple[Any, ...], value: Any) -> Contract:
    raw = copy.deepcopy(contract.raw)
    node: Any = raw
    for token in where[:-1]:
        node = node[token]
    node[where[-1]] = {"$ref": f"#/components/schemas/{value}"} if value == "KnotPage" else value
    return Contract(contract.path, raw, contract.digest)


def test_the_small_contract_has_no_problems(contract: Contract) -> None:
    assert [problem for rule in RULES for problem in rule(contract)] == []


@pytest.mark.parametrize(("rule", "where", "value", "named"), SLIPS)
def test_a_rule_refuses_its_slip(
    contract: Contract, rule: str, where: tuple[Any, ...], value: Any, named: str
) -> None:
    rules = {function.__name__: function for function in RULES}
    problems = list(rules[rule](slipped(contract, where, value)))
    assert any(named in problem.message for problem in problems), problems
    assert all(problem.pointer.startswith("/") and problem.remedy for problem in problems)


def test_every_rule_is_put_to_the_test() -> None:
    assert {rule.__name__ for rule in RULES} == {rule for rule, *_ in SLIPS}


def test_every_class_that_may_be_raised_exists() -> None:
    assert all(issubclass(getattr(errors, name), errors.APIError) for name in ERRORS)


def test_nothing_is_generated_from_a_contract_with_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, out = tmp_path / "openapi.yaml", tmp_path / "out"
    spec.write_text(TORTURE.read_text(encoding="utf-8").replace("x-retry: never", "", 1))
    assert main(["generate", "--spec", str(spec), "--out", str(out)]) == 1
    assert "x-retry is missing" in capsys.readouterr().err
    assert not out.exists()
