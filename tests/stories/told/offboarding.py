"""Take the Import API source out of service

The operator has started the server with `--access operate`: what is above that level is neither
listed nor done, and a refusal names the level that is missing. With `destructive`, the prompt
`safe_offboarding` goes through it step by step.
"""

from typing import Any

from mcp.types import ResourceTemplateReference
from stitch_connect_mcp.access import Access

from ..stage import Stage

SOURCE, TOKEN, HOOK = 120652, 90417722, 8
TEMPLATE = ResourceTemplateReference(type="ref/resource", uri="stitch://sources/{id}")


async def tell(on: Stage) -> None:
    async with on.assistant(access=Access(level="operate")) as assistant:
        assistant.person("Take the Import API source out of service.")
        await assistant.calls("pause_source", source="import_api")
        token: dict[str, Any] = {"source": "import_api", "token_id": TOKEN}
        await assistant.calls("revoke_import_token", **token, refused=True)
        assistant.says("It is paused. For more the server must be started with another level.")
    on.happens("The operator starts the server with `--access destructive`.")
    async with on.assistant() as assistant:
        await assistant.takes("safe_offboarding", source="import_api")
        (number,) = await assistant.completes(TEMPLATE, "id", "import")
        await assistant.reads(f"stitch://sources/{number}", shown=("name", "state", "paused"))
        await assistant.calls("list_loads", source="import_api")
        await assistant.calls("list_import_tokens", source="import_api")
        await assistant.calls("list_notifications", kind="hook")
        assistant.says("Nothing was loaded. I would revoke its token, and drop hook and source.")
        assistant.person("Do; but turn the hook off before.")
        await assistant.calls("revoke_import_token", **token, typed=[str(TOKEN)])
        hook: dict[str, Any] = {"kind": "hook", "notification": HOOK}
        await assistant.calls("set_notification", **hook, enabled=False)
        await assistant.calls("delete_notification", **hook, typed=[str(HOOK)])
        await assistant.calls("delete_source", source="import_api", typed=["import_api"])
    store = on.account.store
    on.counted(
        {
            "hooks.delete": 1,
            "hooks.disable": 1,
            "import_api_tokens.revoke": 1,
            "sources.delete": 1,
            "sources.pause": 1,
        },
        {
            "The token is gone": TOKEN not in store.import_tokens,
            "The source is deleted": store.sources.get(SOURCE).deleted_at is not None,
        },
    )
