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
        ABSENT,
        "It is a website, not part of the API; the code sandbox-code stands for a granted access.",
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
    Row("Sources", "Credentials, which are accepted and never returned", SIMULATED),
    Row(
        "Connection checks",
        "Checks that begin by themselves after a create or an update",
        SIMULATED,
        operations=("connection_checks.source", "connection_checks.destination"),
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
        "Jobs",
        "Replication jobs: starting, stopping, one at a time, their phases and exit statuses",
        SIMULATED,
        operations=("replication_jobs.start", "replication_jobs.stop", "extractions.list"),
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
        "",
    ),
    Row(
        "Jobs",
        "Jobs that start by their schedule",
        ABSENT,
        "Not built yet: start them by hand.",
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
    Row("Notifications", "Sending e-mails", ABSENT, NOBODY_THERE),
    Row("Notifications", "Calling a hook after a load", ABSENT, "Not built yet."),
    Row(
        "Service",
        "Authorization, and accounts closed to each other",
        SIMULATED,
    ),
    Row(
        "Service",
        "Regions",
        APPROXIMATED,
        "An account has a region, but every account answers at the one address of the sandbox.",
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
