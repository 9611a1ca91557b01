"""People name a source as they know it, and need not know the account's id."""

import pickle
from typing import Any

import httpx
import pytest
from stitch_connect import AsyncStitch, Stitch
from stitch_connect.errors import (
    AmbiguousSource,
    ConfigurationError,
    InvalidArgument,
    NotFound,
    UnknownSource,
)


@pytest.fixture
def stitch(sandbox: Any) -> Any:
    with Stitch(sandbox.token, base_url=sandbox.url, strict=True) as stitch:
        yield stitch


def made(sandbox: Any, operation: str) -> int:
    found: int = (
        httpx.get(f"{sandbox.url}/_sandbox/requests").json()["operations"].get(operation, 0)
    )
    return found


def new(stitch: Stitch, display_name: str) -> Any:
    return stitch.sources.create(type="platform.hubspot", display_name=display_name, properties={})


@pytest.mark.parametrize("given", [120643, "heroku", "Heroku"])
async def test_by_id_name_or_display_name(stitch: Stitch, sandbox: Any, given: int | str) -> None:
    assert stitch.find_source(given).id == 120643
    async with AsyncStitch(sandbox.token, base_url=sandbox.url) as other:
        assert (await other.find_source(given)).id == 120643


def test_a_job_is_started_by_whatever_names_the_source(stitch: Stitch) -> None:
    for source in (120643, "shopify_eu", stitch.sources.get(120654)):
        handle = stitch.jobs.start(source)
        assert handle.source_id in (120643, 120644, 120654)


def test_an_unknown_name_lists_those_that_resemble_it(stitch: Stitch) -> None:
    with pytest.raises(UnknownSource) as caught:
        stitch.find_source("herokoo")
    assert "heroku" in {name.lower() for name in caught.value.near}
    assert "did you mean 'heroku'" in str(caught.value).lower()
    assert pickle.loads(pickle.dumps(caught.value)).near == caught.value.near
    with pytest.raises(UnknownSource, match=r"^no source is named ''$"):
        stitch.find_source("")


def test_an_ambiguous_name_lists_the_candidates(stitch: Stitch) -> None:
    first = new(stitch, "Twin One")
    second = new(stitch, "Twin Two")
    for source in (first, second):
        stitch.sources.update(source.id, display_name="Twin")
    with pytest.raises(AmbiguousSource) as caught:
        stitch.find_source("Twin")
    assert {one[0] for one in caught.value.candidates} == {first.id, second.id}
    assert str(caught.value).endswith(f"give the id: {first.id}, {second.id}")
    assert stitch.find_source(second.name).id == second.id
    stitch.sources.delete(first.id)
    assert stitch.find_source("Twin").id == second.id


@pytest.mark.parametrize("given", [True, None, 1.5, [120643]])
def test_what_names_no_source_is_refused_before_anything_is_sent(
    stitch: Stitch, sandbox: Any, given: Any
) -> None:
    with pytest.raises(InvalidArgument, match="by its id, its name"):
        stitch.jobs.start(given)
    assert made(sandbox, "replication_jobs.start") == 0


def test_an_id_that_nobody_has(stitch: Stitch) -> None:
    with pytest.raises(NotFound):
        stitch.find_source(999)


def test_the_accounts_id_is_given_or_found_once(stitch: Stitch, sandbox: Any) -> None:
    assert [stitch.find_client_id(), stitch.find_client_id()] == [116078, 116078]
    assert made(sandbox, "sources.list") == 1
    with Stitch(sandbox.token, base_url=sandbox.url, client_id=5) as other:
        assert other.find_client_id() == 5


async def test_the_accounts_id_of_one_without_sources(sandbox: Any) -> None:
    with Stitch("none", base_url=sandbox.url) as nobody:
        account = nobody.accounts.create(
            partner_id="oc_sandbox-partner", partner_secret="oc_sandbox-secret",
            email="new@example.com", company="New", first_name="N", last_name="N",
        )  # fmt: skip
    async with AsyncStitch(account.access_token, base_url=sandbox.url) as stitch:
        with pytest.raises(ConfigurationError, match="STITCH_CONNECT_CLIENT_ID"):
            await stitch.find_client_id()
        await stitch.custom_emails.create(email_address="a@example.com")
        assert await stitch.find_client_id() == account.stitch_account_id
