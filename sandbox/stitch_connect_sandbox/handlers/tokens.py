"""The tokens with which rows are sent to an Import API source."""

from __future__ import annotations

from typing import Any

from .. import errors, views
from ..call import Call, handles
from ..clock import iso
from ..plans import is_newer
from ..records import ImportToken, Source

MAX_TOKENS = 2
SOURCE_TYPE = "import_api"


def _source(call: Call) -> Source:
    """The source of the path, which must take rows and still be there."""
    source = call.source()
    if source.type != SOURCE_TYPE:
        raise errors.token_denied("only sources of type import_api have access tokens")
    return source


@handles("import_api_tokens.list")
def list_tokens(call: Call) -> Any:
    tokens = call.store.tokens_of.of(call.source().id)
    if not is_newer(call.client):
        return [token.id for token in tokens]
    return [{"token_id": token.id, "created_at": iso(token.created_at)} for token in tokens]


@handles("import_api_tokens.generate")
def generate_token(call: Call) -> Any:
    source = _source(call)
    if source.deleted_at is not None:
        raise errors.source_not_found(source.id)
    if len(call.store.tokens_of.of(source.id)) >= MAX_TOKENS:
        raise errors.token_denied("a source can have at most two active access tokens")
    number = call.store.next("import-token", 90417722)
    token = ImportToken(
        id=number,
        client_id=source.client_id,
        source_id=source.id,
        value=call.engine.chance.token("at_", "import", number),
        created_at=call.now,
    )
    call.store.import_tokens.put(token)
    return {"id": token.id, "access_token": token.value}


@handles("import_api_tokens.revoke")
def revoke_token(call: Call) -> Any:
    source = call.source()
    token = call.store.import_tokens.get(call.number("token_id") or 0)
    if token is None or token.source_id != source.id:
        raise errors.source_not_found(call.params["token_id"])
    call.store.import_tokens.drop(token.id)
    changed = call.store.sources.change(source, updated_at=call.now)
    return views.source(changed, call.now)
