"""The assistants whose settings can hold the server: where, under which keys, in which form."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "stitch"
TOKEN = "STITCH_CONNECT_TOKEN"  # noqa: S105  (its name)
PLAIN = ("STITCH_CONNECT_ACCOUNTS", "STITCH_CONNECT_STATE")
ADDRESS = ("STITCH_CONNECT_REGION", "STITCH_CONNECT_BASE_URL", "STITCH_CONNECT_CLIENT_ID")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """One assistant.

    Arguments:
        key: What its servers stand under.
        macos, linux: Its file, from the home directory, or from `{config}`: `XDG_CONFIG_HOME`.
        reference: How its file says "that environment variable"; None where it cannot.
        more: What an entry holds besides command, args and env.
    """

    key: str
    macos: str
    linux: str
    reference: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def file(self, env: Mapping[str, str]) -> Path:
        """Return its file on this machine."""
        given = env.get("XDG_CONFIG_HOME", "")
        config = given if Path(given).is_absolute() else str(Path.home() / ".config")
        place = self.macos if sys.platform == "darwin" else self.linux
        return Path.home() / place.format(config=config)

    def entry(
        self, command: list[str], env: Mapping[str, str], *, with_token: bool
    ) -> dict[str, Any]:
        """Return what its file holds for the server.

        Arguments:
            command: The command line.
            env: Plain variables that the server needs.
            with_token: Whether the token is the one of the environment.
        """
        given = dict(env)
        if with_token and self.reference is not None:
            given[TOKEN] = self.reference.format(name=TOKEN)
        entry = {**self.more, "command": command[0], "args": command[1:]}
        return {**entry, "env": given} if given else entry


STDIO = {"type": "stdio"}
ASSISTANTS: Mapping[str, Assistant] = {
    "claude-desktop": Assistant(
        key="mcpServers",
        macos="Library/Application Support/Claude/claude_desktop_config.json",
        linux="{config}/Claude/claude_desktop_config.json",
    ),
    "claude-code": Assistant(
        key="mcpServers",
        macos=".claude.json",
        linux=".claude.json",
        reference="${{{name}}}",
        more=STDIO,
    ),
    "cursor": Assistant(
        key="mcpServers",
        macos=".cursor/mcp.json",
        linux=".cursor/mcp.json",
        reference="${{env:{name}}}",
    ),
    "vscode": Assistant(
        key="servers",
        macos="Library/Application Support/Code/User/mcp.json",
        linux="{config}/Code/User/mcp.json",
        reference="${{env:{name}}}",
        more=STDIO,
    ),
    "zed": Assistant(
        key="context_servers",
        macos=".config/zed/settings.json",
        linux="{config}/zed/settings.json",
    ),
}
