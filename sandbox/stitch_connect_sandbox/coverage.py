"""What of Stitch is simulated, what is approximated and why, and what is absent and why.

`/_sandbox/coverage` answers with this table, and docs/sandbox-coverage.md is printed from it:

    python -m stitch_connect_sandbox.coverage
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

SIMULATED, APPROXIMATED, ABSENT = "simulated", "approximated", "absent"
STATUSES = {
    SIMULATED: "behaves as documented",
    APPROXIMATED: "answers as documented, by means of its own",
    ABSENT: "is not there",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that an account does.

    Args:
        area: what it belongs to.
        what: the thing, as a noun.
        status: one of `STATUSES`.
        reason: why it is not simulated as it is; empty for what is.
        operations: those of the contract that it is about.
    """

    area: str
    what: str
    status: str
    reason: str = ""
    operations: tuple[str, ...] = ()


NOBODY_THERE = "The sandbox connects to nothing outside of it."

COVERAGE: tuple[Row, ...] = (
    Row(
        "Accounts",
        "Creating accounts as a partner, and exchanging an OAuth code for a token",
        SIMULATED,
        operations=("accounts.create", "oauth.token"),
    ),
    Row(
        "Accounts",
        "The page on which a user grants a partner access",
        APPROXIMATED,
        "There is nobody to ask: /oauth/authorization agrees at once, for the account with the "
        "e-mail or the first one, unless its setting consent is false. Every http address counts "
        "as registered, so that there is no first one to go back to where none is given.",
    ),
    Row(
        "Accounts",
        "Plans: features, and how many destinations there may be",
        APPROXIMATED,
        "The documentation says which plans have a feature, not how many destinations: 1, 3 on "
        "advanced, 5 on premium. Types above the standard tier open with premium.",
    ),
    Row(
        "Accounts",
        "Access to the API by plan",
        ABSENT,
        "What a plan without it answers is not documented; every token works.",
    ),
    Row(
        "Accounts",
        "The two wordings of an answer that the documentation has changed",
        APPROXIMATED,
        "An account has the older ones unless its setting edition says newer; nobody documents "
        "who gets which.",
    ),
    Row(
        "Accounts",
        "The plan of an account that a partner opens",
        APPROXIMATED,
        "It is advanced; the documentation does not say.",
    ),
    Row(
        "Accounts",
        "Ephemeral tokens",
        APPROXIMATED,
        "They are given out but open nothing: what they are for, the JavaScript client, is absent.",
        ("sessions.create",),
    ),
    Row(
        "Accounts",
        "The JavaScript client in the browser",
        ABSENT,
        "It is deprecated, and it draws the forms of Stitch's own website.",
    ),
    Row(
        "Accounts",
        "Users, roles, billing, usage",
        ABSENT,
        "The API has no operations for them.",
    ),
    Row(
        "Types",
        "Every source and destination type with a published form, and its report card",
        SIMULATED,
        operations=(
            "source_types.list",
            "source_types.get",
            "destination_types.list",
            "destination_types.get",
        ),
    ),
    Row(
        "Types",
        "Further types that are known by name",
        APPROXIMATED,
        "They are listed without steps and cannot be created: their forms are not published.",
    ),
    Row(
        "Destinations",
        "Destinations in both versions of the API, with the limit of the plan",
        SIMULATED,
        operations=(
            "destinations.list",
            "destinations.create",
            "destinations.update",
            "destinations.delete",
            "destinations_v3.list",
            "destinations_v3.create",
            "destinations_v3.update",
        ),
    ),
    Row(
        "Destinations",
        "Properties that do not match their schema",
        APPROXIMATED,
        "No refusal is documented: they are taken, and the connection check fails and names them.",
    ),
    Row(
        "Destinations",
        "Which destination a source without one feeds",
        APPROXIMATED,
        "A new destination takes all that have none, as documented; a new source gets the first "
        "destination that takes such sources.",
    ),
    Row(
        "Destinations",
        "A destination_id that the account does not have",
        APPROXIMATED,
        "No refusal is documented; sources answer InvalidBody, and so do hooks.",
    ),
    Row(
        "Destinations",
        "Replication without a destination",
        APPROXIMATED,
        "It pauses, as documented: the schedule is null, and rows that were extracted wait. A "
        "start by hand answers 400 with the type generic, which the documentation hides.",
    ),
    Row(
        "Destinations",
        "Deleting a destination in version 3",
        ABSENT,
        "Stitch has no such operation: it answers 404, and so does the sandbox.",
        ("destinations_v3.delete",),
    ),
    Row(
        "Sources",
        "Sources: names, properties, report cards, pausing, soft deletes",
        SIMULATED,
        operations=(
            "sources.list",
            "sources.get",
            "sources.create",
            "sources.update",
            "sources.pause",
            "sources.unpause",
            "sources.delete",
        ),
    ),
    Row(
        "Sources",
        "Authorizing a source at its provider",
        APPROXIMATED,
        "Nobody logs in anywhere: the step oauth is complete once its properties are given.",
    ),
    Row(
        "Sources",
        "The step profile",
        APPROXIMATED,
        "It is in the table of steps, but no documented type has it.",
    ),
    Row(
        "Sources",
        "How a name derives from a display name",
        APPROXIMATED,
        "Only the result is documented: everything between letters, digits, _ and $ becomes one "
        "underscore, none at the ends. The name of a deleted source stays taken.",
    ),
    Row(
        "Sources",
        "Changing a source that is deleted",
        APPROXIMATED,
        "Not documented: it answers InvalidId. Deleting it again changes nothing, and deleting "
        "stops its job. What is selected of its streams, and its tokens, can still be changed.",
    ),
    Row(
        "Sources",
        "Pauses by Stitch itself",
        APPROXIMATED,
        "They come with a plan that has no cron, or with the account one begins with; what ends "
        "them is not documented, and nothing does.",
    ),
    Row("Sources", "Credentials, which are accepted and never returned", SIMULATED),
    Row(
        "Connection checks",
        "Checks that begin by themselves after a create or an update",
        SIMULATED,
        operations=("connection_checks.source", "connection_checks.destination"),
    ),
    Row(
        "Connection checks",
        "Updates of a source that give no properties",
        APPROXIMATED,
        "A new name, a pause or another destination begins no check: the documentation speaks of "
        "updates at large, and its example of a pause shows none.",
    ),
    Row(
        "Connection checks",
        "Their result and duration",
        APPROXIMATED,
        f"{NOBODY_THERE} A check succeeds after 20 seconds unless it is scripted to fail.",
    ),
    Row(
        "Streams",
        "Streams, their schemas, and what is selected of them",
        SIMULATED,
        operations=("streams.list", "streams.schema", "streams.update_metadata"),
    ),
    Row(
        "Streams",
        "Which streams and fields a source has",
        APPROXIMATED,
        f"{NOBODY_THERE} Databases share a few tables, well-known services have some of their "
        "streams, all others three general ones.",
    ),
    Row(
        "Streams",
        "Selecting before the step field_selection",
        APPROXIMATED,
        "It is not allowed, as documented, but no refusal is: the streams are called invalid.",
    ),
    Row(
        "Jobs",
        "Replication jobs: starting, stopping, one at a time, their phases and exit statuses",
        SIMULATED,
        operations=("replication_jobs.start", "replication_jobs.stop", "extractions.list"),
    ),
    Row(
        "Jobs",
        "Selections that are accepted and cannot be extracted",
        APPROXIMATED,
        "A view without view-key-properties and INCREMENTAL without a key fail in the tap, in "
        "words of the sandbox; clashes of fieldExclusions do not, for no stream has any.",
    ),
    Row(
        "Jobs",
        "A job of a source whose form or authorization is not complete",
        APPROXIMATED,
        "Not documented: it starts, and fails in discovery. One of an Import API source, which "
        "has nothing to extract, starts and sends nothing.",
    ),
    Row(
        "Jobs",
        "How long a job takes, and how it goes",
        APPROXIMATED,
        f"{NOBODY_THERE} A job takes 180 seconds and succeeds, unless it is scripted otherwise "
        "or its source is one of those that always fail.",
    ),
    Row(
        "Jobs",
        "The messages of failures",
        APPROXIMATED,
        "The documentation shows a few of them; each phase has one.",
    ),
    Row(
        "Jobs",
        "Logs of extractions",
        APPROXIMATED,
        "The lines have the documented form; a real log has more of them, by the code of its tap.",
        ("extractions.logs",),
    ),
    Row(
        "Jobs",
        "When the next job of a schedule is due",
        SIMULATED,
    ),
    Row(
        "Jobs",
        "Jobs that start by their schedule, and slots that are skipped while one runs",
        SIMULATED,
    ),
    Row(
        "Jobs",
        "Jobs that a schedule started more than a day before the last one",
        APPROXIMATED,
        "They are forgotten with their logs, so that a leap of a year costs no more than a day. "
        "Jobs started by hand are kept for 60 days.",
    ),
    Row(
        "Jobs",
        "Slots of a schedule that are less than 200 seconds apart",
        APPROXIMATED,
        "Their jobs are shorter than others, and end before the next slot: so what a slot does "
        "never depends on how time came to it.",
    ),
    Row(
        "Jobs",
        "Cron expressions that are refused",
        APPROXIMATED,
        "One message is documented, for a day of the week with a day of the month; the others are "
        "like those of Quartz.",
    ),
    Row(
        "Jobs",
        "An anchor for a frequency below an hour",
        APPROXIMATED,
        "It needs an hour or more, as documented; below, it is taken and ignored.",
    ),
    Row(
        "Jobs",
        "The budget of 30 requests in 10 minutes",
        APPROXIMATED,
        "It is counted and not enforced: Stitch documents no answer to a request beyond it. "
        "A fault can refuse requests instead.",
    ),
    Row(
        "Loads",
        "The last load of each stream, with errors, by pages of 100",
        SIMULATED,
        operations=("loads.list",),
    ),
    Row(
        "Loads",
        "When rows are loaded, and how many there are",
        APPROXIMATED,
        f"{NOBODY_THERE} Each stream sends 250 rows, which are loaded in one batch after 60 "
        "seconds, unless it is scripted otherwise.",
    ),
    Row(
        "Loads",
        "Numbers of pages that make no sense",
        APPROXIMATED,
        "Not documented: they answer 404.",
    ),
    Row("Loads", "The rows themselves", ABSENT, "There is no warehouse behind a destination."),
    Row(
        "Import API",
        "Pushing, batches, validation, with their limits and refusals; tokens of a source",
        SIMULATED,
        operations=(
            "import_api.push",
            "import_api.batch",
            "import_api.validate",
            "import_api_tokens.list",
            "import_api_tokens.generate",
            "import_api_tokens.revoke",
        ),
    ),
    Row(
        "Import API",
        "Refusals beyond the documented ones",
        APPROXIMATED,
        "More than 20,000 records, more than 10,000 data points, an action other than upsert and "
        "what else a schema can find answer in the documented shapes, in words of the sandbox.",
    ),
    Row(
        "Import API",
        "Sequences",
        APPROXIMATED,
        "Of rows with one key in one request, one counts; what was loaded before is "
        "not remembered.",
    ),
    Row(
        "Import API",
        "Batches that are queued after an internal error (202)",
        APPROXIMATED,
        "They come with the setting queue_imports of the account.",
    ),
    Row(
        "Import API",
        "A token for a source of another type, and a third one",
        APPROXIMATED,
        "Not documented: both answer AccessDenied.",
    ),
    Row(
        "Import API",
        "Its status",
        APPROXIMATED,
        "It is always well: which failures it can report is not documented.",
        ("import_api.status",),
    ),
    Row(
        "Notifications",
        "Custom e-mails and hooks: limits, plans, being switched on and off",
        SIMULATED,
        operations=(
            "custom_emails.list",
            "custom_emails.create",
            "custom_emails.set_state",
            "custom_emails.enable",
            "custom_emails.disable",
            "custom_emails.delete",
            "hooks.list",
            "hooks.create",
            "hooks.set_state",
            "hooks.enable",
            "hooks.disable",
            "hooks.delete",
        ),
    ),
    Row(
        "Notifications",
        "An unknown custom e-mail that is deleted, and an unknown hook that is switched",
        APPROXIMATED,
        "Not documented: they answer [0], the number of those deleted, and NotFound.",
    ),
    Row("Notifications", "Sending e-mails", ABSENT, NOBODY_THERE),
    Row(
        "Notifications",
        "Calling a hook after a load",
        APPROXIMATED,
        "It is called, up to five times more if it does not take it, where its address is on this "
        "machine; http will do there. Anything else is noted at /_sandbox/deliveries and withheld. "
        "It has 2 real seconds to answer and not 30.",
    ),
    Row(
        "Notifications",
        "What a hook is told of subtables and rejected rows",
        ABSENT,
        "No simulated row has a nested table, and none is rejected.",
    ),
    Row(
        "Service",
        "Authorization, and accounts closed to each other",
        SIMULATED,
    ),
    Row(
        "Service",
        "Regions",
        APPROXIMATED,
        "The address of the sandbox stands for the region of each account. A request whose Host is "
        "the documented one of another region is refused by the Import API; Connect takes both.",
    ),
    Row(
        "Service",
        "Bodies of requests",
        APPROXIMATED,
        "JSON that is nested deeper than 100 levels, or has numbers or texts that it could not "
        "give back, is refused as none; what the header calls a body of Connect is not looked at.",
    ),
    Row(
        "Service",
        "Outages, slow and broken answers",
        APPROXIMATED,
        "They do not happen by themselves: Stitch documents none. Armed faults produce them.",
    ),
)


def shown() -> dict[str, Any]:
    """As the control plane answers."""
    counts = Counter(row.status for row in COVERAGE)
    return {"counts": dict(counts), "rows": [asdict(row) for row in COVERAGE]}


def page() -> str:
    """As the documentation has it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What the sandbox simulates"
    yield ""
    yield "Printed from `sandbox/stitch_connect_sandbox/coverage.py` by `make docs`; a running"
    yield "sandbox answers with the same table at `/_sandbox/coverage`."
    yield ""
    counts = Counter(row.status for row in COVERAGE)
    for status, meaning in STATUSES.items():
        yield f"- **{status}** ({counts[status]}): {meaning}."
    for area in dict.fromkeys(row.area for row in COVERAGE):
        rows = [row for row in COVERAGE if row.area == area]
        yield from ("", f"## {area}", "", "| what | status | why |", "|---|---|---|")
        yield from (f"| {row.what} | {row.status} | {row.reason} |" for row in rows)
        operations = sorted({f"`{name}`" for row in rows for name in row.operations})
        if operations:
            yield from ("", f"Operations: {', '.join(operations)}.")


if __name__ == "__main__":
    print(page(), end="")
