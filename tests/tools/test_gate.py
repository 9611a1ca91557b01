"""The gate: nothing is deleted unless a person said so, and then once. Counted at the sandbox."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import ElicitResult, ErrorData, InputRequiredResult
from stitch_connect_mcp.server import StitchServer

from .conftest import SOURCE, World
from .test_tools import ERAS, text

DELETE = {"source": SOURCE}


def person(action: str, name: str = "heroku", before: Callable[[], None] | None = None) -> Any:
    """Somebody who answers every question the same way."""

    async def answer(context: Any, question: Any) -> ElicitResult:
        assert "Delete source 120643 in account 116078" in question.message
        if before is not None:
            before()
        content: Any = {"name": name} if action == "accept" else None
        return ElicitResult(action=action, content=content)  # type: ignore[arg-type]

    return answer


async def delete(server: StitchServer, era: Any, answers: Any, **extra: Any) -> Any:
    async with Client(server, mode=era, elicitation_callback=answers) as client:
        return await client.call_tool("delete_source", {**DELETE, **extra})


@pytest.mark.parametrize("era", ERAS)
async def test_a_person_who_types_the_name_deletes_once(
    server: StitchServer, world: World, era: Any
) -> None:
    first = await delete(server, era, person("accept"))
    repeat = await delete(server, era, person("accept"))
    assert "Source 120643 is deleted" in text(first)
    assert "deleted" in text(repeat)
    assert world.deletions == 1


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("action", "name"), [("accept", "herokuu"), ("decline", ""), ("cancel", "")]
)
async def test_anything_else_than_the_name_refuses(
    server: StitchServer, world: World, era: Any, action: str, name: str
) -> None:
    result = await delete(server, era, person(action, name))
    assert result.is_error
    assert "stands for 10 minutes" in text(result)
    assert world.deletions == 0
    again = await delete(server, era, person("accept"))
    assert again.is_error, "a refusal stands while the question lives"
    assert world.deletions == 0


@pytest.mark.parametrize("era", ERAS)
async def test_a_target_that_changed_under_the_question_is_not_deleted(
    server: StitchServer, world: World, era: Any
) -> None:
    result = await delete(server, era, person("accept", before=world.delete_elsewhere))
    assert result.is_error
    assert world.deletions == 1, "only the deletion elsewhere"


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_cannot_ask_is_told_what_waits_for_a_terminal(
    server: StitchServer, world: World, era: Any
) -> None:
    async with Client(server, mode=era) as client:
        result = await client.call_tool("delete_source", DELETE)
        preview = await client.call_tool("delete_source", {**DELETE, "dry_run": True})
    assert result.structured_content["status"] == "needs_approval"
    assert result.structured_content["approval_id"] in text(result)
    assert "Delete source 120643" in text(result)
    assert "Delete source 120643" in text(preview)
    assert world.deletions == 0


async def ask(client: Client) -> str:
    """The state that a modern client is to bring back with the answer."""
    found = await client.session.call_tool("delete_source", DELETE, allow_input_required=True)
    assert isinstance(found, InputRequiredResult)
    assert found.request_state is not None
    return found.request_state


async def bring(client: Client, state: str, arguments: dict[str, Any] = DELETE) -> Any:
    answer = ElicitResult(action="accept", content={"name": "heroku"})
    return await client.session.call_tool(
        "delete_source",
        arguments,
        input_responses={"confirm": answer},
        request_state=state,
        allow_input_required=True,
    )


async def test_an_answer_cannot_be_replayed(server: StitchServer, world: World) -> None:
    async with Client(server, elicitation_callback=person("accept")) as client:
        state = await ask(client)
        first, second = await bring(client, state), await bring(client, state)
    assert not first.is_error
    assert second.is_error
    assert world.deletions == 1


async def test_an_answer_is_for_the_arguments_it_was_asked_for(
    server: StitchServer, world: World
) -> None:
    async with Client(server, elicitation_callback=person("accept")) as client:
        state = await ask(client)
        try:
            refused = (await bring(client, state, {"source": 120644})).is_error
        except MCPError:  # the seal of the state does not open for other arguments
            refused = True
    assert refused
    assert world.deletions == 0


async def test_an_expired_answer_is_refused(server: StitchServer, world: World) -> None:
    async with Client(server, elicitation_callback=person("accept")) as client:
        state = await ask(client)
        world.now += 601
        result = await bring(client, state)
    assert result.is_error
    assert world.deletions == 0


async def test_a_single_use_token_works_once_where_the_operator_allows_it(
    server_with: Callable[[str], StitchServer], world: World
) -> None:
    async with Client(server_with("token")) as client:
        preview = await client.call_tool("delete_source", DELETE)
        assert preview.structured_content is not None
        token = preview.structured_content["approval_id"]
        wrong = await client.call_tool("delete_source", {**DELETE, "confirm": "0" * 8})
        other = await client.call_tool("delete_source", {"source": 120644, "confirm": token})
        assert world.deletions == 0
        done = await client.call_tool("delete_source", {**DELETE, "confirm": token})
        replay = await client.call_tool("delete_source", {**DELETE, "confirm": token})
    assert wrong.is_error
    assert other.is_error
    assert not done.is_error
    assert replay.is_error
    assert world.deletions == 1


async def test_a_source_that_was_denied_is_denied_by_each_of_its_names(
    server: StitchServer, world: World
) -> None:
    asked = 0

    async def no(context: Any, params: Any) -> ElicitResult:
        nonlocal asked
        asked += 1
        return ElicitResult(action="decline")

    answer: Any = no
    async with Client(server, elicitation_callback=answer) as client:
        for source in (120643, "heroku", 120643):
            assert (await client.call_tool("delete_source", {"source": source})).is_error
    assert asked == 1
    assert world.deletions == 0


async def test_a_client_that_fails_to_ask_has_not_asked_anybody(
    server: StitchServer, world: World
) -> None:
    async def broken(context: Any, params: Any) -> Any:
        return ErrorData(code=-32603, message="the form cannot be shown")

    answer: Any = broken
    async with Client(server, mode="legacy", elicitation_callback=answer) as client:
        result = await client.call_tool("delete_source", DELETE)
    assert result.structured_content["status"] == "needs_approval"
    assert world.deletions == 0


def test_an_answer_of_another_shape_is_a_no(world: World, tmp_path: Path) -> None:
    """Spoken by hand: the official client sends no such thing."""
    env = {
        "PATH": os.environ["PATH"],
        "STITCH_CONNECT_TOKEN": world.address.token,
        "STITCH_CONNECT_BASE_URL": world.address.url,
        "STITCH_CONNECT_STATE": str(tmp_path / "state"),
    }
    hello = {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}}
    command = [sys.executable, "-m", "stitch_connect_mcp.cli", "serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, text=True, stdin=pipe, stdout=pipe) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def say(**message: Any) -> Any:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        client = {"name": "test", "version": "1"}
        say(id=1, method="initialize", params={**hello, "clientInfo": client})
        params = {"name": "delete_source", "arguments": DELETE}
        question = say(id=2, method="tools/call", params=params)
        content = {"name": "heroku", "more": {"a": [1]}}
        told = say(id=question["id"], result={"action": "accept", "content": content})
        server.stdin.close()
    assert "What was typed is not what was asked for" in json.dumps(told)
    assert world.deletions == 0
