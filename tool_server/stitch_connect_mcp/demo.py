"""`make demo`: an assistant's session with the tool server, as a transcript.

The official MCP client talks to `stitch-connect-mcp serve --sandbox` over standard input and
output, exactly as an assistant would; the account behind it is simulated, and so is its time.
"""

import asyncio
import json
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import ElicitResult

from .state_file import VARIABLE

WIDTH = 92
BAR = 32
SOURCE = 120643
READING = 1.5  # seconds; the gate believes no faster answer to be a person's
PATIENCE = 40  # questions about one job before giving up
SCRIPT = Path(sys.executable).with_name("stitch-connect-mcp")  # found wherever it is called from
SNIPPET = """\
{
  "mcpServers": {
    "stitch": {"command": %s, "args": ["serve", "--sandbox"]}
  }
}
"""
OWN_ACCOUNT = '"args": ["serve"], "env": {"STITCH_CONNECT_TOKEN": "..."}'


def say(text: str = "") -> None:
    print(text, flush=True)


def title(number: int, text: str) -> None:
    say(f"\n{number}. {text}\n{'─' * WIDTH}")


def told(text: str) -> None:
    for line in text.replace("\t", "  ").splitlines():
        say(textwrap.indent(textwrap.fill(line, WIDTH - 4), "    "))


def calls(name: str, arguments: dict[str, Any]) -> None:
    given = ", ".join(f"{key}={value!r}" for key, value in arguments.items())
    say(f"  assistant → {name}({given})")


async def call(client: Client, name: str, *, refused: bool = False, **arguments: Any) -> Any:
    """Call a tool and show what the assistant sees."""
    calls(name, arguments)
    result = await client.call_tool(name, arguments)
    told("\n".join(getattr(part, "text", "") for part in result.content))
    if bool(result.is_error) is not refused:
        raise SystemExit(f"{name} did not go as it should")
    return result


def bar(share: float, text: str) -> str:
    full = round(BAR * share)
    return f"    [{'█' * full}{'·' * (BAR - full)}] {share:4.0%}  {text}"


async def follow(client: Client, job: str) -> None:
    """Ask for a job until it has ended, drawing what is known."""
    calls("get_job", {"job": f"{job[:24]}…", "wait_seconds": 25})
    for asked in range(1, PATIENCE):
        result = await client.call_tool("get_job", {"job": job, "wait_seconds": 25})
        seen: dict[str, Any] = result.structured_content or {}
        say(bar(_share(seen, asked), str(seen.get("summary", ""))))
        if result.is_error:
            break
        if seen.get("ended"):
            return
    raise SystemExit("the job could not be followed to its end")


def _share(seen: dict[str, Any], asked: int) -> float:
    """Extraction is the first two thirds of the bar, loading the last."""
    if seen.get("state") == "running":
        return min(asked / 12, 0.66)
    loaded, expected = int(seen.get("loaded", 0)), int(seen.get("expected", 1))
    return 0.66 + 0.34 * loaded / max(expected, 1)


async def decline(context: Any, params: Any) -> ElicitResult:
    """The person at the keyboard reads the question, and says no."""
    say("  the gate asks the person, not the model:")
    told(params.message)
    await asyncio.sleep(READING)
    say("  person → declines")
    return ElicitResult(action="decline")


async def story(state: str) -> None:
    """Tell it, with what the server remembers in a folder of this story's own."""
    command = [sys.executable, "-m", "stitch_connect_mcp.cli", "serve", "--sandbox"]
    server = StdioServerParameters(command=command[0], args=command[1:], env={VARIABLE: state})
    say("An assistant connects to a simulated Stitch account; one second here is a minute there.")
    async with Client(server, elicitation_callback=decline) as client:
        title(1, "What is in the account?")
        await call(client, "list_sources")
        title(2, "What did the last check of a connection find?")
        await call(client, "check_connection", source=SOURCE)
        title(3, "Start a replication job, and follow it until it is loaded")
        started = await call(client, "start_job", source=SOURCE)
        await follow(client, started.structured_content["job"])
        title(4, "Ask for a source to be deleted: the gate")
        await call(client, "delete_source", refused=True, source=SOURCE)
        await call(client, "get_source", source=SOURCE)


def main() -> int:
    """Tell the story; the exit code is 0 when it went as it should."""
    with tempfile.TemporaryDirectory() as state:
        asyncio.run(story(state))
    title(5, "Connect your own assistant")
    say("  Put this into its MCP settings:\n")
    say(textwrap.indent(SNIPPET % json.dumps(str(SCRIPT)), "    "))
    say(f"  For an account of your own:\n\n    {OWN_ACCOUNT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
