"""What a model is told when a call fails: one sentence that says what to do next."""

import sqlite3
from collections.abc import Callable
from typing import Any

from stitch_connect import errors as e
from stitch_connect.operations import OPERATIONS, Operation

from .confirmations.permit import NotConfirmed
from .paging import InvalidCursor
from .target import NoSense
from .text import Words
from .vault import TokenNotKept

Sentence = Callable[[Any, Words], str]

_ANEW = "call without it to begin anew"
_CHANGED = "A change may have been made: look before you repeat it."
_STATE = (
    "The state file of this server cannot be used (a full disk, or another process holds it); "
    "call again later, or the operator runs `stitch-connect-mcp doctor`."
)

_SCHEDULE = {
    "frequency_in_minutes": "every_minutes",
    "anchor_time": "anchor",
    "expression": "cron",
}
"""What a model calls what the client calls otherwise."""

SENTENCES: tuple[tuple[type[BaseException], Sentence], ...] = (
    (e.ConfigurationError, lambda error, words: f"{words.line(error, 300)}."),
    (e.BudgetExhausted, lambda error, words: _budget(error)),
    (e.Unauthorized, lambda error, words: "Stitch refused the token; the operator renews it."),
    (e.Forbidden, lambda error, words: "Stitch does not allow this to the account's token."),
    (e.NotFound, lambda error, words: f"Not found. {words.free(error.message)} List first."),
    (e.AlreadyRunning, lambda error, words: "A job of this source is running; look with get_job."),
    (e.InvalidProperties, lambda error, words: _properties(error, words)),
    (e.RateLimited, lambda error, words: f"Stitch asks for patience; {_later(error)}."),
    (e.ServerError, lambda error, words: f"Stitch is in trouble; {_later(error)}.{_look(error)}"),
    (
        e.UnexpectedResponse,
        lambda error, words: f"Stitch's answer makes no sense; call again later.{_look(error)}",
    ),
    (e.APIError, lambda error, words: f"Stitch refused: {words.free(error.message)}"),
    (e.TransportError, lambda error, words: _no_answer(error)),
    (e.UnknownSource, lambda error, words: _unknown(error, words)),
    (e.AmbiguousSource, lambda error, words: _ambiguous(error, words)),
    (NotConfirmed, lambda error, words: "This needs a confirmation; nothing was sent to Stitch."),
    (InvalidCursor, lambda error, words: f"The cursor is not of this list and filters; {_ANEW}."),
    (
        e.InvalidHandle,
        lambda error, words: f"{error}; give what start_job or list_extractions returned.",
    ),
    (e.SelectionRefused, lambda error, words: _selection(error, words)),
    (e.SelectionChanged, lambda error, words: words.said(error, 800)),
    (e.SelectionUnfinished, lambda error, words: f"{words.line(error, 300)}."),
    (e.SelectionNotConfirmed, lambda error, words: words.said(error, 800)),
    (e.InvalidSchedule, lambda error, words: f"{words.line(_schedule(error), 300)}."),
    (e.InvalidArgument, lambda error, words: f"{words.line(error, 300)}."),
    (TokenNotKept, lambda error, words: f"{error}"),
    (sqlite3.Error, lambda error, words: _STATE),
    (NoSense, lambda error, words: "Stitch's answer makes no sense; call again later."),
)


def explain(error: BaseException, words: Words) -> str | None:
    """The sentence for an error, or None for one that nobody foresaw."""
    for kind, sentence in SENTENCES:
        if isinstance(error, kind):
            return sentence(error, words)
    return None


def unforeseen(operation: Operation) -> str:
    """The sentence for an error that nobody foresaw, mostly an answer of another shape."""
    look = "" if operation.risk.level == "read" else f" {_CHANGED}"
    return f"This failed in an unforeseen way, which the log of this server tells.{look}"


def _schedule(error: Any) -> str:
    return f"{_SCHEDULE.get(error.field, error.field)}: {error.problem}; {error.remedy}"


def is_missing(error: BaseException) -> bool:
    """Whether an error says that what was asked about is not there."""
    if isinstance(error, e.SelectionRefused):
        return {one.reason for one in error.refusals} == {"unknown_stream"}
    return isinstance(error, e.NotFound | e.UnknownSource | e.InvalidHandle)


def _budget(error: Any) -> str:
    return f"The account's request budget is used up; call again in {error.wait:.0f} s."


def _later(error: Any) -> str:
    if error.retry_after is None:
        return "call again later"
    return f"call again in {error.retry_after:.0f} s"


def _look(error: Any) -> str:
    """What follows where something may have been changed after all."""
    operation = OPERATIONS.get(error.operation or "")
    if operation is not None and operation.risk.level == "read":
        return ""
    return f" {_CHANGED}"


def _no_answer(error: Any) -> str:
    if error.may_have_arrived:
        return f"Stitch did not answer; call again later.{_look(error)}"
    return "Stitch cannot be reached; nothing was sent. Try again later."


def _properties(error: Any, words: Words) -> str:
    names = ", ".join(words.quote(name) for name in error.bad_properties[:20])
    return (
        f"Stitch refused {names or 'these settings'}; get_connection_type says what each accepts."
    )


def _selection(error: Any, words: Words) -> str:
    """What cannot be, and what to do about it: our words, about names on one line."""
    told = [f"{words.line(one, 400)}." for one in error.refusals[:5]]
    left = len(error.refusals) - len(told)
    return " ".join(
        ["Nothing was sent to Stitch.", *told, *([f"And {left} more."] if left else [])]
    )


def _unknown(error: Any, words: Words) -> str:
    near = ", ".join(words.quote(name) for name in error.near)
    hint = f"Near: {near}." if near else "list_sources names them."
    if error.name.isdecimal():
        hint = "An id is given as a number, without quotes."
    return f"No source is named {words.quote(error.name)}. {hint}"


def _ambiguous(error: Any, words: Words) -> str:
    found = ", ".join(f"{number} {words.quote(name)}" for number, name, _ in error.candidates[:10])
    return f"Several sources have that name; give the id: {found}."
