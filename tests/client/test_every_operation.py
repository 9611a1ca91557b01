"""Every operation of the contract, called for real, sync and async; the answers fit strictly."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from stitch_connect_api import AsyncClient, Client
from stitch_connect_api.operations import OPERATIONS
from stitch_connect_runtime.download import AsyncLogStream, LogStream
from stitch_connect_runtime.operations import Operation
from stitch_connect_runtime.pager import AsyncPager, Pager
from stitch_connect_sandbox.remote import StitchSandbox

SOURCE, IMPORT_SOURCE, DESTINATION, ACCOUNT = 120643, 120652, 155582, 116078
IMPORT_TOKEN = "at_sandbox-import-token"
MESSAGE = {"action": "upsert", "sequence": 1, "data": {"id": 1}}
RECORD = {**MESSAGE, "client_id": ACCOUNT, "table_name": "visits", "key_names": ["id"]}
DATABASE = {"host": "db.example.com", "port": 5432, "database": "x", "username": "u", "ssl": False}

ARGUMENTS: dict[str, Callable[[Client], dict[str, Any]]] = {
    "accounts.create": lambda client: {
        "partner_id": "oc_sandbox-partner",
        "partner_secret": "oc_sandbox-secret",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "company": "Engines",
        "email": "ada@engines.example",
        "region": "us-east-1",
    },
    "destination_types.get": lambda client: {"destination_type": "postgres"},
    "source_types.get": lambda client: {"source_type": "platform.hubspot"},
    "destinations.create": lambda client: {"type": "postgres", "properties": DATABASE},
    "destinations.update": lambda client: {
        "destination_id": DESTINATION,
        "properties": {"port": "5433"},
    },
    "destinations_v3.create": lambda client: {"type": "postgres", "connection": DATABASE},
    "destinations_v3.update": lambda client: {
        "destination_id": DESTINATION,
        "type": "postgres",
        "connection": {"port": "5434"},
    },
    "destinations.delete": lambda client: {"destination_id": DESTINATION},
    "connection_checks.destination": lambda client: {"destination_id": DESTINATION},
    "sources.create": lambda client: {"type": "platform.github", "display_name": "Our code"},
    "sources.update": lambda client: {"source_id": SOURCE, "display_name": "Heroku again"},
    "import_api_tokens.generate": lambda client: {"source_id": IMPORT_SOURCE},
    "import_api_tokens.list": lambda client: {"source_id": IMPORT_SOURCE},
    "import_api_tokens.revoke": lambda client: {"source_id": IMPORT_SOURCE, "token_id": 90417722},
    "streams.schema": lambda client: {
        "source_id": SOURCE,
        "stream_id": client.streams.list(SOURCE)[0].stream_id,
    },
    "streams.update_metadata": lambda client: {
        "source_id": SOURCE,
        "streams": [
            {
                "tap_stream_id": client.streams.list(SOURCE)[0].tap_stream_id,
                "metadata": [{"breadcrumb": [], "metadata": {"selected": False}}],
            }
        ],
    },
    "extractions.list": lambda client: {"stitch_client_id": ACCOUNT},
    "extractions.logs": lambda client: {
        "stitch_client_id": ACCOUNT,
        "job_name": next(iter(client.extractions.list(ACCOUNT))).job_name,
    },
    "loads.list": lambda client: {"stitch_client_id": ACCOUNT},
    "custom_emails.create": lambda client: {"email_address": "new@sandbox.example"},
    "hooks.create": lambda client: {
        "type": "post_load",
        "destination_id": DESTINATION,
        "config": {"url": "https://hooks.example.com/new"},
    },
    "import_api.push": lambda client: {"records": [RECORD], "token": IMPORT_TOKEN},
    "import_api.validate": lambda client: {"records": [RECORD], "token": IMPORT_TOKEN},
    "import_api.batch": lambda client: {
        "table_name": "visits",
        "schema": {"properties": {"id": {"type": "integer"}}},
        "messages": [MESSAGE],
        "key_names": ["id"],
        "token": IMPORT_TOKEN,
    },
    "oauth.token": lambda client: {
        "client_secret": "oc_sandbox-secret",
        "code": "sandbox-code",
        "grant_type": "authorization_code",
    },
}


CALLED = [op for op in OPERATIONS.values() if op.provenance != "absent"]


@pytest.fixture
def sandbox(sandbox: Any, pytestconfig: pytest.Config) -> Any:
    """What answers: a fresh sandbox, or what `--base-url` names, a mock or a proxy."""
    url, behind = pytestconfig.getoption("--base-url"), pytestconfig.getoption("--behind")
    if behind:
        StitchSandbox(behind, sandbox.token, sandbox.logs_url, ACCOUNT).reset()
    return replace(sandbox, url=url) if url else sandbox


def arguments(operation: Operation, client: Client) -> dict[str, Any]:
    if operation.id in ARGUMENTS:
        return ARGUMENTS[operation.id](client)
    ids = {"source_id": SOURCE, "id": 41 if operation.resource == "custom_emails" else 8}
    return {name: ids[name] for name in operation.path_params}


def renamed(method: Callable[..., Any], given: dict[str, Any]) -> dict[str, Any]:
    """Wire names as the method spells them."""
    names = inspect.signature(method).parameters
    return {name if name in names else f"{name}_": value for name, value in given.items()}


def test_the_table_has_all_operations_of_the_api() -> None:
    outside = {"import_api", "oauth"}
    connect = [op for op in OPERATIONS.values() if op.resource not in outside]
    assert len(connect) == 44
    assert [op.id for op in OPERATIONS.values() if op.provenance == "absent"] == [
        "destinations_v3.delete"
    ]


@pytest.mark.parametrize("operation", CALLED, ids=lambda op: op.id)
def test_a_call_is_answered(operation: Operation, client: Client) -> None:
    method = getattr(getattr(client, operation.resource), operation.method)
    answer = method(**renamed(method, arguments(operation, client)))
    if isinstance(answer, Pager):
        answer = list(answer)
    if isinstance(answer, LogStream):
        answer = answer.read()
    assert answer or operation.id in {"hooks.delete", "destinations.delete"}


@pytest.mark.parametrize("operation", CALLED, ids=lambda op: op.id)
async def test_an_async_call_is_answered(
    operation: Operation, client: Client, async_client: AsyncClient
) -> None:
    method = getattr(getattr(async_client, operation.resource), operation.method)
    answer = method(**renamed(method, arguments(operation, client)))
    if isinstance(answer, AsyncPager):
        answer = [row async for row in answer]
    elif isinstance(answer, AsyncLogStream):
        answer = await answer.read()
    else:
        answer = await answer
    assert answer or operation.id in {"hooks.delete", "destinations.delete"}


@pytest.mark.parametrize(
    "operation", [op for op in CALLED if op.success != (302,)], ids=lambda op: op.id
)
def test_a_raw_call_gives_status_and_body(operation: Operation, client: Client) -> None:
    raw = getattr(getattr(client.with_raw_response, operation.resource), operation.method)
    answer = raw(**renamed(raw, arguments(operation, client)))
    assert answer.status in operation.success
    answer.parse()
