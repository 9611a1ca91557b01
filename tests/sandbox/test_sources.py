"""Sources of every type: names, properties, report cards, steps, and where their rows go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest
from stitch_connect_sandbox import catalog, lifecycle
from stitch_connect_sandbox.catalog import ConnectionType
from stitch_connect_sandbox.lifecycle import IllegalMove, next_step

from .conftest import SOURCE, Account

PATH = f"/v4/sources/{SOURCE}"
CRON = "cron_expression"
GITHUB = {"access_token": "x", "repository": "a/b", "start_date": "2026-01-01T00:00:00Z"}
CANDIDATES: tuple[Any, ...] = (
    "true",
    "1440",
    "2026-01-01T00:00:00Z",
    "https://api.example.com",
    "a@b.example",
    "db.example.com",
    "30",
    "REST",
    "FULL_TABLE",
    "Partners",
    "1" * 12,
    30,
    ["x"],
    [{"name": "x", "id": "1"}],
    [{"name": "x", "entity": "x"}],
    [{"customerId": "x"}],
    "x",
)
KINDS = catalog.load().sources
CONNECTABLE = [name for name, one in KINDS.items() if one.steps and one.details["access"]]


def fits(schema: Any, value: Any) -> bool:
    if schema is None:
        return isinstance(value, str)
    return bool(jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(value))


def good(prop: Mapping[str, Any]) -> Any:
    if prop["name"] == CRON:
        return "0 0 12 ? * MON-FRI *"
    return next(one for one in CANDIDATES if fits(prop["json_schema"], one))


def bad(prop: Mapping[str, Any]) -> Any:
    """A value that the schema refuses."""
    odd = ("no such value", {"odd": 1}, 1.5)
    return next((one for one in odd if not fits(prop["json_schema"], one)), "")


def writable(kind: ConnectionType) -> Iterator[Mapping[str, Any]]:
    return (one for one in kind.properties() if one["property_type"] != "read_only")


def complete(kind: ConnectionType) -> dict[str, Any]:
    return {one["name"]: good(one) for one in writable(kind) if one["is_required"]}


def created(account: Account, kind: str, name: str, properties: Any) -> Any:
    body = {"type": kind, "display_name": name, "properties": properties}
    return account("POST", "/v4/sources", body)


def shown(source: Any) -> dict[str, Any]:
    return {
        one["name"]: one for step in source["report_card"]["steps"] for one in step["properties"]
    }


def step_of(account: Account, number: int) -> str:
    card = account("GET", f"/v4/sources/{number}").json()["report_card"]
    names = [step["type"] for step in card["steps"]]
    assert names[card["current_step"] - 1] == card["current_step_type"]
    return str(card["current_step_type"])


def test_every_type_takes_what_its_form_asks_for_and_nothing_else(account: Account) -> None:
    """All types at once: what each requires, each property broken, credentials kept back."""
    for number, name in enumerate(CONNECTABLE):
        kind = KINDS[name]
        given = {one["name"]: good(one) for one in writable(kind)}
        answer = created(account, name, f"Type {number}", given)
        assert answer.status_code == 200, (name, answer.text)
        source = answer.json()
        card = shown(source)
        for one in writable(kind):
            assert card[one["name"]]["provided"] is True, (name, one["name"])
            if one["is_credential"]:
                assert one["name"] not in source["properties"]
            else:
                assert source["properties"][one["name"]] == given[one["name"]]
        wrong = {one["name"]: bad(one) for one in writable(kind) if one["name"] != CRON}
        if wrong:
            refused = created(account, name, f"Type {number} again", wrong)
            assert refused.status_code == 400, name
            assert refused.json()["data"]["bad_properties"] == list(wrong), name


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        ({"repository": ""}, ["repository"]),
        ({"image_version": "1.latest"}, ["image_version"]),
        ({"colour": "red"}, ["colour"]),
        ({"start_date": "2026-01-01T10:00:00Z"}, ["start_date"]),
        ({"anchor_time": "noon", "repository": 7}, ["anchor_time", "repository"]),
        ({"repository": None}, ["repository"]),
        ({"frequency_in_minutes": "60 "}, ["frequency_in_minutes"]),
    ],
)
def test_properties_that_are_refused_are_named_and_nothing_is_created(
    account: Account, properties: dict[str, Any], names: list[str]
) -> None:
    before = account("GET", "/v4/sources").json()
    answer = created(account, "platform.github", "Code", properties)
    assert answer.status_code == 400
    assert (answer.json()["error"], answer.json()["data"]["bad_properties"]) == (
        "InvalidProperties",
        names,
    )
    assert account("GET", "/v4/sources").json() == before


def test_an_immutable_property_can_be_set_and_not_changed(account: Account) -> None:
    kind, name = KINDS["platform.mongodb"], None
    name = next(
        one["name"] for one in writable(kind) if one["property_type"] == "user_provided_immutable"
    )
    source = created(account, kind.name, "Mongo", complete(kind)).json()
    path = f"/v4/sources/{source['id']}"
    assert account("PUT", path, {"properties": {name: "true"}}).status_code == 200
    assert account("PUT", path, {"properties": {name: "true"}}).status_code == 200
    refused = account("PUT", path, {"properties": {name: "false"}})
    assert refused.json()["data"]["bad_properties"] == [name]
    assert account("GET", path).json()["properties"][name] == "true"


def test_a_frequency_that_is_taken_away_is_the_usual_one_again(account: Account) -> None:
    usual = account("GET", PATH).json()["properties"]["frequency_in_minutes"]
    account("PUT", PATH, {"properties": {"frequency_in_minutes": "1440"}})
    answer = account("PUT", PATH, {"properties": {"frequency_in_minutes": None}}).json()
    assert answer["properties"]["frequency_in_minutes"] == usual


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("display_name", "name"),
    [
        ("Our Code", "our_code"),
        ("Größe & Co.", "gr_e_co"),
        ("  spaced  ", "spaced"),
        ("_under", "under"),
        ("a$b", "a$b"),
        ("x" * 49, "x" * 49),
    ],
)
def test_a_name_derives_from_the_display_name_once(
    account: Account, display_name: str, name: str
) -> None:
    source = created(account, "platform.github", display_name, {}).json()
    assert (source["name"], source["display_name"]) == (name, display_name)
    path = f"/v4/sources/{source['id']}"
    changed = account("PUT", path, {"display_name": "Another"}).json()
    assert (changed["name"], changed["display_name"]) == (name, "Another")


@pytest.mark.parametrize("display_name", ["x" * 50, "1st", "$ign"])
def test_a_name_that_breaks_the_rules_is_refused(account: Account, display_name: str) -> None:
    answer = created(account, "platform.github", display_name, {})
    assert answer.json()["error"] == "InvalidName"


# Steps --------------------------------------------------------------------------------------------


def test_steps_are_walked_in_order_and_a_check_that_fails_stops_there(account: Account) -> None:
    kind = KINDS["platform.google-analytics"]
    form = {one["name"]: good(one) for one in writable(kind) if one in kind.steps["form"]}
    source = created(account, kind.name, "Numbers", {}).json()
    number, path = source["id"], f"/v4/sources/{source['id']}"
    assert "check_job_name" not in source
    seen = [step_of(account, number)]
    oauth = {one["name"]: "x" for one in kind.steps["oauth"] if one["is_required"]}
    account("PUT", path, {"properties": {**form, **dict(list(oauth.items())[:1])}})
    seen.append(step_of(account, number))
    assert account("GET", f"{path}/last-connection-check").status_code == 404
    account("POST", "/_sandbox/fates", fate(number, of="check", outcome="discovery_failed"))
    failing = account("PUT", path, {"properties": oauth}).json()["check_job_name"]
    seen.append(step_of(account, number))
    account.advance(30)
    check = account("GET", f"{path}/last-connection-check").json()
    assert (check["name"], check["status"], check["error"]) == (failing, "failed", True)
    assert check["discovery_error_message"]
    assert account("GET", f"{path}/streams").json() == []
    seen.append(step_of(account, number))
    again = account("PUT", path, {"properties": oauth}).json()["check_job_name"]
    assert again != failing
    account.advance(30)
    seen.append(step_of(account, number))
    assert seen == ["form", "oauth", "discover_schema", "discover_schema", "field_selection"]


def fate(source_id: int, **fields: Any) -> dict[str, Any]:
    return {"source_id": source_id, **fields}


def test_the_table_of_steps_is_the_law() -> None:
    moves = lifecycle.SOURCE_STEPS
    steps, events = lifecycle.STEP_ORDER, {event for _, event in moves}
    for (step, _), after in moves.items():
        assert steps.index(after) >= steps.index(step), "steps never go backwards"
    for step in steps:
        for event in events:
            if (step, event) not in moves:
                with pytest.raises(IllegalMove):
                    next_step(step, event, steps)
    assert next_step("form", "provided", ["form", "fully_configured"]) == "fully_configured"


def test_a_source_without_credentials_fails_in_discovery(account: Account) -> None:
    number = created(account, "platform.github", "Code", {}).json()["id"]
    account("POST", f"/v4/sources/{number}/sync")
    account.advance(400)
    rows = account("GET", "/v4/116078/extractions").json()["data"]
    row = next(one for one in rows if one["source_id"] == number)
    statuses = [row[f"{phase}_exit_status"] for phase in ("discovery", "tap", "target")]
    assert statuses == [1, None, None]


# What is selected ---------------------------------------------------------------------------------


def selected(account: Account, name: str, **metadata: Any) -> Any:
    entry = {"breadcrumb": [], "metadata": metadata}
    change = {"streams": [{"tap_stream_id": f"heroku-public-{name}", "metadata": [entry]}]}
    return account("PUT", f"{PATH}/streams/metadata", change)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"replication-method": "INCREMENTAL"}, "No replication key is set"),
        (
            {"replication-method": "INCREMENTAL", "replication-key": "colour"},
            "The replication key colour is no column",
        ),
    ],
)
def test_a_selection_that_cannot_be_extracted_is_accepted_and_fails(
    account: Account, metadata: dict[str, Any], said: str
) -> None:
    assert selected(account, "orders", **metadata).status_code == 200
    job = account.start()
    account.advance(400)
    row = account.extraction()
    assert (row["job_name"], row["tap_exit_status"]) == (job, 1)
    assert said in row["tap_description"]
    assert f"tap - CRITICAL {row['tap_description']}" in account.log(job)
    assert selected(account, "orders", **{"replication-key": "updated_at"}).status_code == 200
    account.start()
    account.advance(400)
    assert account.extraction()["tap_exit_status"] == 0


def test_a_view_needs_its_keys(account: Account) -> None:
    entry = {"breadcrumb": [], "metadata": {"view-key-properties": []}}
    view = {"tap_stream_id": "heroku-reporting-customer_view", "metadata": [entry]}
    assert account("PUT", f"{PATH}/streams/metadata", {"streams": [view]}).status_code == 200
    account.start()
    account.advance(400)
    assert "has no view-key-properties" in account.extraction()["tap_description"]


def test_a_change_of_several_streams_is_made_whole_or_not_at_all(account: Account) -> None:
    before = account("GET", f"{PATH}/streams").json()
    good_one = {"breadcrumb": [], "metadata": {"selected": False}}
    wrong_ones: list[Any] = [{"breadcrumb": [], "metadata": {"row-count": 1}}, {"breadcrumb": []}]
    for wrong in wrong_ones:
        streams = [
            {"tap_stream_id": "heroku-public-orders", "metadata": [good_one]},
            {"tap_stream_id": "heroku-public-customers", "metadata": [wrong]},
        ]
        answer = account("PUT", f"{PATH}/streams/metadata", {"streams": streams})
        assert answer.status_code == 400
        assert account("GET", f"{PATH}/streams").json() == before


# Destinations -------------------------------------------------------------------------------------

WAREHOUSE = {
    "type": "postgres",
    "properties": {
        "host": "db.example.com",
        "port": 5432,
        "database": "d",
        "username": "u",
        "password": "secret",
        "ssl": False,
    },
}


def test_without_a_destination_nothing_replicates_until_another_comes(account: Account) -> None:
    account("DELETE", "/v4/destinations/155582")
    assert account("GET", "/v4/destinations").json() == []
    refused = account("POST", f"{PATH}/sync")
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "generic")
    made = account("POST", "/v4/destinations", {**WAREHOUSE, "ignore_unmapped_sources": True})
    assert account("POST", f"{PATH}/sync").status_code == 400, "it takes no unmapped source"
    mapped = {"destination_id": made.json()["id"]}
    assert account("PUT", PATH, mapped).json()["schedule"]
    assert "job_name" in account("POST", f"{PATH}/sync").json()
    account("POST", "/v4/destinations", WAREHOUSE)
    assert "job_name" in account("POST", "/v4/sources/120644/sync").json(), "the other takes it"


def test_what_was_extracted_waits_for_a_destination(account: Account) -> None:
    account.start()
    account.advance(185)
    before = account.loads()
    account("DELETE", "/v4/destinations/155582")
    account.advance(3 * 86400)
    assert account.loads() == before
    account("POST", "/v4/destinations", WAREHOUSE)
    account.advance(61)
    assert account.loads() != before


def test_a_destination_shows_whose_rows_it_takes(account: Account) -> None:
    second = account("POST", "/v4/destinations", {**WAREHOUSE, "name": "Second"}).json()["id"]
    account("PUT", PATH, {"destination_id": second})

    def ids(query: str) -> list[int]:
        return [one["id"] for one in account("GET", f"/v4/destinations?{query}").json()]

    assert ids(f"source_id={SOURCE}") == [second]
    assert ids("source_id=120644") == [155582]
    assert ids(f"destination_id={second}") == [second]
    assert ids(f"destination_id={second}&source_id=120644") == ids("source_id=7") == []
    answer = account("PUT", PATH, {"destination_id": 7})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidBody")


@pytest.mark.parametrize(("plan", "limit"), [("trial", 1), ("advanced", 3), ("premium", 5)])
def test_a_plan_says_how_many_destinations_there_may_be(
    account: Account, plan: str, limit: int
) -> None:
    account("POST", "/_sandbox/accounts", {"client_id": 116078, "plan": plan})
    answers = [account("POST", "/v4/destinations", WAREHOUSE) for _ in range(limit)]
    assert [one.status_code for one in answers] == [200] * (limit - 1) + [400]


def test_a_destination_is_checked_once_its_form_is_complete(account: Account) -> None:
    partial = {"type": "postgres", "properties": {"host": "db.example.com"}}
    made = account("POST", "/v4/destinations", partial).json()
    path = f"/v4/destinations/{made['id']}"
    assert made["report_card"]["current_step_type"] == "form"
    assert account("GET", f"{path}/last-connection-check").status_code == 404
    made = account("PUT", path, {"properties": WAREHOUSE["properties"]}).json()
    assert made["report_card"]["current_step_type"] == "fully_configured"
    assert "password" not in made["properties"]
    assert made["properties"]["ssl"] == "false"
    account.advance(30)
    check = account("GET", f"{path}/last-connection-check").json()
    assert (check["name"], check["status"]) == (made["check_job_name"], "succeeded")
    wrong = account("PUT", path, {"properties": {"port": "http"}})
    assert wrong.status_code == 200, "no refusal is documented"
    account.advance(30)
    check = account("GET", f"{path}/last-connection-check").json()
    assert check["status"] == "failed"
    assert "port" in check["discovery_error_message"]


# Deleting -----------------------------------------------------------------------------------------


def test_a_deleted_source_stays_as_it_was(account: Account) -> None:
    account.start()
    gone = account("DELETE", PATH).json()
    assert gone["deleted_at"]
    assert gone["schedule"] is None
    assert {account.extraction()[f"{one}_description"] for one in ("tap", "target")} == {
        "Terminated"
    }
    refused = account("PUT", PATH, {"display_name": "Again"})
    assert (refused.status_code, refused.json()["error"]) == (400, "InvalidId")
    assert account("DELETE", PATH).json() == gone
    assert account("GET", PATH).json() == gone
    assert gone in account("GET", "/v4/sources").json()
    assert created(account, "platform.github", "Heroku", {}).json()["error"] == "InvalidName"


def test_the_catalog_holds_every_documented_type() -> None:
    with_form = [one for one in KINDS.values() if one.steps]
    assert len(with_form) == 131
    assert len(KINDS) == 230
    assert len(catalog.load().destinations) == 11


def test_types_above_the_plan_open_with_it(account: Account) -> None:
    def access(plan: str) -> bool:
        account("POST", "/_sandbox/accounts", {"client_id": 116078, "plan": plan})
        card = account("GET", "/v4/source-types/platform.oracle").json()
        cards = {one["type"]: one for one in account("GET", "/v4/source-types").json()}
        assert cards["platform.oracle"] == card
        assert not [
            one
            for one in cards.values()
            if one["details"]["access"]
            and one["details"]["pipeline_state"] not in ("beta", "released")
        ]
        return bool(card["details"]["access"])

    assert [access(plan) for plan in ("advanced", "premium", "trial")] == [False, True, False]
