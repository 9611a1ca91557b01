"""Sources: pause, resume, delete."""

from __future__ import annotations

import stitch_connect as sdk

from ..calls import Call
from ..registry import tool
from ..results import Outcome
from ..target import Target
from .shared import SourceArgument, account_of, counted

PUSHED = "import_api"  # the type of source that has no streams to select, but tokens


@tool("sources.pause", toolset="sources")
async def pause_source(call: Call, source: SourceArgument) -> Outcome:
    """Pauses the schedule of a source; a job can still be started by hand."""
    found = await call.find_source(source)
    await call.stitch.sources.pause(found.id)
    return Outcome(status="done", what=f"Source {found.id} is paused.")


@tool("sources.unpause", toolset="sources")
async def resume_source(call: Call, source: SourceArgument) -> Outcome:
    """Resumes the schedule of a paused source."""
    found = await call.find_source(source)
    await call.stitch.sources.unpause(found.id)
    return Outcome(status="done", what=f"Source {found.id} runs on its schedule again.")


async def read_source(call: Call, source: SourceArgument) -> Target:
    """What deleting a source would touch."""
    found = await call.find_source(source)
    wording = (
        f"Delete source {found.id} in {account_of(call, found.stitch_client_id)}, with "
        f"{await _at_stake(call, found)}. Replication stops; it cannot be restored; data in the "
        f"warehouse stays. Its type is {call.words.quote(found.type)}, "
        f"its name {call.words.quote(found.name)}."
    )
    return Target(
        id=found.id,
        name=found.name,
        account=found.stitch_client_id,
        wording=wording,
        facts={"name": found.name, "type": found.type, "deleted_at": str(found.deleted_at)},
        blocked="The source is deleted already." if found.deleted_at else None,
    )


async def _at_stake(call: Call, source: sdk.models.Source) -> str:
    """What brings the data that would stop; where that cannot be read, deleting still can be."""
    try:
        if source.type == PUSHED:
            tokens = await call.stitch.import_api_tokens.list(source.id)
            return counted(len(tokens), "active import token")
        streams = await call.stitch.streams.list(source.id)
    except sdk.errors.APIError:
        return "streams that cannot be read"
    return counted(sum(one.selected is True for one in streams), "selected stream")


@tool("sources.delete", toolset="sources", target=read_source)
async def delete_source(call: Call, target: Target) -> Outcome:
    """Deletes a source for good, after a person has confirmed it. Its replication stops."""
    await call.stitch.sources.delete(target.id)
    return Outcome(status="done", what=f"Source {target.id} is deleted.")
