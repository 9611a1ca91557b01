"""What several tools share: how a source is given, when something was, what a state is called."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field

from ..calls import Call
from ..redaction import HIDDEN, names_a_secret
from ..results import Row
from ..text import Words

SourceArgument = Annotated[int | str, Field(description="Id or name.")]


class PropertyRow(Row):
    """A setting of a connection."""

    name: str
    value: str


def state_of(thing: Any) -> str:
    """Return the state of a source or destination in a word or two."""
    if thing.deleted_at:
        return "deleted"
    if thing.paused_at:
        return "paused"
    if thing.system_paused_at:
        return "system_paused"
    step = getattr(thing.report_card, "current_step_type", None)
    return "ready" if step in (None, "fully_configured") else "needs_setup"


def when(moment: object) -> str | None:
    """Return a moment as ISO 8601 in whole seconds; what is none is left out."""
    if not isinstance(moment, datetime):
        return None
    with suppress(OverflowError):  # an hour before the first year, or after the last
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return None


def counted(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def has(text: str | None, *parts: object) -> bool:
    """Return whether a search text, if one is given, is in any of the parts."""
    return text is None or any(text.casefold() in str(part).casefold() for part in parts)


def free_or_none(words: Words, text: str | None) -> str | None:
    """Return free text between markers, where there is any."""
    return words.free(text) if text else None


def said_or_none(words: Words, text: str | None) -> str | None:
    """Return free text for the cell of a table, where there is any."""
    return words.said(text) if text else None


def account_of(call: Call, client_id: object) -> str:
    """Return how a question names the account."""
    return f"account {client_id} ({call.settings.where})"


def shown_properties(words: Words, thing: Any) -> list[PropertyRow]:
    """Return the settings of a connection; a credential is hidden, were it ever sent."""
    known = credentials(thing.report_card)

    def is_hidden(name: str) -> bool:
        return name in known or names_a_secret(name)

    return [
        PropertyRow(name=words.line(name), value=HIDDEN if is_hidden(name) else words.said(value))
        for name, value in sorted(settings_of(thing).items())
    ]


def credentials(card: Any) -> frozenset[str]:
    """Return the names of those properties of a report card that are credentials."""
    steps: Iterable[Any] = getattr(card, "steps", None) or ()
    return frozenset(p.name for step in steps for p in step.properties if p.is_credential)


def settings_of(thing: Any) -> Mapping[str, Any]:
    """Return the settings of a connection that are set."""
    found = thing.properties if isinstance(thing.properties, Mapping) else {}
    return {name: value for name, value in found.items() if value is not None}
