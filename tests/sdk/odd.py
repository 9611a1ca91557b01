"""Answers of the sandbox with a value in them that is not as documented."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import httpx

VALUES: tuple[Any, ...] = (
    None, True, 1.5, "9999-12-31T23:59:59Z", [], {"a": 1}, "\u202e\x00",
)  # fmt: skip
Spoil = Callable[[Any], Any]
Place = tuple[str | int, ...]


class Spoiling(httpx.HTTPTransport):
    """Passes everything on, and spoils what is answered at one path.

    Args:
        ending: how the path ends.
        spoil: takes the JSON of an answer and returns what is given instead.
    """

    def __init__(self, ending: str, spoil: Spoil) -> None:
        super().__init__()
        self.ending, self.spoil = ending, spoil

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if answer.status_code != 200 or not request.url.path.endswith(self.ending):
            return answer
        raw = json.loads(answer.read())
        answer.close()
        return httpx.Response(200, json=self.spoil(raw), headers={"date": answer.headers["date"]})


def at(raw: Any, place: Place) -> Any:
    """What is at a place in a JSON value."""
    for key in place:
        raw = raw[key]
    return raw


def every_spoil(
    raw: Any, row: Place, values: Sequence[Any] = VALUES
) -> Iterator[tuple[Place, Spoil]]:
    """Each odd value in the place of a row of an answer, and of each value in it, two deep."""
    found = at(raw, row)
    inner = [(name, below) for name, one in found.items() if isinstance(one, dict) for below in one]
    for below, value in product([(), *((name,) for name in found), *inner], values):
        yield (*below, repr(value)), _putting((*row, *below), value)


def _putting(place: Place, value: Any) -> Spoil:
    def spoil(raw: Any) -> Any:
        if not place:
            return value
        at(raw, place[:-1])[place[-1]] = value
        return raw

    return spoil
