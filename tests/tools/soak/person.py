"""Who answers the questions of a server: as was laid down for each target, else with the name."""

from __future__ import annotations

import re
from typing import Any

import anyio
from mcp.types import ElicitResult

TARGET = re.compile(r"Delete notification (\d+)")
NAME = re.compile(r"Type (.+) to confirm", re.DOTALL)
THOUGHT = 1.1  # seconds; a refusal within one is taken for a program's
HANGS = 3.0

ACCEPT, WRONG, DECLINE, REFLEX, HANG = "accept", "wrong name", "decline", "reflex", "hang"


class Person:
    """One person at all the clients; what is answered is laid down before it is asked."""

    def __init__(self) -> None:
        self.answers: dict[int, str] = {}
        self.asked = 0

    async def __call__(self, context: Any, question: Any) -> ElicitResult:
        self.asked += 1
        target = TARGET.search(question.message)
        answer = self.answers.get(int(target[1]), ACCEPT) if target else ACCEPT
        if answer in (DECLINE, HANG):
            await anyio.sleep(THOUGHT if answer == DECLINE else HANGS)
        if answer in (ACCEPT, WRONG):
            asked = NAME.fullmatch(question.requested_schema["properties"]["name"]["title"])
            assert asked is not None
            typed = asked[1] if answer == ACCEPT else "something else"
            return ElicitResult(action="accept", content={"name": typed})
        return ElicitResult(action="cancel" if answer == HANG else "decline")
