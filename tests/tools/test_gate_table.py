"""The gate's table: every mode, era and capability, in every scenario; counted at the sandbox.

What is due is written beside each scenario, by the way in which somebody can be asked: at most one
execution always, exactly one where nothing fails, none where none is due.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import httpx
import pytest
from stitch_connect_mcp.confirmations import questions
from stitch_connect_mcp.confirmations.modes import MODES
from stitch_connect_mcp.confirmations.rows import State
from stitch_connect_sandbox.server import running

from .desk import CAPABILITIES, ERAS, OTHER, SOURCE, Desk, Person

ONCE: Mapping[str, int] = {"form": 1, "terminal": 1, "token": 1, "none": 0}
NEVER: Mapping[str, int] = dict.fromkeys(ONCE, 0)
Play = Callable[[Desk], Awaitable[None]]


class Scenario(NamedTuple):
    """What happens, and how often the act is due by each way of asking."""

    play: Play
    due: Mapping[str, int]


SCENARIOS: dict[str, Scenario] = {}


def scenario(due: Mapping[str, int]) -> Callable[[Play], Play]:
    def register(play: Play) -> Play:
        SCENARIOS[play.__name__] = Scenario(play, due)
        return play

    return register


@scenario(ONCE)
async def accepted(desk: Desk) -> None:
    await desk.whole()


@scenario(NEVER)
async def wrong_name(desk: Desk) -> None:
    desk.person = Person(typed="herokuu")
    await desk.whole()


@scenario(NEVER)
async def declined(desk: Desk) -> None:
    desk.person = Person("decline")
    await desk.whole()


@scenario(NEVER)
async def cancelled(desk: Desk) -> None:
    desk.person = Person("cancel")
    await desk.whole()


@scenario({"form": 0, "terminal": 1, "token": 1, "none": 0})
async def accepted_after_the_assistant_declined_by_itself(desk: Desk) -> None:
    """The same row is offered at the terminal, where the mode has one."""
    desk.person = Person("decline", after=0.1)
    async with desk.client() as client:
        result = await desk.call(client)
        told = result.structured_content or {}
        assert told.get("status") != "done"
        if desk.way == "form" and desk.mode == "auto":
            assert told["status"] == "needs_approval"
    desk.person = Person()
    if desk.way != "form":
        await desk.whole()


@scenario(NEVER)
async def never_answered(desk: Desk) -> None:
    desk.person = Person(hangs=True)
    async with desk.client() as client:
        with anyio.move_on_after(0.4):
            await desk.call(client)
    desk.now += 700


@scenario(ONCE)
async def repeated_after_success(desk: Desk) -> None:
    await desk.whole()
    async with desk.client() as client:
        told = (await desk.call(client)).structured_content or {}
    if desk.way != "none":
        assert told["status"] == "done"
        assert "not done again" in told["what"]


@scenario(NEVER)
async def repeated_after_denial(desk: Desk) -> None:
    desk.person = Person("decline")
    await desk.whole()
    desk.person = Person()
    if desk.way != "token":  # nobody denied anything: the model did not bring the token back
        await desk.whole()


@scenario({**NEVER, "token": 0})
async def answered_for_another_source(desk: Desk) -> None:
    async with desk.client() as client:
        if desk.way == "form" and desk.era == "auto":
            assert not await desk.bring(client, await desk.asked(client), source=OTHER)
        elif desk.way == "token":
            first = await desk.call(client)
            token = first.structured_content["approval_id"]
            assert (await desk.call(client, OTHER, token)).is_error
        elif desk.way == "terminal":
            first = await desk.call(client)
            desk.terminal(first.structured_content["approval_id"])
            other = await desk.call(client, OTHER)
            assert other.structured_content["status"] == "needs_approval"


@scenario(NEVER)
async def answered_by_another_caller(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
    desk.caller = "uid:2"
    async with desk.client() as client:
        await _second_half(desk, client, answer)


@scenario(NEVER)
async def answered_for_another_account(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
    made = httpx.post(f"{desk.address.url}/_sandbox/seed", json={"accounts": 1}).json()[0]
    desk.token = made["token"]
    async with desk.client() as client:
        await _second_half(desk, client, answer)


@scenario(NEVER)
async def changed_under_the_question(desk: Desk) -> None:
    desk.person = Person(before=desk.delete_elsewhere)
    if desk.way == "token":
        async with desk.client() as client:
            answer = await _first_half(desk, client)
            desk.delete_elsewhere()
            await _second_half(desk, client, answer)
    else:
        await desk.whole()


@scenario(NEVER)
async def answered_too_late(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
        desk.now += 601
        await _second_half(desk, client, answer)


@scenario(ONCE)
async def server_restarted_before_the_answer(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
    async with desk.client() as client:
        await _second_half(desk, client, answer)
    if desk.way == "form" and desk.era == "legacy":
        await desk.whole()  # the question went with the connection, and is put again


@scenario(ONCE)
async def answered_twice(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
        await _second_half(desk, client, answer)
        await _second_half(desk, client, answer)
    if desk.way == "form" and desk.era == "legacy":
        await desk.whole()


@scenario(NEVER)
async def killed_between_claim_and_answer(desk: Desk) -> None:
    """As a process leaves the row that claimed it and died; the act itself is not known."""
    async with desk.client() as client:
        answer = await _first_half(desk, client)
    store = desk.store()
    for row_id in _open_rows(desk):
        store.move(row_id, State.PENDING, State.APPROVED, desk.now)
        store.move(row_id, State.APPROVED, State.CLAIMED, desk.now)
    if _open_rows(desk):
        async with desk.client() as client:
            early = (await desk.call(client)).structured_content
            desk.now += 121
            late = (await desk.call(client)).structured_content
            await _second_half(desk, client, answer)
        assert (early["status"], late["status"]) == ("refused", "unknown")
        assert "look at the target" in late["what"]


@scenario(ONCE)
async def two_server_processes(desk: Desk) -> None:
    async with desk.client() as one, desk.client() as two:
        answer = await _first_half(desk, one)
        async with anyio.create_task_group() as group:
            for client in (one, two):
                group.start_soon(_second_half, desk, client, answer)
    if desk.way == "form" and desk.era == "legacy":
        await desk.whole()


@scenario(ONCE)
async def fifty_at_once(desk: Desk) -> None:
    async with desk.client() as client:
        answer = await _first_half(desk, client)
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(_second_half, desk, client, answer)
        if desk.way == "form" and desk.era == "legacy":
            async with anyio.create_task_group() as group:
                for _ in range(50):
                    group.start_soon(desk.call, client)


def _open_rows(desk: Desk) -> list[str]:
    return [row["id"] for row in desk.database().rows("SELECT id FROM confirmations")]


async def _first_half(desk: Desk, client: Any) -> str:
    """As far as a question, or the person's answer where it is not the client that brings it."""
    if desk.way == "form" and desk.era == "auto":
        return await desk.asked(client)
    if desk.way == "form":
        desk.person = Person(hangs=True)
        with anyio.move_on_after(0.3):
            await desk.call(client)
        desk.person = Person()
        return ""
    told = (await desk.call(client)).structured_content or {}
    if desk.way == "terminal":
        desk.terminal(told["approval_id"])
    return str(told.get("approval_id", ""))


async def _second_half(desk: Desk, client: Any, answer: str) -> None:
    """What brings the answer, or lets the server find it."""
    if desk.way == "form" and desk.era == "auto":
        await desk.bring(client, answer)
    elif desk.way == "token":
        await desk.call(client, confirm=answer)
    elif desk.way == "terminal":
        await desk.call(client)


@pytest.fixture(scope="module")
def address() -> Iterator[Any]:
    with running(time_scale=0) as found:
        yield found


@pytest.fixture
def fresh(address: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    httpx.post(f"{address.url}/_sandbox/reset").raise_for_status()
    monkeypatch.setattr(questions, "PATIENCE", 20.0)
    return address


@pytest.mark.parametrize("capability", CAPABILITIES)
@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SCENARIOS)
async def test_the_act_is_carried_out_as_often_as_it_is_due(
    fresh: Any, tmp_path: Path, name: str, mode: str, era: str, capability: str
) -> None:
    desk = Desk(fresh, tmp_path / "state", mode, era, capability)
    await SCENARIOS[name].play(desk)
    due = SCENARIOS[name].due[desk.way]
    assert desk.executions == due


@pytest.mark.parametrize("era", ERAS)
async def test_what_an_assistant_declined_by_itself_is_approved_at_the_terminal_once(
    fresh: Any, tmp_path: Path, era: str
) -> None:
    desk = Desk(fresh, tmp_path / "state", "auto", era, "form", person=Person("decline", after=0.1))
    async with desk.client() as client:
        told = (await desk.call(client)).structured_content
        again = (await desk.call(client)).structured_content
        assert told == again, "the same row, and no second form"
        desk.person = Person()
        desk.terminal(told["approval_id"])
        ended = [(await desk.call(client)).structured_content["status"] for _ in range(2)]
    assert ended == ["done", "done"]
    assert desk.executions == 1


async def test_a_legacy_question_that_nobody_answers_is_offered_at_the_terminal(
    fresh: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "PATIENCE", 0.2)
    desk = Desk(fresh, tmp_path / "state", "auto", "legacy", "form", person=Person(hangs=True))
    async with desk.client() as client:
        told = (await desk.call(client)).structured_content
        assert told["status"] == "needs_approval"
        desk.person = Person()
        desk.terminal(told["approval_id"])
        again = (await desk.call(client)).structured_content
    assert again["status"] == "done"
    assert desk.executions == 1


async def test_five_questions_may_be_open_and_not_a_sixth(fresh: Any, tmp_path: Path) -> None:
    desk = Desk(fresh, tmp_path / "state", "approve", "auto", "none")
    async with desk.client() as client:
        asked = [await desk.call(client, SOURCE + number) for number in range(6)]
    told = [result.structured_content["status"] for result in asked]
    assert told == ["needs_approval"] * 5 + ["refused"]
    assert "Five confirmations" in asked[-1].structured_content["what"]
