"""Keep the customers' names out of the warehouse

The person picks the prompt `plan_selection`. What Stitch would not do is refused before anything is
sent, with what to do instead. The plan is shown first; as it makes something stop, a person then
confirms it, and what was changed is read back.
"""

from ..stage import Stage

SOURCE = "shopify_eu"
GOAL = "no names of customers in the warehouse"


async def tell(on: Stage) -> None:
    async with on.assistant() as assistant:
        await assistant.takes("plan_selection", source=SOURCE, goal=GOAL)
        await assistant.calls("list_streams", source=SOURCE, search="c")
        await assistant.calls(
            "get_stream", source=SOURCE, stream="customers", shown=("reason", "why", "yes\t")
        )
        fields = {"email": False, "first_name": False, "last_name": False}
        too_much = {"customers": {"fields": {"id": False, **fields}}}
        await assistant.calls(
            "select_streams", source=SOURCE, changes=too_much, dry_run=True, refused=True
        )
        changes = {"customers": {"fields": fields}, "abandoned_checkouts": False}
        await assistant.calls("select_streams", source=SOURCE, changes=changes, dry_run=True)
        assistant.says("Abandoned checkouts hold emails too, so I would drop them. Shall I?")
        assistant.person("Yes.")
        await assistant.calls("select_streams", source=SOURCE, changes=changes, typed=[SOURCE])
        left = await assistant.calls(
            "get_stream",
            source=SOURCE,
            stream="customers",
            replicates=False,
            shown=("why", "\tno\t"),
        )
        names = [row["name"] for row in left["fields"]]
        assert names == list(fields)
        assistant.says(f"Done: {', '.join(names)} stay out from the next load on.")
    on.counted({"streams.update_metadata": 1})
