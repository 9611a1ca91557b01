"""What several sections say in the same way: times, states, names."""

from __future__ import annotations

from datetime import UTC, datetime

from ..clock import iso
from .markup import Child, Html, tag


def when(moment: float, now: float) -> Html:
    """A moment by the clock of the account: the time of a moment today, else the day too."""
    at, today = (datetime.fromtimestamp(one, UTC) for one in (moment, now))
    shown = f"{at:%H:%M:%S}" if at.date() == today.date() else f"{at.day} {at:%b %H:%M}"
    return tag("time", shown, datetime=iso(moment))


def icon(name: str) -> Html:
    """One of the shapes that the page defines; a word beside it says the same."""
    return tag("svg", tag("use", href=f"#i-{name}"), class_=f"icon {name}", aria_hidden="true")


def code(*text: Child) -> Html:
    return tag("code", *text)


def section(name: str, title: str, *children: Child, note: Child = None) -> Html:
    """A section of the board under its title; `name` is the id by which it is kept up to date."""
    head = tag("div", tag("h2", title, id=f"{name}-title"), note, class_="head")
    return tag("section", head, *children, id=name, aria_labelledby=f"{name}-title")


def nothing(text: str) -> Html:
    return tag("p", text, class_="nothing")


def more(number: int) -> Html | None:
    """What was left out."""
    return tag("p", f"and {number:,} more", class_="nothing") if number > 0 else None
