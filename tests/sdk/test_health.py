"""How the account is doing: one state for each source, from as few requests as possible."""

from typing import Any

import httpx
import pytest
from stitch_connect import AccountHealth, AsyncStitch, Stitch

EXPECTED = {
    "heroku": ("ok", "Its last extraction succeeded."),
    "shopify_eu": ("ok", "Its last extraction succeeded."),
    "hubspot": ("failing", "The extraction failed in tap with exit status 1."),
    "billing_mysql": ("failing", "The extraction failed in discovery with exit status 1."),
    "stripe": ("failing", "The extraction failed in target with exit status 1."),
    "zendesk": ("paused", "It was paused by a user."),
    "recurly": ("failing", "A stream cannot be loaded."),
    "toggl": ("system_paused", "Stitch paused it."),
    "google_analytics": ("needs_setup", "Its configuration waits for the step oauth."),
    "import_api": ("never_ran", "No job of it has completed within 60 days."),
    "facebook_ads": ("deleted", "It was deleted."),
    "orders_postgres": ("never_ran", "No job of it has completed within 60 days."),
    "github": ("needs_setup", "Its configuration waits for the step field_selection."),
}
JOBS = ("extractions.list", "loads.list", "extractions.logs")


@pytest.fixture
def stitch(sandbox: Any) -> Any:
    with Stitch(sandbox.token, base_url=sandbox.url, strict=True) as stitch:
        yield stitch


def requests(sandbox: Any) -> dict[str, int]:
    found: dict[str, int] = httpx.get(f"{sandbox.url}/_sandbox/requests").json()["operations"]
    return found


def states(seen: AccountHealth) -> dict[str, tuple[str, str]]:
    return {source.name: (source.state, source.reason) for source in seen.sources}


def test_every_source_of_the_account_is_judged_with_few_requests(
    sandbox: Any, stitch: Stitch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = stitch.health()
    made = requests(sandbox)
    with capsys.disabled():
        print(f"\nhealth() of {len(seen.sources)} sources: {sum(made.values())} requests {made}")
    assert states(seen) == EXPECTED
    assert sum(made.values()) <= 6
    assert seen.counts == {
        "ok": 2, "failing": 4, "paused": 1, "system_paused": 1, "needs_setup": 2,
        "never_ran": 2, "deleted": 1,
    }  # fmt: skip
    assert seen.client_id == sandbox.client_id
    assert [(one.id, one.paused) for one in seen.destinations] == [(155582, False)]
    assert seen.budget_left == 28


async def test_async_says_the_same(sandbox: Any, stitch: Stitch) -> None:
    async with AsyncStitch(sandbox.token, base_url=sandbox.url, strict=True) as other:
        assert (await other.health()).sources == stitch.health().sources


def test_times_and_messages_are_stitchs_own(stitch: Stitch) -> None:
    seen = {source.name: source for source in stitch.health().sources}
    hubspot, heroku, recurly = seen["hubspot"], seen["heroku"], seen["recurly"]
    extractions = {row.source_id: row for row in stitch.extractions.list(116078)}
    assert hubspot.since == hubspot.last_extraction == extractions[hubspot.id].completion_time
    assert hubspot.message == extractions[hubspot.id].tap_description
    assert heroku.message is None
    schedule = stitch.sources.get(heroku.id).schedule
    assert schedule
    assert heroku.next_run == schedule.next_fire_time
    loads = [row for row in stitch.loads.list(116078) if row.source_name == "heroku"]
    assert heroku.last_load == max(
        row.last_batch_loaded_at for row in loads if row.last_batch_loaded_at
    )
    assert [one.stream for one in recurly.failures] == ["accounts"]
    assert recurly.failures[0].error == "LOADER_WAREHOUSE_ERROR"
    assert seen["google_analytics"].step == "oauth"


def test_a_job_that_was_started_here_runs_until_it_is_listed(sandbox: Any, stitch: Stitch) -> None:
    job = stitch.jobs.start("orders_postgres")
    running = states(stitch.health())["orders_postgres"]
    httpx.post(f"{sandbox.url}/_sandbox/advance", json={"seconds": 400})
    assert running == ("running", "A replication job of it is running.")
    assert states(stitch.health())["orders_postgres"][0] == "ok"
    assert stitch.jobs.status(job).succeeded


def test_what_changes_in_the_account_changes_its_health(stitch: Stitch) -> None:
    stitch.sources.pause(120643)
    stitch.sources.delete(120644)
    stitch.sources.unpause(120648)
    seen = states(stitch.health())
    assert [seen[name][0] for name in ("heroku", "shopify_eu", "zendesk")] == [
        "paused", "deleted", "ok",
    ]  # fmt: skip


def test_an_account_without_anything_says_how_to_name_it(sandbox: Any) -> None:
    with Stitch(base_url=sandbox.url, strict=True, token="none") as nobody:
        made = nobody.accounts.create(
            partner_id="oc_sandbox-partner", partner_secret="oc_sandbox-secret",
            email="new@example.com", company="New", first_name="N", last_name="N",
        )  # fmt: skip
    with Stitch(made.access_token, base_url=sandbox.url, strict=True) as stitch:
        assert stitch.sources.list() == []
        with pytest.raises(Exception, match="STITCH_CONNECT_CLIENT_ID"):
            stitch.health()
    with Stitch(
        made.access_token, base_url=sandbox.url, client_id=made.stitch_account_id
    ) as stitch:
        assert stitch.health().sources == ()
