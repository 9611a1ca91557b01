"""Why does the billing database fail?

The person picks the prompt `diagnose_source` from a menu, and completes the source's name there.
The last check says in which phase it failed, and the log of the last extraction shows the line. A
credential does not go through an assistant, also when a person gives it one.
"""

from mcp.types import PromptReference

from ..stage import Stage

PROMPT = PromptReference(type="ref/prompt", name="diagnose_source")


async def tell(on: Stage) -> None:
    async with on.assistant() as assistant:
        (source,) = await assistant.completes(PROMPT, "source", "bill")
        await assistant.takes("diagnose_source", source=source)
        await assistant.calls("get_source", source=source, shown=6)
        check = await assistant.calls("check_connection", source=source)
        await assistant.calls("list_extractions", source=source)
        log = await assistant.calls("read_extraction_log", source=source, search="critical")
        assert "password authentication failed" in log["log"]
        assistant.says(
            f"It fails in {check['failed_phase']}: the database refuses the password of the user "
            "stitch. Has it been changed?"
        )
        assistant.person("Yes, yesterday; it is `correct-horse` now. Put it in.")
        new = {"password": "correct-horse"}
        await assistant.calls("update_source", source=source, properties=new, refused=True)
        kind = await assistant.calls(
            "get_connection_type", name="platform.hp-mysql", search="password"
        )
        (setting,) = kind["settings"]
        assert setting["credential"]
        assistant.says(
            f"I cannot: the {setting['name']} is a credential. Please enter it in Stitch, in the "
            f"step {setting['step']} of this source; a new check begins by itself."
        )
    on.counted({})
