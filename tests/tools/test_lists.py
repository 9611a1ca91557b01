"""Lists: every row once, as many as fit, cursors that tell nothing, the age of what is old."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import httpx
import pytest
from mcp import Client
from stitch_connect_mcp.weight import weight, weight_of

from .account import Account, call, text

MANY = 120
CHEAP = 36  # 40 tokens, by an estimate that is within a tenth


@pytest.fixture
def large(account: Account) -> Account:
    more = {"sources": MANY, "streams": 2}
    httpx.post(f"{account.url}/_sandbox/seed", json=more, timeout=60).raise_for_status()
    return account


async def walk(client: Client, tool: str, rows: str, **arguments: Any) -> list[list[Any]]:
    """The pages of a list."""
    pages, cursor = [], None
    for _ in range(100):
        given = {**arguments, **({"cursor": cursor} if cursor else {})}
        found = (await call(client, tool, **given)).structured_content
        pages.append(found[rows])
        cursor = found.get("next")
        if cursor is None:
            return pages
    raise AssertionError("the list does not end")


def plain(row: Any) -> str:
    """A row without the markers, which are others in each answer."""
    return re.sub(r"<<\w{8}: | :\w{8}>>", "", json.dumps(row))


LISTS: list[tuple[str, str, dict[str, Any], int | None]] = [
    ("list_sources", "sources", {}, 13 + MANY),
    ("list_sources", "sources", {"search": "bulk"}, MANY),
    ("list_sources", "sources", {"state": "paused"}, 1),
    ("list_extractions", "extractions", {"state": "failed"}, 3),
    ("list_extractions", "extractions", {"source": "bulk_120710"}, 1),
    ("list_loads", "loads", {"source": "bulk_120710"}, 2),
    ("list_streams", "streams", {"source": "heroku"}, 4),
    ("list_streams", "streams", {"source": "bulk_120710", "selected": True}, 2),
    ("get_stream", "fields", {"source": "heroku", "stream": "orders"}, 6),
    ("get_stream", "fields", {"source": "heroku", "stream": "orders", "replicates": False}, 0),
    ("list_connection_types", "types", {}, None),
    ("list_connection_types", "types", {"kind": "destination"}, 11),
    ("get_connection_type", "settings", {"name": "platform.hp-mysql"}, None),
    ("list_destinations", "destinations", {}, 1),
    ("list_notifications", "notifications", {}, 3),
    ("list_notifications", "notifications", {"kind": "email", "enabled": True}, 1),
    ("list_import_tokens", "tokens", {"source": "import_api"}, 1),
]


async def test_walking_a_list_gives_every_row_once(large: Account) -> None:
    async with Client(large.server()) as client:
        for tool, rows, given, count in LISTS:
            small = await walk(client, tool, rows, limit=30, **given)
            wide = await walk(client, tool, rows, limit=200, **given)
            assert all(len(page) <= 30 for page in small)
            found = [plain(row) for page in small for row in page]
            assert found == [plain(row) for page in wide for row in page]
            assert len(set(found)) == len(found)
            assert count in (None, len(found)), tool
            assert len(found) > 20 or count is not None


async def test_a_page_that_would_be_too_large_is_cut_and_says_so(large: Account) -> None:
    async with Client(large.server()) as client:
        result = await call(client, "list_extractions", limit=200)
    assert "narrow with the filters" in result.structured_content["note"]
    assert len(result.structured_content["extractions"]) < 200
    assert 4000 < weight_of(result.structured_content) < 7000
    assert weight(text(result)) < 7000


async def test_rows_that_come_or_go_neither_repeat_nor_hide_another(large: Account) -> None:
    async with Client(large.server()) as client:
        first = (await call(client, "list_sources", limit=50)).structured_content
        gone = first["sources"][10]["id"]
        large.store.sources.drop(gone)
        second = (
            await call(client, "list_sources", limit=50, cursor=first["next"])
        ).structured_content
    assert second["sources"][0]["id"] == first["sources"][-1]["id"] + 1


async def test_a_cursor_is_of_one_list_and_its_filters_and_holds_nothing_of_the_account(
    large: Account,
) -> None:
    async with Client(large.server()) as client:
        cursor = (await call(client, "list_sources", limit=5)).structured_content["next"]
        for tool, given in (
            ("list_sources", {"search": "a"}),
            ("list_extractions", {}),
            ("list_sources", {"cursor": cursor[:-4]}),
            ("list_sources", {"cursor": "!!!"}),
            ("list_sources", {"cursor": base64.b64encode(b"-5.x.y").decode()}),
        ):
            result = await client.call_tool(tool, {"cursor": cursor, **given})
            assert result.is_error
            assert "call without it to begin anew" in text(result)
    plain = base64.urlsafe_b64decode(cursor + "==").decode()
    assert not any(known in plain for known in ("1206", "heroku", "116078", "shopify"))


async def test_what_the_budget_counts_is_told_with_its_age_and_never_waited_for(
    account: Account,
) -> None:
    async with Client(account.server()) as client, account.stitch() as other:
        first = await call(client, "list_extractions")
        listed = len(first.structured_content["extractions"])
        assert first.structured_content["freshness"] == "data is 0 s old, next refresh in 20 s"
        again = await call(client, "list_extractions", state="failed")
        assert "next refresh in" in again.structured_content["freshness"]
        assert account.calls("extractions.list") == 1
        for _ in range(29):
            await other.extractions.list(116078).first_page()
        account.clock.sleep(0)
        kept = await call(client, "list_extractions")
        assert len(kept.structured_content["extractions"]) == listed
        refused = await client.call_tool("list_loads", {})
    assert refused.is_error
    assert "budget is used up; call again in" in text(refused)
    assert account.calls("loads.list") == 0


async def test_an_overview_that_is_kept_tells_what_is_left_of_the_budget_now(
    account: Account,
) -> None:
    async with Client(account.server()) as client, account.stitch() as other:
        await call(client, "account_overview")
        for _ in range(5):
            await other.extractions.list(116078).first_page()
        kept = await call(client, "account_overview")
    assert account.calls("loads.list") == 1
    assert kept.structured_content["budget"].startswith("23 of 30")


async def test_an_overview_after_a_change_is_new(account: Account) -> None:
    async with Client(account.server()) as client:
        before = await call(client, "account_overview")
        await call(client, "pause_source", source="heroku")
        after = await call(client, "account_overview")
    assert before.structured_content["sources"]["paused"] == 1
    assert after.structured_content["sources"]["paused"] == 2


async def test_a_list_of_sources_costs_little(large: Account) -> None:
    async with Client(large.server()) as client:
        one = await call(client, "list_sources", limit=1)
        many = await call(client, "list_sources", limit=101)
    assert (weight(text(many)) - weight(text(one))) / 100 <= CHEAP
    assert (weight_of(many.structured_content) - weight_of(one.structured_content)) / 100 <= CHEAP
