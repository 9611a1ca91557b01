"""Delete the Zendesk source

The person types its name. A wrong name is a no, which stands for ten minutes: nobody is asked again
and again until they give in. What was confirmed is done once, however often the call is repeated,
and whatever a client brings back.
"""

from ..stage import Stage

SOURCE, NAME = 120648, "zendesk"


async def tell(on: Stage) -> None:
    async with on.assistant() as assistant:
        assistant.person("Delete the Zendesk source; we have left them.")
        await assistant.calls("delete_source", source=NAME, dry_run=True)
        await assistant.calls("delete_source", source=NAME, typed=["zendesc"], refused=True)
        await assistant.calls("delete_source", source=NAME, refused=True)
        on.counted({})
        on.ten_minutes_later()
        assistant.person("I had mistyped it. Again, please.")
        if on.is_modern:
            with on.only_modern("the client keeps the seal that it is to bring back."):
                kept = await assistant.keeps("delete_source", source=NAME)
        await assistant.calls("delete_source", source=NAME, typed=[NAME])
        await assistant.calls("delete_source", source=NAME)
        if on.is_modern:
            with on.only_modern("it brings the seal back again, with the right name."):
                await assistant.replays(kept, "delete_source", source=NAME, typed=NAME)
        await assistant.calls("get_source", source=SOURCE, shown=("id", "state"))
    deleted = on.account.store.sources.get(SOURCE).deleted_at is not None
    on.counted({"sources.delete": 1}, {"The source is deleted": deleted})
