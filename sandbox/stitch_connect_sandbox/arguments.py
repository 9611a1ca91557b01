"""What the control plane accepts: tables of fields, and refusals that say what to write."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Field:
    """What a value must be, in words and as a test."""

    said: str
    fits: Callable[[Json], bool]
    required: bool = False


Fields = Mapping[str, Field]


def held(given: Json, fields: Fields) -> dict[str, Json]:
    """The fields of a request.

    Raises:
        ValueError: a field is unknown (its nearest is named), missing, or does not fit.
    """
    if not isinstance(given, dict):
        raise ValueError("the body is a JSON object")
    for name, value in given.items():
        if name not in fields:
            raise ValueError(unknown("field", name, fields))
        if not fields[name].fits(value):
            raise ValueError(f"{name} is {fields[name].said}, not {json.dumps(value)[:80]}")
    for name, field in fields.items():
        if field.required and name not in given:
            raise ValueError(f"{name} is missing: {field.said}")
    return given


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """A refusal that names the nearest of what is known."""
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(known)}"
    return f"unknown {what} {name!r}: {hint}"


def one_of(values: Collection[str], *, required: bool = False) -> Field:
    return Field(
        f"one of {', '.join(values)}", lambda v: isinstance(v, str) and v in values, required
    )


def integer(low: int, high: int, *, required: bool = False) -> Field:
    return Field(f"an integer from {low} to {high}", lambda v: _is_int(v, low, high), required)


def seconds(*, required: bool = False) -> Field:
    return Field("a number of seconds, zero or more", is_seconds, required)


def is_seconds(value: Json) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= 1e9


def is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_one(value: Json, known: frozenset[str]) -> bool:
    return isinstance(value, str) and value in known


def _is_int(value: Json, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


ID = integer(1, 10**15, required=True)
FLAG = Field("true or false", lambda value: isinstance(value, bool))
NAMES = Field("a list of stream names", is_names)
