"""What happens then: streams, jobs, loads, the Import API, notifications, the service."""

from .rows import ABSENT, APPROXIMATED, NOBODY_THERE, SIMULATED, Row

ROWS: tuple[Row, ...] = (
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
