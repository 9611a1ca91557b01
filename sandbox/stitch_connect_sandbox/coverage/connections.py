"""Accounts and what they connect: types, destinations, sources, checks of both."""

from .rows import ABSENT, APPROXIMATED, NOBODY_THERE, SIMULATED, Row

ROWS: tuple[Row, ...] = (
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
)
