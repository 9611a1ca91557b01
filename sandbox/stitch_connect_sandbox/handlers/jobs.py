"""Replication jobs, extractions with their logs, and loads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from .. import errors, views
from ..call import Call, Redirect, handles
from ..plans import PLANS
from ..records import Job

PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
PAGE_SIZE = 100
Row = TypeVar("Row")


@handles("replication_jobs.start")
def start_job(call: Call) -> Any:
    source = call.source()
    if source.deleted_at is not None:
        raise errors.job_source_deleted()
    if source.destination_id is None:
        raise errors.job_without_destination()
    if call.engine.running_job(source.id) is not None:
        raise errors.already_running(call.client.id, source.id)
    return {"job_name": call.engine.begin_job(source).id}


@handles("replication_jobs.stop")
def stop_job(call: Call) -> Any:
    source = call.source()
    if source.deleted_at is not None:
        raise errors.job_source_deleted()
    call.engine.stop_running(source.id)
    return {"status": 200}


@handles("extractions.list")
def list_extractions(call: Call) -> Any:
    ended, group = call.store.sources_by_job, (call.client.id, True)

    def rows(first: int, after: int) -> list[Job]:
        return [call.store.jobs[one.last_job or ""] for one in ended.slice(group, first, after)]

    return _page(call, ended.count(group), rows, views.extraction)


@handles("loads.list")
def list_loads(call: Call) -> Any:
    mine, client_id = call.store.loads_by_stream, call.client.id
    return _page(call, mine.count(client_id), partial(mine.slice, client_id), views.load)


def _page(
    call: Call, total: int, rows: Callable[[int, int], Sequence[Row]], view: Callable[[Row], Any]
) -> Any:
    text = call.query.get("page", "1")
    if not PAGE_NUMBER.fullmatch(text):
        raise errors.missing()
    number = int(text)
    path = f"/v4/{call.client.id}/{call.operation.partition('.')[0]}"
    links = {}
    if number * PAGE_SIZE < total:
        links["next"] = f"{path}?page={number + 1}"
    if number > 1:
        links["previous"] = f"{path}?page={number - 1}"
    first, after = ((count * PAGE_SIZE) - call.shift for count in (number - 1, number))
    data = [view(row) for row in rows(max(0, first), max(0, after))]
    return {"data": data, "page": number, "total": total, "links": links}


@handles("extractions.logs")
def get_log(call: Call) -> Any:
    job = call.store.jobs.get(call.params["job_name"])
    mine = job is not None and job.client_id == call.client.id
    if job is None or not mine or job.completed_at is None or not job.log:
        raise errors.missing()
    if job.completed_at < call.now - PLANS[call.client.plan].log_days * 86400:
        raise errors.missing()
    ticket = call.engine.chance.token("", "log", job.id)
    return Redirect(f"{call.logs_url}/{job.id}?x-amz-security-token={ticket}")
