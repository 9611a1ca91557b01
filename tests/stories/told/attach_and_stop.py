"""Start it; but it is running already

Somebody else has started a job. Stitch runs one at a time for a source, so the call attaches to the
one that runs, and says so. Stopping is for good, and what was loaded stays.
"""

from ..stage import Stage

SOURCE = 120644


async def tell(on: Stage) -> None:
    await on.a_colleague_starts(SOURCE)
    async with on.assistant() as assistant:
        assistant.person("Start Shopify EU.")
        started = await assistant.calls("start_job", source="Shopify EU")
        await assistant.calls("get_job", job=started["job"])
        assistant.says("A job was running already; I follow that one.")
        assistant.person("It reads from the live shop, on a sales day! Stop it.")
        await assistant.calls("stop_job", source="Shopify EU")
        for ended in (False, True):
            found = await assistant.calls(
                "get_job", job=started["job"], wait_seconds=25, shown=("state", "summary", "fresh")
            )
            assert found["ended"] is ended
        assert found["state"] == "terminated"
        await assistant.reads(f"stitch://jobs/{found['job']}/log")
        assistant.says("It has been stopped. Its schedule goes on; shall I pause it?")
    jobs = [job for job in on.account.store.jobs if job.source_id == SOURCE]
    on.counted(
        {"replication_jobs.start": 1, "replication_jobs.stop": 1},
        {"The colleague's job is the last one": len(jobs) == 2},
    )
