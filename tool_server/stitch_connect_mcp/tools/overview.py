"""How the account is doing, on one screen."""

from typing import Any

from anyio import to_thread

from ..calls import Call
from ..recent import Known
from ..registry import tool
from ..results import Answer, Row
from .shared import said_or_none

REQUESTS = 2  # of the jobs budget, for a small account
MOST = 25
QUIET = ("ok", "running", "paused", "deleted", "never_ran")


class Trouble(Row):
    """A source that needs somebody."""

    id: int
    name: str
    state: str
    reason: str
    message: str | None = None


class DestinationRow(Row):
    """Where the account loads into."""

    id: int
    name: str
    type: str
    paused: bool


class AccountOverview(Answer):
    """How an account is doing."""

    published = True

    account: int
    where: str
    sources: dict[str, int]
    attention: list[Trouble]
    destinations: list[DestinationRow]
    budget: str
    freshness: str
    note: str | None = None


@tool("sources.list", toolset="overview")
async def account_overview(call: Call) -> AccountOverview:
    """Shows the health of the account: sources by state, what fails and why, destinations."""
    known = await call.recent.ask("health", call.now, call.stitch.health, REQUESTS)
    left = await to_thread.run_sync(call.stitch.budget_left, "jobs", known.value.client_id)
    return _overview(call, known, left)


def _overview(call: Call, known: Known[Any], left: int | None) -> AccountOverview:
    health, line = known.value, call.words.line
    troubled = [source for source in health.sources if source.state not in QUIET]
    return AccountOverview(
        account=health.client_id,
        where=call.settings.where,
        sources=health.counts,
        attention=[_trouble(call, source) for source in troubled[:MOST]],
        destinations=[
            DestinationRow(id=one.id, name=line(one.name), type=line(one.type), paused=one.paused)
            for one in health.destinations[:MOST]
        ],
        budget=_budget(left),
        freshness=known.sentence,
        note=_more(len(troubled)),
    )


def _trouble(call: Call, source: Any) -> Trouble:
    message = source.message or next((one.message for one in source.failures if one.message), None)
    return Trouble(
        id=source.id,
        name=call.words.line(source.name),
        state=source.state,
        reason=source.reason,
        message=said_or_none(call.words, message),
    )


def _budget(left: int | None) -> str:
    return "not known" if left is None else f"{left} of 30 job requests left for 10 minutes"


def _more(count: int) -> str | None:
    return (
        f"{count - MOST} more need attention; list_extractions names them" if count > MOST else None
    )
