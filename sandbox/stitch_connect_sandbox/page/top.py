"""The head of the board: the clock, the choice of account, and how things are in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from ..clock import iso
from ..records import Account
from .board import Board
from .markup import Html, tag
from .survey import STATES
from .words import icon

ACCOUNTS = 50
FAST = 10.0


def clock(board: Board) -> Html:
    """The time of the account, without seconds where those fly past."""
    scale, at = board.sandbox.clock.scale, datetime.fromtimestamp(board.now, UTC)
    shown = f"{at:%H:%M}" if scale > FAST else f"{at:%H:%M:%S}"
    day = f"{at:%A}, {at.day} {at:%B %Y}"
    moves = f"{scale:g} × as fast as real time" if scale else "moves only when advanced"
    pace = "in real time" if scale == 1 else moves
    time = tag("time", shown, datetime=iso(board.now))
    return tag("div", time, tag("span", f"{day}, UTC; {pace}"), id="clock")


def accounts(board: Board) -> Html:
    """The account that is shown and, if there are several, the choice between them."""
    known = board.sandbox.store.accounts
    if board.account is None:
        return tag("div", _choice(board) if len(known) else None, id="accounts")
    return tag(
        "div",
        _choice(board) if len(known) > 1 else tag("span", *_names(board.account), class_="one"),
        tag("p", _facts(board, board.account), class_="facts"),
        id="accounts",
    )


def _names(account: Account) -> tuple[Html, Html]:
    return tag("b", account.company), tag("span", account.id, class_="number")


def _facts(board: Board, account: Account) -> str:
    destinations = [
        f"{one.name} ({one.type})"
        for one in board.sandbox.store.destinations_of.of(account.id)
        if one.deleted_at is None
    ]
    into = ", ".join(destinations[:3]) or "no destination: nothing replicates"
    return f"{account.plan.capitalize()} plan, {account.region}. Loads into {into}."


def _choice(board: Board) -> Html:
    """Links, so that no script is needed; an account that is not among them is found by its id."""
    known = board.sandbox.store.accounts
    shown = list(zip(range(ACCOUNTS), known, strict=False))
    links = [tag("li", _link(board, one), data_key=one.id) for _, one in shown]
    opener = tag("summary", *(_names(board.account) if board.account else ["Choose an account"]))
    rest = _by_id(len(known) - len(links)) if len(known) > len(links) else None
    return tag("details", opener, tag("div", tag("ul", links), rest, class_="menu"))


def _link(board: Board, account: Account) -> Html:
    chosen = board.account is not None and account.id == board.account.id
    number = len(board.sandbox.store.sources_of.of(account.id))
    return tag(
        "a",
        *_names(account),
        tag("span", _sources(number), class_="count"),
        href=f"/?account={account.id}",
        aria_current="true" if chosen else None,
    )


def _by_id(hidden: int) -> Html:
    label = tag(
        "label", f"{hidden:,} more; by id ", tag("input", name="account", inputmode="numeric")
    )
    return tag("form", label, tag("button", "Show"), method="get", action="/")


def _sources(number: int) -> str:
    return "no sources" if not number else "1 source" if number == 1 else f"{number:,} sources"


# In one sentence ---------------------------------------------------------------------------------


def headline(board: Board) -> Html:
    """How the account is doing, and the states to filter its sources by."""
    return tag(
        "div",
        tag("h1", _sentence(board), aria_live="polite"),
        _filters(board) if board.survey.rows else None,
        id="headline",
    )


def _sentence(board: Board) -> str:
    counts = board.survey.counts
    present = len(board.survey.rows) - counts.get("deleted", 0)
    if board.account is None:
        return "There is no such account."
    if not present:
        return "There are no sources yet."
    for state, one, several in (
        ("failing", "is failing", "are failing"),
        ("system_paused", "was paused by Stitch", "were paused by Stitch"),
        ("needs_setup", "needs to be set up", "need to be set up"),
    ):
        number = counts.get(state, 0)
        if number:
            verb = one if number == 1 else several
            return f"{number:,} of {_sources(present)} {verb}."
    return "The one source is well." if present == 1 else f"All {_sources(present)} are well."


def _filters(board: Board) -> Html:
    return tag("nav", tag("ul", _filter_links(board)), aria_label="Sources by state")


def _filter_links(board: Board) -> Iterator[Html]:
    yield _filter(board, "", "All", len(board.survey.rows))
    for state, word in STATES.items():
        if board.survey.counts.get(state):
            yield _filter(board, state, word, board.survey.counts[state])


def _filter(board: Board, state: str, word: str, number: int) -> Html:
    link = tag(
        "a",
        icon(state) if state else None,
        f"{word} ",
        tag("b", f"{number:,}"),
        href=board.view.link(state=state),
        aria_current="true" if board.view.state == state else None,
    )
    return tag("li", link, data_key=state or "all")
