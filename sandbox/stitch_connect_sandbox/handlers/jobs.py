"""Replication jobs, extractions with their logs, and loads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import errors, views
from ..call import Call, Redirect, handles
from ..lifecycle import JOB_ENDED
from ..records import Job

PAGE_SIZE = 100
WINDOW = 60 * 86400.0


@handles("replication_jobs.start")
def start_job(call: Call) -> Any:
    source = call.source()
    if source.deleted_at is not None:
        raise errors.job_source_deleted()
    if call.engine.running_job(source.id) is not None:
        raise errors.already_running(call.client.id, source.id)
    return {"job_name": call.engine.begin_job(source).id}


@handles("replication_jobs.stop")
def stop_job(call: Call) -> Any:
    source = call.source()
    if source.deleted_at is not None:
        raise errors.job_source_deleted()
    job = call.engine.running_job(source.id)
    if job is not None:
        call.engine.stop_job(job)
    return {"status": 200}


@handles("extractions.list")
def list_extractions(call: Call) -> Any:
    last: dict[int, Job] = {}
    for job in call.store.jobs:
        if job.client_id != call.client.id or job.completed_at is None:
            continue
        known = last.get(job.source_id)
        if known is None or (known.completed_at or 0) <= job.completed_at:
            last[job.source_id] = job
    recent = [job for job in last.values() if (job.completed_at or 0) > call.now - WINDOW]
    rows = sorted(recent, key=lambda job: job.source_id)
    return _page(call, [views.extraction(job) for job in rows])


@handles("loads.list")
def list_loads(call: Call) -> Any:
    mine = [one for one in call.store.loads if one.client_id == call.client.id]
    recent = [one for one in mine if one.attempted_at > call.now - WINDOW]
    rows = sorted(recent, key=lambda one: (one.stream_name, one.source_id))
    return _page(call, [views.load(one) for one in rows])


def _page(call: Call, rows: Sequence[Any]) -> Any:
    text = call.query.get("page", "1")
    number = int(text) if text.isdecimal() and int(text) > 0 else 1
    path = f"/v4/{call.client.id}/{call.operation.partition('.')[0]}"
    links = {}
    if number * PAGE_SIZE < len(rows):
        links["next"] = f"{path}?page={number + 1}"
    if number > 1:
        links["previous"] = f"{path}?page={number - 1}"
    data = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return {"data": data, "page": number, "total": len(rows), "links": links}


@handles("extractions.logs")
def get_log(call: Call) -> Any:
    job = call.store.jobs.get(call.params["job_name"])
    if job is None or job.client_id != call.client.id or job.phase not in JOB_ENDED:
        raise errors.missing()
    ticket = call.engine.chance.token("", "log", job.id)
    return Redirect(f"{call.logs_url}/{job.id}?x-amz-security-token={ticket}")
