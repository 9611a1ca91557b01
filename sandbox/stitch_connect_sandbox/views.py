"""Records as the API shows them."""

from __future__ import annotations

import functools
import json
from typing import Any

from . import catalog, schedule
from .clock import iso, iso_or_none
from .records import Account, Check, Destination, Email, Hook, Job, Load, Source, Stream

Json = Any
WRITABLE = ["selected", "replication-method", "replication-key", "view-key-properties"]


def provided(record: Source | Destination) -> frozenset[str]:
    return frozenset(record.properties) | frozenset(record.secrets)


def card(record: Source | Destination) -> dict[str, Json]:
    """The report card of a connection, which others share: it is not to be changed."""
    is_source = isinstance(record, Source)
    return _card(is_source, record.type, record.step, provided(record))


@functools.lru_cache(maxsize=4096)
def _card(is_source: bool, name: str, step: str, given: frozenset[str]) -> dict[str, Json]:
    types = catalog.load()
    return (types.sources if is_source else types.destinations)[name].card(step, given)


def source(record: Source, now: float) -> dict[str, Json]:
    shown = {
        "id": record.id,
        "type": record.type,
        "name": record.name,
        "display_name": record.display_name,
        "properties": record.properties,
        "schedule": schedule.shown(record, now),
        "report_card": card(record),
        "stitch_client_id": record.client_id,
        "created_at": iso(record.created_at),
        "updated_at": iso(record.updated_at),
        "deleted_at": iso_or_none(record.deleted_at),
        "paused_at": iso_or_none(record.paused_at),
        "system_paused_at": iso_or_none(record.system_paused_at),
    }
    return shown | ({"check_job_name": record.check_name} if record.check_name else {})


def destination(record: Destination, *, announce: bool = False) -> dict[str, Json]:
    shown = {
        "id": record.id,
        "type": record.type,
        "name": record.name,
        "display_name": None,
        "properties": {key: _text(value) for key, value in record.properties.items()},
        "report_card": card(record),
        "stitch_client_id": record.client_id,
        "created_at": iso(record.created_at),
        "updated_at": iso(record.updated_at),
        "deleted_at": iso_or_none(record.deleted_at),
        "paused_at": iso_or_none(record.paused_at),
        "system_paused_at": iso_or_none(record.system_paused_at),
    }
    shown |= {"description": record.description} if record.description else {}
    return shown | ({"check_job_name": record.check_name} if announce and record.check_name else {})


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def destination_v3(record: Destination, last: Check | None) -> dict[str, Json]:
    shown = {
        "id": record.id,
        "type": record.type,
        "connection": record.properties,
        "created_at": iso(record.created_at),
        "updated_at": iso(record.updated_at),
    }
    if last is not None and last.completed_at is not None:
        shown["last_check"] = {
            "error": last.status == "failed",
            "started_at": iso(last.started_at),
            "completed_at": iso(last.completed_at),
        }
    return shown


def check(record: Check) -> dict[str, Json]:
    ended, failed = record.status != "running", record.status == "failed"
    return {
        "name": record.id,
        "mode": "check",
        "status": record.status,
        "start_time": iso(record.started_at),
        "completion_time": iso_or_none(record.completed_at),
        "error": failed,
        "check_exit_status": 0 if ended and not failed else None,
        "discovery_exit_status": (1 if failed else 0) if ended else None,
        "discovery_error_message": record.message,
        "tap_exit_status": None,
        "tap_error_message": None,
        "target_exit_status": None,
        "target_error_message": None,
    }


def stream(record: Stream) -> dict[str, Json]:
    return {
        "stream_id": record.id,
        "tap_stream_id": record.tap_stream_id,
        "stream_name": record.name,
        "selected": record.metadata.get("selected"),
        "metadata": record.metadata,
    }


def stream_schema(record: Stream) -> dict[str, Json]:
    properties = {name: one["schema"] for name, one in record.fields.items()}
    entries = [{"breadcrumb": [], "metadata": record.metadata}]
    entries += [
        {"breadcrumb": ["properties", name], "metadata": one["metadata"]}
        for name, one in record.fields.items()
    ]
    return {
        "schema": json.dumps({"type": "object", "properties": properties}),
        "metadata": entries,
        "non-discoverable-metadata-keys": WRITABLE,
    }


def extraction(record: Job) -> dict[str, Json]:
    assert record.completed_at is not None
    shown = {
        "job_name": record.id,
        "stitch_client_id": record.client_id,
        "source_id": record.source_id,
        "source_type": record.tap,
        "start_time": iso(record.started_at),
        "completion_time": iso(record.completed_at),
    }
    for phase in ("discovery", "tap", "target"):
        shown[f"{phase}_exit_status"] = record.statuses.get(phase)
        shown[f"{phase}_description"] = record.descriptions.get(phase)
    return shown


def load(record: Load) -> dict[str, Json]:
    return {
        "stitch_client_id": record.client_id,
        "source_name": record.source_name,
        "stream_name": record.stream_name,
        "last_batch_loaded_at": iso_or_none(record.loaded_at),
        "error_state": record.error_state,
    }


def email(record: Email) -> dict[str, Json]:
    return {
        "id": record.id,
        "client_id": record.client_id,
        "email_address": record.email_address,
        "created_at": iso(record.created_at),
        "disabled_at": record.disabled_at,
    }


def hook(record: Hook, *, created: bool = False) -> dict[str, Json]:
    shown = {
        "id": record.id,
        "client_id": record.client_id,
        "type": "post_load",
        "version": 1,
        "config": record.config,
        "created_at": iso(record.created_at),
        "modified_at": iso(record.modified_at),
        "disabled_at": iso_or_none(record.disabled_at),
    }
    return shown | ({"destination_id": record.destination_id} if created else {})


def token_of(account: Account) -> str:
    return account.tokens[0]
