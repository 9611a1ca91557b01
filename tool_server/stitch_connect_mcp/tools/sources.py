"""Sources: list, look, delete."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from ..calls import Call
from ..registry import tool
from ..results import Answer, Outcome
from ..target import Target

SourceArgument = Annotated[int | str, Field(description="Id, or exact name.")]


class SourceRow(BaseModel):
    """A source in a list."""

    id: int
    name: str
    type: str
    state: str


class SourceList(Answer):
    """The sources of the account."""

    sources: list[SourceRow]

    def text(self) -> str:
        return "\n".join(f"{s.id} {s.name} {s.type} {s.state}" for s in self.sources) or "none"


class SourceDetail(Answer):
    """One source."""

    id: int
    name: str
    display_name: str
    type: str
    state: str
    created_at: str
    next_run: str | None = None

    def text(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in self.model_dump(exclude_none=True).items())


def state_of(source: Any) -> str:
    """The state of a source in a word or two."""
    if source.deleted_at:
        return "deleted"
    if source.paused_at:
        return "paused"
    if source.system_paused_at:
        return "paused by Stitch"
    step = source.report_card.current_step_type
    return "ready" if step in (None, "fully_configured") else f"needs setup: {step}"


@tool("sources.list", toolset="sources")
async def list_sources(call: Call) -> SourceList:
    """Lists the sources of the account with their state."""
    found = await call.stitch.sources.list()
    line = call.words.line
    rows = [
        SourceRow(id=s.id, name=line(s.name), type=line(s.type), state=line(state_of(s)))
        for s in found
    ]
    return SourceList(sources=rows)


@tool("sources.get", toolset="sources")
async def get_source(call: Call, source: SourceArgument) -> SourceDetail:
    """Shows one source: its state, and when it runs next."""
    found, line = await call.stitch.find_source(source), call.words.line
    fires = found.schedule.next_fire_time if found.schedule else None
    return SourceDetail(
        id=found.id,
        name=line(found.name),
        display_name=line(found.display_name),
        type=line(found.type),
        state=line(state_of(found)),
        created_at=str(found.created_at),
        next_run=str(fires) if fires else None,
    )


async def read_source(call: Call, source: SourceArgument) -> Target:
    """What deleting a source would touch."""
    found = await call.stitch.find_source(source)
    wording = (
        f"Delete source {found.id} in account {found.stitch_client_id} ({call.settings.where}): "
        f"type {call.words.quote(found.type)}, name {call.words.quote(found.name)}. "
        "Replication stops; it cannot be restored; data in the warehouse stays."
    )
    return Target(
        id=found.id,
        name=found.name,
        account=found.stitch_client_id,
        wording=wording,
        facts={"name": found.name, "type": found.type, "deleted_at": str(found.deleted_at)},
        blocked="The source is deleted already." if found.deleted_at else None,
    )


@tool("sources.delete", toolset="sources", target=read_source)
async def delete_source(call: Call, target: Target) -> Outcome:
    """Deletes a source for good, after a person has confirmed it. Its replication stops."""
    await call.stitch.sources.delete(target.id)
    return Outcome(status="done", what=f"Source {target.id} is deleted.")
