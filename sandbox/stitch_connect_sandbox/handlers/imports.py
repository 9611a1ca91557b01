"""The Import API: rows pushed by its users, which the loader then loads."""

from __future__ import annotations

from typing import Any

from .. import batch_rules, import_errors, push_rules
from ..call import Call, Status, handles
from ..records import Batch, ImportToken, Source

HOSTS = {"api.stitchdata.com": "us-east-1", "api.eu-central-1.stitchdata.com": "eu-central-1"}
"""The region of an address; the sandbox's own stands for the region of every account."""


@handles("import_api.status")
def status(call: Call) -> Any:
    return {
        "name": "pipeline.gate",
        "version": "sandbox",
        "revision": "sandbox",
        "status": "OK",
        "reason": None,
    }


@handles("import_api.push")
def push(call: Call) -> Any:
    source, records = _records(call)
    return _accepted(call, source, push_rules.rows_of(records))


@handles("import_api.validate")
def validate(call: Call) -> Any:
    _records(call)
    return {"status": "OK", "message": "Batch is valid!"}


@handles("import_api.batch")
def batch(call: Call) -> Any:
    body = batch_rules.body_of(call.raw, call.media_type)
    _, source = _token(call)
    batch_rules.check_batch(body)
    return _accepted(call, source, {body["table_name"]: batch_rules.rows_of(body)})


def _records(call: Call) -> tuple[Source, list[dict[str, Any]]]:
    records = push_rules.records_of(call.raw, call.media_type)
    token, source = _token(call)
    push_rules.check_client(records, token.client_id)
    for record in records:
        push_rules.check_record(record)
    return source, records


def _token(call: Call) -> tuple[ImportToken, Source]:
    """The token of a request and its source, which must be active."""
    token = call.store.tokens_by_value.first(call.bearer or "")
    if token is None:
        raise import_errors.import_not_authorized()
    account = call.store.accounts[token.client_id]
    if HOSTS.get(call.host, account.region) != account.region:
        raise import_errors.import_wrong_region()
    source = call.store.sources[token.source_id]
    if source.rests:
        raise import_errors.import_inactive()
    return token, source


def _accepted(call: Call, source: Source, tables: dict[str, int]) -> Status:
    """Queue the rows of each table; nothing is loaded before it is answered."""
    for table, rows in tables.items():
        _queue(call, source, table, rows)
    if call.store.accounts[source.client_id].settings.get("queue_imports"):
        return Status(202, {"status": "Accepted", "message": QUEUED})
    return Status(201, {"status": "OK", "message": "Batch Accepted!"})


QUEUED = "The batch is queued to be processed."


def _queue(call: Call, source: Source, table: str, rows: int) -> None:
    number = call.store.next("batch")
    call.store.batches.put(
        Batch(
            id=f"import/{number}",
            client_id=source.client_id,
            source_id=source.id,
            stream_name=table,
            rows=rows,
            state="queued",
            outcome="succeed",
            due=call.now + 60.0,
        )
    )
