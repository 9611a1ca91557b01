"""One request for each refusal of Connect that the contract documents.

`-` is a refusal without a body. `said` fills the placeholders of the example, `given` is what is
done before. A refusal of a shared PUT is provoked in each of its variants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOURCE, DELETED, IMPORT, DESTINATION = 120643, 120653, 120652, 155582
CLIENT, UNKNOWN = 116078, 987654321
EMAILS, HOOKS = (f"/notifications/public/v1/api/{one}" for one in ("custom-emails", "hooks"))
NOW = "2026-03-01T08:00:00Z"
CRON = "0 0 9 ? * MON"
BOTH_DAYS = "* * * * * *"

PARTNER = {
    "partner_id": "oc_sandbox-partner",
    "partner_secret": "oc_sandbox-secret",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "Engines",
    "email": "ada@engines.example",
    "region": "us-east-1",
}
OLDER = {"type": "postgres", "connection": {}}
POSTGRES = {"type": "postgres", "properties": {"host": "db.example.com"}}
HOOK = {
    "type": "post_load",
    "destination_id": DESTINATION,
    "config": {"url": "https://hooks.example.com/new"},
}

Step = tuple[str, str, Any]
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is refused, and the example that says how."""

    operations: str
    """Ids, with spaces between them."""
    status: int
    example: str
    verb: str
    path: str
    body: Any = None
    said: Words = field(default_factory=dict)
    given: tuple[Step, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def account(**settings: Any) -> Step:
    return ("POST", "/_sandbox/accounts", {"client_id": CLIENT, **settings})


def without(given: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def opening(example: str, body: Any) -> Refusal:
    return Refusal("accounts.create", 400, example, "POST", "/v3/accounts", body)


def storing(example: str, body: Any, *given: Step, version: str = "v4") -> Refusal:
    operation = "destinations.create" if version == "v4" else "destinations_v3.create"
    return Refusal(operation, 400, example, "POST", f"/{version}/destinations", body, given=given)


def restoring(example: str, number: int, body: Any) -> Refusal:
    both = "destinations.update destinations_v3.update"
    return Refusal(both, 400, example, "PUT", f"/VERSION/destinations/{number}", body)


def creating(example: str, *given: Step, said: Words | None = None, **fields: Any) -> Refusal:
    body = {"type": "platform.github", "display_name": "Code", **fields}
    return Refusal("sources.create", 400, example, "POST", "/v4/sources", body, said or {}, given)


def updating(example: str, *given: Step, said: Words | None = None, **fields: Any) -> Refusal:
    all_three = "sources.update sources.pause sources.unpause"
    path = f"/v4/sources/{SOURCE}"
    return Refusal(all_three, 400, example, "PUT", path, fields, said or {}, given)


def unknown(operations: str, verb: str, rest: str = "") -> Refusal:
    said = {"<SOURCE_ID>": str(UNKNOWN)}
    body: Any = {} if verb == "PUT" else None
    path = f"/v4/sources/{UNKNOWN}{rest}"
    return Refusal(operations, 400, "not_found", verb, path, body, said)


def selecting(example: str, body: Any, said: Words | None = None) -> Refusal:
    path = f"/v4/sources/{SOURCE}/streams/metadata"
    return Refusal("streams.update_metadata", 400, example, "PUT", path, body, said or {})


def stream(name: str | None, crumb: list[str], **metadata: Any) -> dict[str, Any]:
    entry = {"breadcrumb": crumb, "metadata": metadata}
    named = {} if name is None else {"tap_stream_id": name}
    return {"streams": [{**named, "metadata": [entry]}]}


def job(operation: str, example: str, number: int, *given: Step, status: int = 400) -> Refusal:
    said = {"<CLIENT_ID>": str(CLIENT), "<SOURCE_ID>": str(number)}
    verb = "POST" if operation.endswith("start") else "DELETE"
    path = f"/v4/sources/{number}/sync"
    return Refusal(operation, status, example, verb, path, None, said, given)


def silent(operation: str, status: int, path: str, verb: str = "GET", *given: Step) -> Refusal:
    return Refusal(operation, status, "-", verb, path, given=given)


def notified(
    example: str, path: str, body: Any, *given: Step, said: Words | None = None
) -> Refusal:
    operation = "custom_emails.create" if path == EMAILS else "hooks.create"
    return Refusal(operation, 400, example, "POST", path, body, said or {}, given)


CONNECT = (
    opening("existing_user", PARTNER | {"email": "owner@sandbox.example"}),
    opening("malformed_body", without(PARTNER, "email")),
    opening("partner_id", without(PARTNER, "partner_id")),
    opening("partner_secret", PARTNER | {"partner_secret": "wrong"}),
    Refusal("destinations.list", 400, "list_bad_params", "GET", "/v4/destinations?colour=red"),
    storing("limit_reached", POSTGRES, account(plan="trial")),
    storing("limit_reached_docs_now", POSTGRES, account(destinations=1, edition="newer")),
    storing("bad_body_v4", POSTGRES | {"colour": 1}),
    storing("bad_body_v4_docs_now", {"type": "postgres"}, account(edition="newer")),
    restoring("type_change", DESTINATION, {"type": "s3", "connection": {}}),
    restoring("invalid_id", UNKNOWN, {"properties": {}}),
    Refusal(
        "destinations.delete",
        400,
        "delete_not_found",
        "DELETE",
        f"/v4/destinations/{UNKNOWN}",
        said={"<DESTINATION_ID>": str(UNKNOWN), "<ACCOUNT_ID>": str(CLIENT)},
    ),
    silent("destinations.delete", 502, "/v4/destinations/", "DELETE"),
    silent("destinations.delete", 502, "/v4/destinations/warehouse", "DELETE"),
    silent("destinations.delete", 404, "/v4/destinations", "DELETE"),
    silent("destinations.delete", 404, "/v4/destinations/x", "DELETE", account(edition="newer")),
    storing("limit_reached", OLDER, account(plan="trial"), version="v3"),
    storing("limit_reached_docs_now", OLDER, account(plan="trial", edition="newer"), version="v3"),
    storing("bad_body_v3", POSTGRES, version="v3"),
    creating("invalid_type", type="platform.nothing", said={"<SOURCE_TYPE>": "nothing"}),
    creating("name_in_use", display_name="heroku", said={"<NAME>": "heroku"}),
    creating("bad_body_post", colour=1),
    creating("invalid_name", display_name="x" * 50),
    creating(
        "name_not_unique_derived",
        display_name="Heroku!!!",
        said={"<DISPLAY_NAME!!!>": "Heroku!!!", "<display_name>": "heroku"},
    ),
    creating("display_name_underivable", display_name="####"),
    creating(
        "type_access_denied",
        account(plan="advanced"),
        type="platform.oracle",
        said={"<SOURCE_TYPE>": "oracle"},
    ),
    creating(
        "invalid_properties",
        properties={"access_token": "", "repository": "a/b", "image_version": "2"},
        said={"<property_name_1>": "access_token", "<property_name_2>": "image_version"},
    ),
    creating("cron_access_denied", account(plan="trial"), properties={"cron_expression": CRON}),
    creating("cron_invalid", properties={"cron_expression": BOTH_DAYS}),
    updating(
        "invalid_properties",
        properties={"frequency_in_minutes": "7", "port": "http"},
        said={"<property_name_1>": "frequency_in_minutes", "<property_name_2>": "port"},
    ),
    updating("cron_access_denied", account(features=[]), properties={"cron_expression": CRON}),
    updating("cron_invalid", properties={"cron_expression": BOTH_DAYS}),
    updating("bad_body_put", colour=1),
    updating("invalid_display_name", display_name="  ", said={"<INVALID_DISPLAY_NAME>": "  "}),
    unknown("sources.update sources.pause sources.unpause", "PUT"),
    unknown("sources.get", "GET"),
    unknown("sources.delete", "DELETE"),
    unknown("connection_checks.source", "GET", "/last-connection-check"),
    unknown("import_api_tokens.list", "GET", "/tokens"),
    unknown("import_api_tokens.generate", "POST", "/tokens"),
    unknown("import_api_tokens.revoke", "DELETE", "/tokens/90417722"),
    unknown("streams.list", "GET", "/streams"),
    Refusal(
        "streams.schema",
        400,
        "invalid_stream_id",
        "GET",
        f"/v4/sources/{SOURCE}/streams/7",
        said={"<STREAM_ID>": "7"},
    ),
    Refusal(
        "streams.schema",
        400,
        "invalid_source_id",
        "GET",
        f"/v4/sources/{UNKNOWN}/streams/2288740",
        said={"<STREAM_ID>": "2288740"},
    ),
    selecting("tap_stream_id_missing", stream(None, [], selected=True)),
    selecting(
        "tap_stream_id_invalid",
        stream("nothing", [], selected=True),
        {"<INVALID_TAP_STREAM_ID>": "nothing"},
    ),
    selecting(
        "read_only_metadata",
        stream("heroku-public-orders", [], **{"row-count": 1}),
        {"<PROPERTY_NAME>": "row-count"},
    ),
    selecting(
        "unsupported_field",
        stream("heroku-public-customers", ["properties", "location"], selected=True),
    ),
    selecting("bad_body", {"stream": []}),
    job(
        "replication_jobs.start",
        "already_running",
        SOURCE,
        ("POST", f"/v4/sources/{SOURCE}/sync", None),
        status=200,
    ),
    job("replication_jobs.start", "invalid_source", UNKNOWN),
    job("replication_jobs.start", "source_deleted", DELETED),
    job("replication_jobs.stop", "invalid_source", UNKNOWN),
    silent("extractions.list", 401, "/v4/1/extractions"),
    silent("extractions.list", 404, "/v4/mine/extractions"),
    silent("extractions.logs", 401, "/v4/1/extractions/1.2.sync.3"),
    silent("extractions.logs", 404, f"/v4/{CLIENT}/extractions/1.2.sync.3"),
    silent("loads.list", 401, "/v4/1/loads"),
    silent("loads.list", 404, "/v4/mine/loads"),
    notified("email_invalid", EMAILS, {"email_address": "nobody"}),
    notified(
        "limit_reached",
        EMAILS,
        {"email_address": "eleventh@sandbox.example"},
        *(("POST", EMAILS, {"email_address": f"n{one}@sandbox.example"}) for one in range(8)),
    ),
    notified("feature_missing", EMAILS, {"email_address": "a@b.example"}, account(plan="trial")),
    Refusal(
        "custom_emails.disable custom_emails.enable",
        400,
        "disabled_at_invalid",
        "PUT",
        f"{EMAILS}/41",
        {"disabled_at": "never"},
        {"<INVALID_VALUE>": "never"},
    ),
    Refusal(
        "custom_emails.disable custom_emails.enable",
        404,
        "not_found",
        "PUT",
        f"{EMAILS}/{UNKNOWN}",
        {},
    ),
    notified("bad_body_post", HOOKS, HOOK | {"colour": 1}),
    notified("feature_missing", HOOKS, HOOK, account(features=["cron"])),
    notified("limit_reached", HOOKS, HOOK, *[("POST", HOOKS, HOOK)] * 9, said={"[LIMIT]": "10"}),
    Refusal("hooks.disable hooks.enable", 400, "bad_body_put", "PUT", f"{HOOKS}/8", {"colour": 1}),
    Refusal("hooks.disable hooks.enable", 400, "not_found", "PUT", f"{HOOKS}/{UNKNOWN}", {}),
    Refusal("hooks.delete", 400, "not_found", "DELETE", f"{HOOKS}/{UNKNOWN}"),
)
