"""Every refusal that the contract documents is provoked by a request, and says what it should."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from stitch_connect_sandbox.server import running

from .import_refusals import IMPORT_API
from .refusals import CONNECT, NOW, Refusal

CONTRACT = Path(__file__).resolve().parents[2] / "spec/openapi.yaml"
DOCUMENT: Mapping[str, Any] = yaml.load(
    CONTRACT.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
METHODS = ("get", "put", "post", "delete")
IMPORT_TOKEN = "at_sandbox-import-token"
Key = tuple[str, int, str]


def operations() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every operation, and each variant of a shared one, by its id."""
    for item in DOCUMENT["paths"].values():
        for raw in (item[method] for method in METHODS if method in item):
            if raw.get("x-provenance") == "absent":
                continue
            variants = raw.get("x-variants", [])
            if not variants or "x-method" in raw:
                yield raw["operationId"], raw
            for one in variants:
                yield f"{raw['x-resource']}.{one['method']}", raw


def examples() -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """What the contract has an example of, or documents without a body for this operation."""
    for name, raw in operations():
        for status, response in raw["responses"].items():
            if "$ref" in response:
                shared = response["$ref"].rpartition("/")[2]
                response = DOCUMENT["components"]["responses"][shared]
            elif not response.get("content") and status.startswith("4"):
                yield (name, int(status), "-"), {}
            for content in response.get("content", {}).values():
                for example, one in content.get("examples", {}).items():
                    if status.startswith("4") or "error" in one["value"]:
                        yield (name, int(status), example), one


def fixed_body(name: str) -> dict[str, Any]:
    """What a variant always sends."""
    for item in DOCUMENT["paths"].values():
        for raw in (item[method] for method in METHODS if method in item):
            for one in raw.get("x-variants", []):
                if f"{raw['x-resource']}.{one['method']}" == name:
                    return {k: NOW if v == "$now" else v for k, v in one["body"].items()}
    return {}


DOCUMENTED = dict(examples())
SETTLED = {key for key, one in DOCUMENTED.items() if "not documented" in one.get("summary", "")}
SETTLED.add(("loads.list", 404, "-"))  # shown with the whole group, not in the list of this one
PROVOKED = [
    (name, refusal) for refusal in CONNECT + IMPORT_API for name in refusal.operations.split()
]


def test_each_refusal_of_the_contract_is_provoked() -> None:
    told = {(name, one.status, one.example) for name, one in PROVOKED}
    without_words = {("destinations.delete", 502, "-")}
    assert told - without_words == set(DOCUMENTED)


def test_seventy_four_of_them_are_errors_that_connect_documents() -> None:
    documented = [(name, one) for name, one in PROVOKED if not is_beyond(name, one)]
    assert len(documented) == 74


def is_beyond(name: str, refusal: Refusal) -> bool:
    """The Import API, the newer of two wordings, and what the contract alone settles."""
    key = (name, refusal.status, refusal.example)
    newer = refusal.example.endswith("docs_now") or key == ("destinations.delete", 404, "-")
    return name.startswith("import_api.") or newer or key in SETTLED


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with running(time_scale=0) as address:
        yield address


def path_of(name: str, refusal: Refusal) -> str:
    version = "v3" if name.startswith("destinations_v3") else "v4"
    own = f"/v2/import/{name.rpartition('.')[2]}"
    return refusal.path.replace("VERSION", version).replace("PATH", own)


def sent(name: str, refusal: Refusal) -> dict[str, Any]:
    """Body and headers; a variant is provoked with its fixed body around what is wrong."""
    body = refusal.body
    if isinstance(body, dict):
        body = fixed_body(name) | body
    is_import = name.startswith("import_api.")
    headers = {"Authorization": f"Bearer {IMPORT_TOKEN}"} if is_import else {}
    headers |= {"Content-Type": "application/json", **refusal.headers}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"content": None if body is None else raw, "headers": headers}


def filled(example: Any, said: Mapping[str, str]) -> Any:
    """An example with its placeholders filled in."""
    if isinstance(example, dict):
        return {filled(key, said): filled(value, said) for key, value in example.items()}
    if isinstance(example, list):
        return [filled(one, said) for one in example]
    if not isinstance(example, str):
        return example
    for placeholder, text in said.items():
        example = example.replace(placeholder, text)
    return example


def bytes_of(value: Any) -> bytes:
    """A body as the account writes it: every literal, every escape, the order of all keys."""
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("name", "refusal"), PROVOKED, ids=lambda one: one if isinstance(one, str) else one.example
)
def test_a_refusal_is_answered_to_the_letter(server: Any, name: str, refusal: Refusal) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=60) as http:
        http.post("/_sandbox/reset")
        for verb, path, body in refusal.given:
            assert http.request(verb, path, json=body).status_code == 200
        before = http.get("/v4/sources").json()
        answer = http.request(refusal.verb, path_of(name, refusal), **sent(name, refusal))
        assert answer.status_code == refusal.status, answer.text
        assert http.get("/v4/sources").json() == before, "nothing is half-done"
    if refusal.example == "-":
        assert answer.content == b""
        return
    wanted = filled(DOCUMENTED[name, refusal.status, refusal.example]["value"], refusal.said)
    if refusal.example == "invalid_properties":
        card = answer.json()["data"]["report_card"]
        assert card["steps"], "the whole card of the source, not the example's"
        wanted["data"]["report_card"] = card
    assert answer.content == bytes_of(wanted)
