"""A folder of payloads, a user's own or the documented ones, held against contract and client."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from stitch_connect_api import models
from stitch_connect_api.operations import OPERATIONS
from stitch_connect_runtime.answers import error_in_success, error_of
from stitch_connect_runtime.decode import Decoder
from stitch_connect_runtime.errors import APIError
from stitch_connect_runtime.models import Model
from stitch_connect_runtime.records import Answer, RequestRecord

from .recordings import CONTRACT, equal, error_examples, recording, same_error, settled


def files(config: pytest.Config) -> list[Path]:
    folder = Path(config.getoption("--recordings"))
    return sorted(folder.glob("*.json"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    found = files(metafunc.config)
    if "recorded" in metafunc.fixturenames:
        cases = [p for p in found if (one := recording(p)) and one.schemas]
        metafunc.parametrize("recorded", cases, ids=[p.stem for p in cases])
    if "error_file" in metafunc.fixturenames:
        cases = [p for p in found if p.name.startswith("error.")]
        metafunc.parametrize("error_file", cases, ids=[p.stem for p in cases])


def misfits(schema: Mapping[str, Any], payload: Any) -> set[str]:
    """JSON Pointers at which a payload does not fit a schema of the contract."""
    validator = jsonschema_rs.Draft202012Validator(
        {**schema, "components": CONTRACT["components"]}, validate_formats=False
    )
    return {
        "/" + "/".join(map(str, error.instance_path)) for error in validator.iter_errors(payload)
    }


def kind_of(schema: Mapping[str, Any]) -> Any:
    """The generated type that reads a schema."""
    if "$ref" in schema:
        return getattr(models, schema["$ref"].rsplit("/", 1)[-1])
    if schema.get("type") == "array":
        return list[kind_of(schema["items"])]  # type: ignore[misc]
    return {"null": None}.get(schema.get("type"), Any)  # type: ignore[arg-type]


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.to_wire()
    if isinstance(value, list):
        return [plain(one) for one in value]
    return json.loads(json.dumps(value, default=str))


def test_a_payload_fits_the_contract_and_survives_the_models(recorded: Path) -> None:
    one = recording(recorded)
    assert one is not None
    payload, known = one.payload, settled()
    fitting = [s for s in one.schemas if not misfits(s, payload)]
    if not fitting:
        pointers = set.intersection(*(misfits(s, payload) for s in one.schemas))
        unknown = {p for p in pointers if (recorded.name, p) not in known}
        assert not unknown, f"does not fit the contract at {sorted(unknown)}"
    strict = bool(fitting)
    schema = (fitting or list(one.schemas))[0]
    decoder: Decoder[Any] = Decoder(kind_of(schema))
    decoded = decoder.decode(json.dumps(payload).encode(), recorded.stem, strict=strict)
    assert equal(plain(decoded), payload)


def test_an_error_body_becomes_an_error_that_explains_itself(error_file: Path) -> None:
    body = json.loads(error_file.read_bytes())
    homes = [(name, status) for name, status, known in error_examples() if same_error(known, body)]
    assert homes, "no error of the contract has this body"
    name, status = homes[0]
    operation = OPERATIONS.get(name) or next(
        o for o in OPERATIONS.values() if o.resource == name.split(".")[0]
    )
    answer = Answer(status, {}, json.dumps(body).encode())
    request = RequestRecord(operation.id, operation.verb, operation.path)
    error = error_in_success(operation, answer, request) or error_of(operation, answer, request)
    assert isinstance(error, APIError)
    assert error.status == status
    assert error.message


def test_every_file_is_checked_or_counted(
    pytestconfig: pytest.Config, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    found = files(pytestconfig)
    checked = [
        p for p in found if p.name.startswith("error.") or ((o := recording(p)) and o.schemas)
    ]
    others = [p.name for p in found if p not in checked]
    with capsys.disabled():
        print(f"\n{len(checked)} payloads checked, {len(others)} others: {', '.join(others)}")
    assert checked, (
        "the folder holds no payload named <resource>.<operation>.<request|response>.json"
    )
