"""Import API tokens: their ids, never their values."""

from typing import Annotated, Any

from pydantic import Field

from ..calls import Call
from ..paging import Asked, Cursor, Limit, page_of
from ..registry import tool
from ..results import Answer, Outcome, Row
from ..target import Target
from .shared import SourceArgument, account_of, when

Id = Annotated[int, Field(ge=1)]


class TokenRow(Row):
    """An active token."""

    token_id: int
    created: str | None = None


class TokenList(Answer):
    """The active Import API tokens of a source."""

    source_id: int
    tokens: list[TokenRow]
    next: str | None = None


@tool("import_api_tokens.list", toolset="tokens")
async def list_import_tokens(
    call: Call, source: SourceArgument, limit: Limit = 20, cursor: Cursor = None
) -> TokenList:
    """Lists the ids of the active Import API tokens of a source; their values are never shown."""
    found = await call.find_source(source)
    page = await page_of(
        Asked("list_import_tokens", limit, cursor, {"source": found.id}),
        [_row(one) for one in await call.stitch.import_api_tokens.list(found.id)],
        show=lambda row: row,
        key=lambda row: row.token_id,
    )
    return TokenList(source_id=found.id, tokens=page.rows, next=page.next)


def _row(found: Any) -> TokenRow:
    """Two forms are documented: plain ids, and objects."""
    number = getattr(found, "token_id", found)
    return TokenRow(token_id=int(number), created=when(getattr(found, "created_at", None)))


async def read_token(call: Call, source: SourceArgument, token_id: Id) -> Target:
    """What revoking a token would touch."""
    found = await call.find_source(source)
    active = {_row(one).token_id for one in await call.stitch.import_api_tokens.list(found.id)}
    return Target(
        id=token_id,
        name=str(token_id),
        account=found.stitch_client_id,
        wording=(
            f"Revoke import token {token_id} of source {found.id} in "
            f"{account_of(call, found.stitch_client_id)}. Whoever sends with it is refused from "
            f"then on; it cannot be restored. Source name {call.words.quote(found.name)}."
        ),
        facts={"source": found.id, "active": token_id in active},
        blocked=None if token_id in active else "The source has no active token with this id.",
        change={"source_id": found.id},
    )


@tool("import_api_tokens.revoke", toolset="tokens", target=read_token)
async def revoke_import_token(call: Call, target: Target) -> Outcome:
    """Revokes an Import API token for good, after a person has confirmed it."""
    await call.stitch.import_api_tokens.revoke(target.change["source_id"], target.id)
    return Outcome(status="done", what=f"Import token {target.id} is revoked.")
