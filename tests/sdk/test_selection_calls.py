"""Previews and plans of an account over HTTP, sync and async, and what can come in between."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stitch_connect import AsyncStitch, SelectionPlan, Stitch, StreamChange
from stitch_connect._flow import Many, adrive, drive
from stitch_connect.errors import (
    BadRequest,
    InvalidArgument,
    SelectionChanged,
    SelectionNotConfirmed,
    SelectionRefused,
    SelectionUnfinished,
    ServerError,
    UnknownSource,
)
from stitch_connect_sandbox.remote import StitchSandbox
from stitch_connect_sandbox.server import running

from .catalogs import catalog, replicating
from .odd import Spoiling

HEROKU, SHOPIFY, GITHUB = 120643, 120644, 120655
Json = Any


@pytest.fixture
def stitch(sandbox: Any) -> Iterator[Stitch]:
    with Stitch(sandbox.token, base_url=sandbox.url, strict=True, max_retries=0) as stitch:
        yield stitch


@pytest.fixture
def account(sandbox: Any) -> StitchSandbox:
    return StitchSandbox(sandbox.url, sandbox.token, sandbox.logs_url, sandbox.client_id)


def made(account: StitchSandbox) -> dict[str, int]:
    found = account.requests()["operations"]
    return {name: count for name, count in found.items() if name.startswith("streams.")}


def behind(account: StitchSandbox, source: int, name: str, field: str | None, value: Any) -> None:
    """Change the selection as somebody else would."""
    entry = {"breadcrumb": ["properties", field] if field else [], "metadata": {"selected": value}}
    answer = httpx.put(
        f"{account.url}/v4/sources/{source}/streams/metadata",
        json={"streams": [{"tap_stream_id": name, "metadata": [entry]}]},
        headers={"Authorization": f"Bearer {account.token}"},
    )
    assert answer.status_code == 200


def many(account: StitchSandbox, count: int) -> list[str]:
    """Give Shopify so many selected streams."""
    names = [f"table_{number:03}" for number in range(count)]
    fields = {"id": {"metadata": {"inclusion": "automatic"}}}
    account.streams(SHOPIFY, [
        {"tap_stream_id": name, "stream_name": name, "metadata": {"selected": True},
         "fields": fields}
        for name in names
    ])  # fmt: skip
    return names


# Previews -----------------------------------------------------------------------------------------


async def test_a_preview_reads_the_schemas_of_selected_streams_alone(
    stitch: Stitch, account: StitchSandbox
) -> None:
    behind(account, HEROKU, "heroku-public-orders", None, False)
    before = made(account)
    seen = stitch.selection.preview("heroku")
    async with AsyncStitch(account.token, base_url=account.url) as other:
        assert await other.selection.preview(HEROKU) == seen
    calls = made(account)
    assert calls.pop("streams.update_metadata") == before.pop("streams.update_metadata")
    assert calls == {"streams.list": 2, "streams.schema": 6}
    told = {one.name: (one.replicates, len(one.replicating)) for one in seen.streams}
    assert told == {"customers": (True, 5), "orders": (False, 0), "order_items": (True, 4),
                    "customer_view": (True, 3)}  # fmt: skip
    location = next(f for one in seen.streams for f in one.fields if f.name == "location")
    assert (location.replicates, location.why) == (False, "unsupported")
    assert not seen.problems
    assert "3 of 4 streams will replicate" in str(seen)


def test_a_named_stream_is_read_though_it_is_not_selected(
    stitch: Stitch, account: StitchSandbox
) -> None:
    behind(account, HEROKU, "heroku-public-orders", None, False)
    (seen,) = stitch.selection.preview("heroku", ["public.orders"]).streams
    assert made(account)["streams.schema"] == 1
    assert not seen.replicates
    assert {one.name for one in seen.fields if one.chosen} >= {"id", "total"}
    assert {one.why for one in seen.fields} == {"stream_not_selected"}
    with pytest.raises(SelectionRefused, match="'orders'"):
        stitch.selection.preview("heroku", ["ordres"])
    with pytest.raises(InvalidArgument, match="list"):
        stitch.selection.preview("heroku", "orders")


def test_more_schemas_than_allowed_are_not_read(stitch: Stitch, account: StitchSandbox) -> None:
    with pytest.raises(InvalidArgument, match=r"4 schemas .* limit=3"):
        stitch.selection.preview("heroku", limit=3)
    assert made(account) == {"streams.list": 1}


def test_what_the_preview_says_is_what_a_job_loads(stitch: Stitch, account: StitchSandbox) -> None:
    stitch.selection.apply(stitch.selection.plan("heroku", {"orders": False, "customers": False}))
    job = stitch.jobs.start("heroku")
    account.advance(600)
    assert stitch.jobs.status(job).expected == len(stitch.selection.preview("heroku").replicating)


def test_a_stream_without_its_ids_costs_itself_alone(account: StitchSandbox) -> None:
    def spoil(raw: Any) -> Any:
        raw[1]["stream_id"] = raw[2]["tap_stream_id"] = None
        return raw

    with (
        httpx.Client(transport=Spoiling("/streams", spoil)) as http,
        Stitch(account.token, base_url=account.url, http_client=http) as stitch,
    ):
        seen = stitch.selection.preview("heroku")
    assert [one.name for one in seen.streams] == ["customers", "customer_view"]


# Plans --------------------------------------------------------------------------------------------


async def test_a_source_is_given_by_whatever_names_it(
    stitch: Stitch, account: StitchSandbox
) -> None:
    changes = {"orders": False}
    plan = stitch.selection.plan(HEROKU, changes)
    for source in ("heroku", "Heroku", stitch.sources.get(HEROKU)):
        assert stitch.selection.plan(source, changes) == plan
    async with AsyncStitch(account.token, base_url=account.url) as other:
        assert await other.selection.plan("heroku", changes) == plan
    with pytest.raises(UnknownSource):
        stitch.selection.plan("herokoo", changes)


def test_a_plan_reads_only_the_schemas_that_it_needs_and_sends_nothing(
    stitch: Stitch, account: StitchSandbox
) -> None:
    change = StreamChange(replication_method="INCREMENTAL", replication_key="updated_at")
    assert stitch.selection.plan("heroku", {"customers": change, "orders": False}).count == 3
    assert made(account) == {"streams.list": 1, "streams.schema": 1}


@pytest.mark.parametrize("source", ["google_analytics", "facebook_ads"])
def test_a_source_that_takes_no_selection_is_refused(stitch: Stitch, source: str) -> None:
    with pytest.raises(SelectionRefused) as caught:
        stitch.selection.plan(source, {})
    assert [one.reason for one in caught.value.refusals] == ["source_not_ready"]


def test_a_first_selection_completes_the_configuration(stitch: Stitch) -> None:
    names = [one.tap_stream_id for one in stitch.streams.list(GITHUB)]
    stitch.selection.apply(stitch.selection.plan(GITHUB, {names[0]: True}))
    assert stitch.health().counts["needs_setup"] == 1


# Applying -----------------------------------------------------------------------------------------


async def test_a_plan_is_applied_and_read_back_and_then_there_is_nothing_left(
    stitch: Stitch, account: StitchSandbox
) -> None:
    changes: dict[str, Any] = {
        "customers": {"replication_method": "INCREMENTAL", "replication_key": "updated_at"},
        "reporting.customer_view": {"selected": True, "view_key_properties": ["email"]},
        "heroku-public-orders": False,
    }
    plan = pickle.loads(pickle.dumps(stitch.selection.plan("heroku", changes)))
    async with AsyncStitch(account.token, base_url=account.url) as other:
        seen = await other.selection.apply(plan)
    told = {one.name: (one.replicates, one.replication_key) for one in seen.streams}
    assert told == {"customers": (True, "updated_at"), "customer_view": (True, None),
                    "orders": (False, None)}  # fmt: skip
    assert not seen.problems
    assert not stitch.selection.plan("heroku", changes)
    before = made(account)
    assert stitch.selection.apply(plan).streams == seen.streams
    assert made(account)["streams.update_metadata"] == before["streams.update_metadata"] == 1


def test_an_empty_plan_asks_nothing(stitch: Stitch, account: StitchSandbox) -> None:
    plan = stitch.selection.plan("heroku", {"orders": True})
    before = made(account)
    assert stitch.selection.apply(plan).streams == ()
    assert made(account) == before
    with pytest.raises(InvalidArgument):
        stitch.selection.apply({"orders": True})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stream", "field", "value"),
    [("customers", "name", False), ("customers", None, False), ("orders", "total", False)],
)
def test_a_selection_that_somebody_else_changed_is_noticed(
    stitch: Stitch, account: StitchSandbox, stream: str, field: str | None, value: bool
) -> None:
    method = StreamChange(replication_method="LOG_BASED")
    plan = stitch.selection.plan("heroku", {"customers": method, "orders": method})
    behind(account, HEROKU, f"heroku-public-{stream}", field, value)
    with pytest.raises(SelectionChanged, match="plan again") as caught:
        stitch.selection.apply(plan)
    assert [one.stream for one in caught.value.differences] == [f"heroku.public.{stream}"]
    assert made(account)["streams.update_metadata"] == 1
    assert pickle.loads(pickle.dumps(caught.value)).differences == caught.value.differences


def test_a_stream_that_is_gone_is_noticed(stitch: Stitch, account: StitchSandbox) -> None:
    names = many(account, 2)
    plan = stitch.selection.plan(SHOPIFY, {names[0]: False})
    account.streams(SHOPIFY, [])
    with pytest.raises(SelectionChanged, match="gone"):
        stitch.selection.apply(plan)


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [({"kind": "status", "status": 500}, False), ({"kind": "reset_after"}, True)],
)
async def test_what_was_sent_and_what_was_not_is_told_and_the_rest_can_follow(
    stitch: Stitch, account: StitchSandbox, fault: dict[str, Any], arrived: bool
) -> None:
    names = many(account, 250)
    changes = dict.fromkeys(names, False)
    async with AsyncStitch(account.token, base_url=account.url, max_retries=0) as other:
        plan = await other.selection.plan(SHOPIFY, changes)
        account.fault("streams.update_metadata", skip=1, **fault)
        with pytest.raises(SelectionUnfinished) as caught:
            await other.selection.apply(plan)
        error = pickle.loads(pickle.dumps(caught.value))
        assert (error.applied.count, error.failed.count, error.unsent.count) == (100, 100, 50)
        assert error.may_have_arrived
        assert [one.tap_stream_id for one in error.unsent.streams] == names[200:]
        gone = [one.tap_stream_id for one in stitch.streams.list(SHOPIFY) if not one.selected]
        assert gone == names[: 200 if arrived else 100]
        assert not (await other.selection.apply(plan)).replicating
    assert made(account)["streams.update_metadata"] == (3 if arrived else 4)


def test_a_batch_that_stitch_refuses_is_not_in_place(
    stitch: Stitch, account: StitchSandbox
) -> None:
    plan = stitch.selection.plan(SHOPIFY, {many(account, 1)[0]: False})
    account.fault("streams.update_metadata", "status", status=400)
    with pytest.raises(SelectionUnfinished, match="not in place") as caught:
        stitch.selection.apply(plan)
    assert not caught.value.may_have_arrived
    assert isinstance(caught.value.__cause__, BadRequest)


def test_what_cannot_be_read_back_is_told_as_sent(stitch: Stitch, account: StitchSandbox) -> None:
    plan = stitch.selection.plan("heroku", {"orders": False})
    account.fault("streams.list", "status", status=500, skip=1)
    with pytest.raises(SelectionNotConfirmed, match="was not read back") as caught:
        stitch.selection.apply(plan)
    assert caught.value.applied == plan
    assert isinstance(caught.value.__cause__, ServerError)


def test_what_reads_back_otherwise_is_told(account: StitchSandbox) -> None:
    lists: list[str] = []

    def meddle(operation: Any, request: Any) -> None:
        if operation.id == "streams.list":
            lists.append(operation.id)
        if len(lists) == 3:  # planned, checked, and now read back
            behind(account, HEROKU, "heroku-public-orders", None, True)

    with Stitch(account.token, base_url=account.url, before_send=meddle) as stitch:
        plan = stitch.selection.plan(HEROKU, {"orders": False})
        with pytest.raises(SelectionNotConfirmed, match="selected is True") as caught:
            stitch.selection.apply(plan)
    assert [one.setting for one in caught.value.differences] == ["selected"]


@pytest.fixture(scope="module")
def shared() -> Iterator[StitchSandbox]:
    """One account for all examples: each plants its own streams."""
    with running(token="sandbox-token", seed=7, time_scale=0) as found:
        yield StitchSandbox(found.url, found.token, found.logs_url, found.client_id)


@settings(max_examples=12, deadline=None, database=None)
@given(st.integers(0, 2**32), st.data())
def test_generated_catalogs_are_planned_applied_and_read_back(
    shared: StitchSandbox, seed: int, data: Any
) -> None:
    planted = catalog(Random(seed), 6, 8)
    shared.streams(SHOPIFY, planted)
    with Stitch(shared.token, base_url=shared.url, strict=True) as stitch:
        seen = stitch.selection.preview(SHOPIFY)
        told = {(s.tap_stream_id, f.name) for s in seen.streams for f in s.replicating}
        assert told == set(replicating(planted))
        for one in planted:
            wanted = data.draw(st.booleans(), one["tap_stream_id"])
            check(stitch, one["tap_stream_id"], wanted)


def check(stitch: Stitch, name: str, wanted: bool) -> None:
    """Ask for a stream, with all fields that can be had; what is not refused is then so."""
    change: Json = {"selected": wanted, "fields": {"*": True} if wanted else {}}
    try:
        plan = stitch.selection.plan(SHOPIFY, {name: change})
    except SelectionRefused:
        return
    stitch.selection.apply(plan)
    (seen,) = stitch.selection.preview(SHOPIFY, [name]).streams
    assert seen.replicates is wanted
    assert all(one.replicates is wanted for one in seen.fields if one.inclusion == "available")
    assert not wanted or not seen.problems
    assert stitch.selection.plan(SHOPIFY, {name: change}) == SelectionPlan(SHOPIFY)


# Many calls ---------------------------------------------------------------------------------------


def asking(call: Callable[[int], Any]) -> Any:
    return (yield Many(range(40), call, lambda item, answer: (item, answer), 4))


async def test_calls_are_made_a_few_at_a_time_and_answered_in_order() -> None:
    under_way: list[int] = []
    most = 0

    async def call(item: int) -> int:
        nonlocal most
        under_way.append(item)
        most = max(most, len(under_way))
        await anyio.sleep(0.001 * (item % 3))
        under_way.remove(item)
        return item * item

    assert await adrive(asking(call)) == [(item, item * item) for item in range(40)]
    assert most == 4
    assert drive(asking(abs)) == [(item, item) for item in range(40)]


async def test_the_first_failure_ends_the_calls_and_is_raised_as_it_is() -> None:
    begun: list[int] = []

    async def call(item: int) -> int:
        begun.append(item)
        await anyio.sleep(0)
        if item == 5:
            raise ServerError("down", status=500)
        return item

    with pytest.raises(ServerError, match="down"):
        await adrive(asking(call))
    assert len(begun) < 12
