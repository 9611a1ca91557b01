"""Every tool through the official client, in both eras: what it tells, and what it does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import ElicitResult
from stitch_connect_mcp.tools import TOOLS
from stitch_connect_mcp.weight import weight, weight_of
from stitch_connect_sandbox.handlers.accounts import PARTNER_ID, PARTNER_SECRET

from .account import Account, call, text

ERAS = ("auto", "legacy")
JOB = "116078.120643.after.none"
READS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("account_overview", {}),
    ("list_sources", {}),
    ("list_sources", {"detail": "full"}),
    ("get_source", {"source": "heroku"}),
    ("get_source", {"source": 120643, "detail": "full"}),
    ("check_connection", {"source": "billing_mysql"}),
    ("get_job", {"job": JOB}),
    ("list_extractions", {}),
    ("read_extraction_log", {"source": "hubspot"}),
    ("list_loads", {}),
    ("list_streams", {"source": "heroku"}),
    ("list_streams", {"source": "heroku", "detail": "full"}),
    ("get_stream", {"source": "heroku", "stream": "orders"}),
    ("list_connection_types", {}),
    ("list_connection_types", {"kind": "destination", "search": "post"}),
    ("get_connection_type", {"name": "platform.hp-postgres"}),
    ("get_connection_type", {"name": "s3", "kind": "destination"}),
    ("list_destinations", {}),
    ("list_destinations", {"detail": "full"}),
    ("list_notifications", {}),
    ("list_import_tokens", {"source": "import_api"}),
)


def leaves(value: Any) -> Iterator[Any]:
    """Every value in a structured content."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def test_every_reading_tool_is_read_here() -> None:
    reading = {spec.name for spec in TOOLS if spec.operation.risk.level == "read"}
    assert reading == {tool for tool, _ in READS}


@pytest.mark.parametrize("era", ERAS)
async def test_text_and_structure_say_the_same_and_each_is_small(
    account: Account, era: Any
) -> None:
    async with Client(account.server(), mode=era) as client:
        for tool, given in READS:
            result = await call(client, tool, **given)
            told, data = text(result), result.structured_content
            assert data
            for leaf in leaves(data):
                shown = {True: "yes", False: "no"}.get(leaf) if isinstance(leaf, bool) else leaf
                assert str(shown) in told, (tool, leaf)
            assert max(weight(told), weight_of(data)) <= 7000, tool


@pytest.mark.parametrize("era", ERAS)
async def test_what_the_account_holds_is_told(account: Account, era: Any) -> None:
    async with Client(account.server(), mode=era) as client:
        data = [(await call(client, tool, **given)).structured_content for tool, given in READS]
    overview, sources, _, heroku, full, check, job, extractions, log, loads = data[:10]
    assert overview["account"] == 116078
    assert {one["name"]: one["state"] for one in overview["attention"]}["hubspot"] == "failing"
    assert len(sources["sources"]) == 13
    assert heroku["schedule"] == "Every hour"
    assert "frequency_in_minutes" in {row["name"] for row in full["properties"]}
    assert (check["status"], check["failed_phase"]) == ("failed", "discovery")
    assert "password authentication failed" in check["message"]
    assert "host, port" in check["advice"]
    assert job["ended"] is True
    states = {row["source_id"]: row["state"] for row in extractions["extractions"]}
    assert (states[120643], states[120645], states[120650]) == ("succeeded", "failed", "terminated")
    assert "CRITICAL 401" in log["log"]
    failed = [row for row in loads["loads"] if row["state"] == "failed"]
    assert [(row["source"], bool(row["message"])) for row in failed] == [("recurly", True)]
    streams, _, orders = data[10:13]
    assert [row["name"].split(".")[-1] for row in streams["streams"]][:2] == ["customers", "orders"]
    assert {row["why"] for row in orders["fields"]} == {"automatic", "selected"}
    postgres, s3 = data[15], data[16]
    named = {row["name"]: row for row in postgres["settings"]}
    assert named["password"]["credential"] is True
    assert named["dbname"]["required"] is True
    assert s3["steps"] == ["form", "fully_configured"]
    assert {row["to"] for row in data[19]["notifications"]} >= {
        "data@sandbox.example",
        "https://hooks.example.com/…",
    }


async def test_a_log_is_searched_by_text_and_by_part(account: Account) -> None:
    async with Client(account.server()) as client:
        found = (
            await call(client, "read_extraction_log", source="hubspot", part="tap")
        ).structured_content
        assert found["shown"] == found["matching"] == 2 < found["of"]
        found = (
            await call(client, "read_extraction_log", source="hubspot", tail=1)
        ).structured_content
        assert "Exit status is" in found["log"]
        assert "left out" in found["note"]
        found = (
            await call(client, "read_extraction_log", source="hubspot", search="critical")
        ).structured_content
        assert found["matching"] == 1
        for wrong, said in (
            ({}, "either the source"),
            ({"source": 120643, "job": JOB}, "either the source"),
            ({"source": "import_api"}, "no extraction of source 120652"),
            ({"job": "116078.120643.sync.nope"}, "Not found"),
        ):
            result = await client.call_tool("read_extraction_log", wrong)
            assert result.is_error
            assert said in text(result)


@pytest.mark.parametrize("era", ERAS)
async def test_what_needs_no_question_is_done_at_once(account: Account, era: Any) -> None:
    store = account.store
    async with Client(account.server(), mode=era) as client:
        started = await call(client, "start_job", source="heroku")
        job = started.structured_content["job"]
        assert (await call(client, "get_job", job=job)).structured_content["state"] == "running"
        await call(client, "stop_job", source="heroku")
        await call(client, "pause_source", source="heroku")
        assert store.sources[120643].paused_at
        await call(client, "resume_source", source="heroku")
        assert store.sources[120643].paused_at is None
        await call(client, "set_notification", kind="email", notification=41, enabled=False)
        assert store.emails[41].disabled_at
        await call(client, "set_notification", kind="hook", notification=8, enabled=False)
        assert store.hooks[8].disabled_at
        given = {"source": 120643, "display_name": "Shop", "every_minutes": 360}
        preview = await call(client, "update_source", **given, dry_run=True)
        assert preview.structured_content["status"] == "preview"
        assert account.calls("sources.update") == 0
        done = await call(client, "update_source", **given)
    assert done.structured_content["status"] == "done"
    assert store.sources[120643].display_name == "Shop"
    assert store.sources[120643].properties["frequency_in_minutes"] == "360"
    assert account.calls("replication_jobs.stop") == 1


QUESTIONS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("delete_source", {"source": "heroku"}, "Delete source 120643", "sources.delete"),
    ("delete_source", {"source": "import_api"}, "with 1 active import token.", "sources.delete"),
    ("delete_destination", {"destination": 155582}, "Delete destination", "destinations.delete"),
    ("delete_notification", {"kind": "email", "notification": 41}, "41", "custom_emails.delete"),
    ("delete_notification", {"kind": "hook", "notification": 8}, "(hook)", "hooks.delete"),
    ("create_notification", {"to": "new@sandbox.example"}, "new@", "custom_emails.create"),
    (
        "create_notification",
        {"to": "https://new.example/x", "destination": 155582},
        "«https://new.example/…»",
        "hooks.create",
    ),
    (
        "revoke_import_token",
        {"source": "import_api", "token_id": 90417722},
        "Revoke import token 90417722 of source 120652",
        "import_api_tokens.revoke",
    ),
    (
        "update_source",
        {"source": "billing_mysql", "properties": {"host": "db.example.net"}},
        "«host» none → «db.example.net».",
        "sources.update",
    ),
    (
        "select_streams",
        {"source": "heroku", "changes": {"orders": False}},
        "1 stream dropped. Name «heroku»; «heroku.public.orders» selected yes → no",
        "streams.update_metadata",
    ),
    (
        "select_streams",
        {"source": "hubspot", "changes": {"campaigns": {"fields": {"appName": False}}}},
        "1 field dropped",
        "streams.update_metadata",
    ),
    (
        "select_streams",
        {
            "source": "heroku",
            "changes": {
                "orders": {"replication_method": "INCREMENTAL", "replication_key": "updated_at"}
            },
        },
        "replication-method «FULL_TABLE» → «INCREMENTAL»",
        "streams.update_metadata",
    ),
    (
        "create_account",
        {"email": "a@b.example", "first_name": "A", "last_name": "B", "company": "C"},
        "mail «a@b.example»",
        "accounts.create",
    ),
)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("tool", "given", "asked", "operation"), QUESTIONS)
async def test_what_needs_a_question_asks_it_and_then_acts_once(
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    era: Any,
    tool: str,
    given: dict[str, Any],
    asked: str,
    operation: str,
) -> None:
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(tmp_path))
    questions = []

    async def answer(context: Any, question: Any) -> ElicitResult:
        questions.append(question.message)
        title = question.requested_schema["properties"]["name"]["title"]
        typed = title.removeprefix("Type ").removesuffix(" to confirm")
        return ElicitResult(action="accept", content={"name": typed})

    person: Any = answer
    server = account.server(partner_id=PARTNER_ID, partner_secret=PARTNER_SECRET)
    async with Client(server, mode=era, elicitation_callback=person) as client:
        preview = await call(client, tool, **given, dry_run=True)
        assert asked in text(preview)
        assert account.calls(operation) == 0
        done = await call(client, tool, **given)
    assert [asked in one for one in questions] == [True]
    assert done.structured_content["status"] == "done"
    assert account.calls(operation) == 1


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ({"to": "new@sandbox.example"}, "new@sandbox.example"),
        ({"to": "https://new.example/secret", "destination": 155582}, "new.example"),
    ],
)
async def test_a_person_types_the_address_that_is_new(
    account: Account, given: dict[str, Any], typed: str
) -> None:
    titles = []

    async def answer(context: Any, question: Any) -> ElicitResult:
        titles.append(question.requested_schema["properties"]["name"]["title"])
        return ElicitResult(action="decline")

    person: Any = answer
    async with Client(account.server(), elicitation_callback=person) as client:
        await client.call_tool("create_notification", given)
    assert titles == [f"Type {typed} to confirm"]


async def test_only_what_stitch_checks_is_said_to_be_checked(account: Account) -> None:
    async with Client(account.server()) as client:
        label = await call(client, "update_source", source="heroku", display_name="x")
        hourly = await call(client, "update_source", source="heroku", every_minutes=60)
    assert "check" not in text(label)
    assert "check_connection" in text(hourly)


async def test_streams_are_added_without_a_question_and_read_back(account: Account) -> None:
    stream = next(one for one in account.store.streams if one.name == "orders")
    account.store.streams.change(stream, metadata={**stream.metadata, "selected": False})
    async with Client(account.server()) as client:
        done = await call(client, "select_streams", source="heroku", changes={"orders": True})
        listed = await call(client, "list_streams", source="heroku", search="orders")
    assert "1 change in 1 stream made, and read back" in text(done)
    assert listed.structured_content["streams"][0]["selected"] is True


async def test_tokens_of_partners_are_kept_in_a_file_and_the_model_gets_a_reference(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(tmp_path))
    async with Client(account.server()) as client:
        first = await call(client, "create_session")
        second = await call(client, "create_session")
    files = sorted((tmp_path / "tokens").iterdir())
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600", "0o600"]
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o700
    for result, file in zip((first, second), files, strict=True):
        assert f"file:{file}" in text(result)
        assert file.read_text().strip() not in text(result)


async def test_a_token_that_cannot_be_kept_is_not_asked_for(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tokens").write_text("a file, no folder")
    monkeypatch.setenv("STITCH_CONNECT_STATE", str(tmp_path))
    async with Client(account.server()) as client:
        result = await client.call_tool("create_session", {})
        account_result = await client.call_tool(
            "create_account",
            {"email": "a@b.example", "first_name": "A", "last_name": "B", "company": "C"},
        )
    assert result.is_error
    assert "cannot be kept" in text(result)
    assert account.calls("sessions.create") == 0
    assert "STITCH_CONNECT_PARTNER_ID" in text(account_result)


REFUSALS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("create_notification", {"to": "data@sandbox.example"}, "notification 41 already"),
    ("create_notification", {"to": "http://x.example", "destination": 155582}, "https"),
    ("create_notification", {"to": "https://[x", "destination": 155582}, "https"),
    ("create_notification", {"to": "https://x.example"}, "needs a destination"),
    *(
        ("create_notification", {"to": to, "destination": 155582}, "plain https address")
        for to in (
            "https://evil.example\\@good.example/",  # whose host each reader finds elsewhere
            "https://good.example@evil.example/",
            "https://evil.ex\tample/",
            "https://g\u043e\u043ed.example/",  # two Cyrillic letters
        )
    ),
    ("create_notification", {"to": f"a@b.example.{'c' * 60}.evil.example"}, "address whole"),
    ("create_notification", {"to": "g\u043e@sandbox.example"}, "address whole"),
    ("create_notification", {"to": "a`b@sandbox.example"}, "address whole"),
    (
        "create_notification",
        {"to": f"https://good.example.{'c' * 60}.evil.example/", "destination": 155582},
        "address whole",
    ),
    ("delete_notification", {"kind": "hook", "notification": 41}, "No hook notification"),
    ("delete_destination", {"destination": 1}, "list_destinations names them"),
    ("revoke_import_token", {"source": "import_api", "token_id": 5}, "no active token"),
    ("update_source", {"source": 120643}, "nothing to change"),
    ("update_source", {"source": 120643, "every_minutes": 7}, "every_minutes: Stitch has no 7"),
    ("update_source", {"source": 120643, "cron": "0 0"}, "cron: it has 2 fields"),
    ("update_source", {"source": 120643, "cron": "0 0 6 * * *"}, "day"),
    ("update_source", {"source": 120643, "anchor": "2026-01-01"}, "every_minutes, with an anchor"),
    ("update_source", {"source": 120646, "properties": {"password": "x"}}, "leave out password"),
    ("update_source", {"source": 120643, "properties": {"cron_expression": "x"}}, "every_minutes"),
    ("update_source", {"source": 120653, "display_name": "x"}, "deleted"),
    ("start_job", {"source": 120653}, "Integration is deleted"),
    ("get_connection_type", {"name": "platform.nothing"}, "Not found"),
    ("get_source", {"source": "120643"}, "without quotes"),
    ("select_streams", {"source": "heroku", "changes": {"ordrs": True}}, "such as 'orders'"),
    ("select_streams", {"source": "heroku", "changes": {"orders": True}}, "already"),
    ("select_streams", {"source": "github", "changes": {"issues": {"selectd": True}}},
     'in "changes": unknown argument "selectd"; did you mean "selected"?'),
    ("select_streams", {"source": "heroku", "changes": {"orders": {"fields": {"id": False}}}},
     "Nothing was sent to Stitch. 'heroku.public.orders', field 'id': it is automatic"),
    ("get_stream", {"source": "heroku", "stream": "order"}, "'orders'"),
)  # fmt: skip


@pytest.mark.parametrize(("tool", "given", "said"), REFUSALS)
async def test_what_makes_no_sense_is_refused_before_anybody_is_asked(
    account: Account, tool: str, given: dict[str, Any], said: str
) -> None:
    async def answer(context: Any, question: Any) -> ElicitResult:
        raise AssertionError(question.message)

    person: Any = answer
    async with Client(account.server(), elicitation_callback=person) as client:
        result = await client.call_tool(tool, given)
    assert result.is_error
    assert said in text(result)
    changed = [name for name in account.sandbox.counts.shown()["operations"] if "." in name]
    assert not {"sources.update", "hooks.create", "custom_emails.create"} & set(changed)
