"""Did last night's orders load?

Questions about the past take a few requests, and change nothing. Of those about jobs and loads
Stitch allows 30 in 10 minutes, and all windows of a user share them. When they are used up, what is
known already is told with its age; for the rest, the assistant learns when to call again.
"""

from ..stage import Stage

OVERVIEW = ("sources:", "  ok", "  failing", "attention", "message", "failing\t", "budget", "fresh")


async def tell(on: Stage) -> None:
    async with on.assistant() as assistant:
        assistant.person("Did last night's orders load? They come from Heroku.")
        last = await assistant.calls("list_extractions", source="heroku")
        loads = await assistant.calls("list_loads", source="heroku")
        job = last["extractions"][0]["job"]
        found = await assistant.calls("get_job", job=job, shown=("state", "summary", "started"))
        assert found["state"] == "loaded"
        orders = next(row for row in loads["loads"] if row["stream"] == "orders")
        assistant.says(
            f"Yes: {found['summary']} The orders were in the warehouse at {orders['loaded']}."
        )
        assistant.person("Good. And is everything else fine?")
        seen = await assistant.calls("account_overview", shown=OVERVIEW)
        failing = [one["name"] for one in seen["attention"] if one["state"] == "failing"]
        assistant.says(f"No. {len(failing)} sources are failing: {', '.join(failing)}.")
        await on.another_window_asks_until_it_may_not()
        assistant.person("I have just mended Stripe. Look again, please.")
        await assistant.calls("account_overview", shown=("stripe", "budget", "freshness"))
        await assistant.calls("get_job", job="116078.120647.after.none", refused=True)
        assistant.says("That is what was known a minute ago; I look again in nine minutes.")
    on.counted({})
