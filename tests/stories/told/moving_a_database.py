"""Our orders database moves to another host

A label and a schedule are changed without a question. Where a source connects is not: Stitch sends
the stored password there, so the person is shown the old host and the new one. Here they spot a
mistake, decline, and confirm the right one.
"""

from ..assistant import DECLINES
from ..stage import Stage

SOURCE, NAME = 120654, "orders_postgres"


async def tell(on: Stage) -> None:
    async with on.assistant() as assistant:
        assistant.person("Orders Postgres moves tonight. Pause it, and label it as moving.")
        await assistant.calls("pause_source", source=NAME)
        await assistant.calls("update_source", source=NAME, display_name="Orders (moving)")
        assistant.person("Done; the host is db-2.example.com now. From now on nightly at 2.")
        wrong, right = {"host": "db-2.example.co"}, {"host": "db-2.example.com"}
        await assistant.calls(
            "update_source", source=NAME, properties=wrong, typed=[DECLINES], refused=True
        )
        assistant.person("That is not our domain!")
        await assistant.calls("update_source", source=NAME, properties=right, typed=[NAME])
        await assistant.calls("update_source", source=NAME, cron="0 2 * * *", refused=True)
        await assistant.calls("update_source", source=NAME, cron="0 0 2 * * ?")
        await assistant.calls("resume_source", source=NAME)
        await assistant.calls("get_source", source=NAME, detail="full")
        await assistant.calls("list_sources", state="paused")
    source = on.account.store.sources.get(SOURCE)
    on.counted(
        {"sources.pause": 1, "sources.unpause": 1, "sources.update": 3},
        {
            "The host is db-2.example.com": source.properties["host"] == "db-2.example.com",
            "The source is not paused": source.paused_at is None,
        },
    )
