"""Load the orders now, and tell me when they are in

A job takes minutes, and a host gives a call one. So `start_job` returns a handle at once, and
`get_job` waits up to 25 seconds at a time, telling how far it has come. A name that is not quite
right is answered with the one that was meant, before anything runs.
"""

from ..stage import Stage


async def tell(on: Stage) -> None:
    on.job_of(120643, duration=40, load_delay={"orders": 25})
    async with on.assistant() as assistant:
        assistant.person("Load the orders now, and tell me when they are in.")
        await assistant.calls("start_job", source="heruko", refused=True)
        started = await assistant.calls("start_job", source="heroku")
        job = started["job"]
        await assistant.calls("get_job", job=job, wait_second=25, refused=True)
        found: dict[str, object] = {"ended": False}
        for _ in range(10):
            found = await assistant.calls(
                "get_job", job=job, wait_seconds=25, shown=("state", "summary", "freshness")
            )
            if found["ended"]:
                break
        assert found["state"] == "loaded"
        assistant.says(f"They are in. {found['summary']}")
    on.counted({"replication_jobs.start": 1})
