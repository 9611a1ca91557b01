"""JSON as it comes in: refused where it could not be kept, shown or held against a schema."""

from __future__ import annotations

import json
import math
import re
from typing import Any

Json = Any
DEEPEST = 100
"""Arrays and objects in one another; nothing that is documented has ten."""

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # of a pair of surrogates, or perhaps the whole pair


def read(raw: bytes, deepest: int = DEEPEST) -> Json:
    """The value that a body is.

    Args:
        raw: the body.
        deepest: how many arrays and objects may stand in one another.

    Raises:
        ValueError: it is no JSON in UTF-8, nested too deep, or has a number or a text that JSON
            cannot give back; the message says which.
    """
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_float=_finite, parse_constant=_finite)
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except RecursionError:
        raise _too_deep(deepest) from None
    if raw.count(b"[") + raw.count(b"{") > deepest and _depth(found) > deepest:
        raise _too_deep(deepest)
    if _HALF.search(raw):
        _check_surrogates(found)
    return found


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError(f"{text} is no number that JSON has")
    return found


def _too_deep(deepest: int) -> ValueError:
    return ValueError(f"it is nested deeper than {deepest} levels")


def _depth(value: Json) -> int:
    """How many arrays and objects stand in one another, an innermost empty one not counted."""
    level, depth = [value], 0
    while level := [
        inner
        for one in level
        for inner in (one.values() if type(one) is dict else one if type(one) is list else ())
    ]:
        depth += 1
    return depth


def _check_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it has half a pair of surrogates") from None
