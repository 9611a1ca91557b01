"""An assistant that cannot ask

Some assistants cannot show a person a question. Then the call waits for somebody at a terminal, who
is shown the same question and types the same name; no option of the command says yes. Here they say
no to one call, and yes to another.
"""

from typing import Any

from ..stage import Stage

ADDRESS = "oncall@sandbox.example"


async def tell(on: Stage) -> None:
    async with on.assistant(forms=False) as assistant:
        assistant.person("We move to Snowflake. What does Stitch need of it? Delete the old one.")
        await assistant.calls("list_connection_types", kind="destination", search="snow")
        kind: dict[str, Any] = {"kind": "destination", "name": "snowflake"}
        await assistant.calls(
            "get_connection_type", **kind, shown=("steps", "accepts", "form\tyes")
        )
        (old,) = (await assistant.calls("list_destinations"))["destinations"]
        asked = await assistant.calls("delete_destination", destination=old["id"])
        assistant.says(f"This waits for you at a terminal, by the id {asked['approval_id']}.")
        await on.at_the_terminal("pending", shown=0)
        await on.at_the_terminal("deny", asked["approval_id"])
        await assistant.calls("delete_destination", destination=old["id"], refused=True)
        assistant.person("Not before Snowflake is connected! But let on-call have the mails.")
        asked = await assistant.calls("create_notification", to=ADDRESS)
        await on.at_the_terminal("approve", asked["approval_id"], types=ADDRESS)
        await assistant.calls("create_notification", to=ADDRESS)
        await assistant.calls("list_notifications", kind="email")
    there = on.account.store.destinations.get(old["id"]).deleted_at is None
    on.counted({"custom_emails.create": 1}, {"The destination is there": there})
