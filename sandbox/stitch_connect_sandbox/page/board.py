"""One board: a sandbox, as somebody wants to see it, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..disk import DiskError
from ..records import Account, Source
from .survey import STATES, Survey, Surveyor

if TYPE_CHECKING:
    from ..app import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What somebody wants to see, as the address of the page says it."""

    account: int | None = None
    """The first account, where it names none."""
    state: str = ""
    find: str = ""
    page: int = 1

    def link(self, **changes: Any) -> str:
        """The address of another view."""
        then = replace(self, page=1) if "page" not in changes else self
        then = replace(then, **changes)
        said = {
            "account": then.account or "",
            "state": then.state,
            "find": then.find,
            "page": then.page if then.page > 1 else "",
        }
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/?{query}" if query else "/"


def view_of(query: Mapping[str, str]) -> View:
    """The view that a query names; what makes no sense in it is left out."""
    state = query.get("state", "")
    return View(
        account=_number(query.get("account", "")),
        state=state if state in STATES else "",
        find=query.get("find", "").strip()[:80],
        page=max(1, _number(query.get("page", "")) or 1),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


@dataclass(frozen=True, slots=True)
class Board:
    """What every section is written from."""

    sandbox: Sandbox
    view: View
    account: Account | None
    survey: Survey
    now: float

    def named(self, source_id: int) -> str:
        """The name of a source."""
        source: Source | None = self.sandbox.store.sources.get(source_id)
        return str(source_id) if source is None else source.display_name


def look(sandbox: Sandbox, surveyor: Surveyor, view: View) -> Board:
    """Look at a sandbox, once what is due by now has happened."""
    with suppress(DiskError):
        sandbox.catch_up()
    accounts = sandbox.store.accounts
    wanted = view.account
    account = next(iter(accounts), None) if wanted is None else accounts.get(wanted)
    survey = surveyor.of(account.id if account else 0)
    return Board(sandbox, view, account, survey, sandbox.clock.now())
