"""What a model is told when a call fails: one sentence that says what to do next."""

from collections.abc import Callable
from typing import Any

from stitch_connect import errors as e

from .confirmations.permit import NotConfirmed
from .text import Words

Sentence = Callable[[Any, Words], str]

SENTENCES: tuple[tuple[type[BaseException], Sentence], ...] = (
    (e.ConfigurationError, lambda error, words: f"{words.line(error, 300)}."),
    (e.BudgetExhausted, lambda error, words: _budget(error)),
    (e.Unauthorized, lambda error, words: "Stitch refused the token; the operator renews it."),
    (e.NotFound, lambda error, words: f"Not found. {words.free(error.message)} List first."),
    (e.AlreadyRunning, lambda error, words: "A job of this source is running; look with get_job."),
    (e.APIError, lambda error, words: f"Stitch refused: {words.free(error.message)}"),
    (e.TransportError, lambda error, words: _no_answer(error)),
    (e.UnknownSource, lambda error, words: _unknown(error, words)),
    (e.AmbiguousSource, lambda error, words: _ambiguous(error, words)),
    (NotConfirmed, lambda error, words: "This needs a confirmation; nothing was sent to Stitch."),
    (e.InvalidHandle, lambda error, words: f"{error}; give what start_job returned."),
)


def explain(error: BaseException, words: Words) -> str | None:
    """The sentence for an error, or None for one that nobody foresaw."""
    for kind, sentence in SENTENCES:
        if isinstance(error, kind):
            return sentence(error, words)
    return None


def _budget(error: Any) -> str:
    return f"The account's request budget is used up; call again in {error.wait:.0f} s."


def _no_answer(error: Any) -> str:
    if error.may_have_arrived:
        return "Stitch did not answer, and may have acted: look before you repeat a change."
    return "Stitch cannot be reached; nothing was sent. Try again later."


def _unknown(error: Any, words: Words) -> str:
    near = ", ".join(words.quote(name) for name in error.near)
    return f"No source is named {words.quote(error.name)}. " + (f"Near: {near}." if near else "")


def _ambiguous(error: Any, words: Words) -> str:
    found = ", ".join(f"{number} {words.quote(name)}" for number, name, _ in error.candidates)
    return f"Several sources have that name; give the id: {found}."
