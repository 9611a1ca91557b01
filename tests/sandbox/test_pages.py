"""Pages of a hundred rows, their order, their links, and what stands in them."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import SOURCE, Account

ROW = {"client_id": 116078, "sequence": 1, "action": "upsert", "key_names": ["id"]}
TOKEN = {"Authorization": "Bearer at_sandbox-import-token"}
LOADS = "/v4/116078/loads"
DAY = 86400


def pushed(account: Account, *tables: str) -> None:
    rows = [{**ROW, "table_name": one, "data": {"id": 1}} for one in tables]
    assert account("POST", "/v2/import/push", rows, headers=TOKEN).status_code == 201
    account.advance(61)


def names(page: Any) -> list[str]:
    return [row["stream_name"] for row in page["data"]]


def test_three_pages_are_linked_both_ways_and_hold_each_row_once(account: Account) -> None:
    pushed(account, *(f"m_{number:03}" for number in range(230)))
    total = account("GET", LOADS).json()["total"]
    found, path, links = [], LOADS, []
    while path:
        page = account("GET", path).json()
        found += names(page)
        links.append(page["links"])
        path = page["links"].get("next")
    assert found == sorted(found)
    assert len(found) == total > 230
    assert links == [
        {"next": f"{LOADS}?page=2"},
        {"next": f"{LOADS}?page=3", "previous": f"{LOADS}?page=1"},
        {"previous": f"{LOADS}?page=2"},
    ]
    assert account("GET", f"{LOADS}?page=9").json()["data"] == []


def test_one_page_has_no_links_and_extractions_go_by_source(account: Account) -> None:
    page = account("GET", "/v4/116078/extractions").json()
    ids = [row["source_id"] for row in page["data"]]
    assert (ids, page["links"], page["page"]) == (sorted(set(ids)), {}, 1)
    assert page["total"] == len(ids)
    assert {120648, 120653} <= set(ids), "paused and deleted sources too"


def test_rows_shift_between_two_pages_when_one_comes_in(account: Account) -> None:
    pushed(account, *(f"m_{number:03}" for number in range(150)))
    first = names(account("GET", LOADS).json())
    pushed(account, "aaa")
    second = names(account("GET", f"{LOADS}?page=2").json())
    assert first[-1] == second[0], "the last row of the first page is the first of the second now"


@pytest.mark.parametrize("days", [59, 61])
def test_what_is_older_than_sixty_days_is_not_shown(account: Account, days: int) -> None:
    account("DELETE", "/v4/destinations/155582")  # so that nothing new is loaded
    account.advance(days * DAY)
    shown = [
        account("GET", f"/v4/116078/{one}").json()["total"] for one in ("loads", "extractions")
    ]
    assert [bool(one) for one in shown] == [days < 60] * 2


def test_a_log_is_kept_as_long_as_the_plan_says(account: Account) -> None:
    job = account.start()
    account.advance(200)
    account("PUT", f"/v4/sources/{SOURCE}", {"paused_at": "2026-01-01T00:00:00Z"})
    path = f"/v4/116078/extractions/{job}"
    statuses: dict[int, dict[str, int]] = {}
    for days, plan in (
        (0, "trial"),
        (2, "trial"),
        (2, "standard"),
        (8, "standard"),
        (8, "premium"),
    ):
        account.advance(days * DAY if not statuses.get(days) else 0)
        account("POST", "/_sandbox/accounts", {"client_id": 116078, "plan": plan})
        statuses.setdefault(days, {})[plan] = account("GET", path).status_code
    assert statuses == {
        0: {"trial": 302},
        2: {"trial": 404, "standard": 302},
        8: {"standard": 404, "premium": 302},
    }
