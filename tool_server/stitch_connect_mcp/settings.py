"""What the operator of the server decides, read once at start-up."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

CONFIRM_MODES = ("auto", "token")
PREFIX = "STITCH_CONNECT_"
SWITCH = "STITCH_CONNECT_CONFIRM"
NAMES = frozenset(
    {"TOKEN", "REGION", "BASE_URL", "CLIENT_ID", "ACCOUNTS", "CONFIRM"}
)  # after the prefix


class SettingsError(ValueError):
    """A setting that cannot be meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The server's settings.

    Arguments:
        confirm: How a destructive call is confirmed: `auto` asks the person through the client;
            `token` gives the model a single-use token instead, which the model answers itself.
        where: Names the account's home in questions, such as `us-east-1` or `sandbox`.
        secrets: Values that never appear in results or logs.
    """

    confirm: str = "auto"
    where: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, where: str = "") -> "Settings":
        """Read the settings from `env`.

        Raises:
            SettingsError: A value that no setting has, or a name that nearly is a setting's.
        """
        _check_names(env)
        mode = env.get(SWITCH, "").strip().lower() or "auto"
        if mode not in CONFIRM_MODES:
            close = difflib.get_close_matches(mode, CONFIRM_MODES, n=1, cutoff=0)
            raise SettingsError(
                f"{SWITCH} is not one of {', '.join(CONFIRM_MODES)}; did you mean {close[0]}?"
            )
        region = env.get("STITCH_CONNECT_REGION", "").strip() or "us-east-1"
        token = env.get("STITCH_CONNECT_TOKEN", "").strip()
        return cls(confirm=mode, where=where or region, secrets=(token,) if token else ())


def _check_names(env: Mapping[str, str]) -> None:
    """Refuse a slip in a name, which would else be a setting that silently does nothing."""
    given = {name.removeprefix(PREFIX) for name in env if name.startswith(PREFIX)}
    for name in sorted(given - NAMES):
        near = difflib.get_close_matches(name, NAMES - given, n=1, cutoff=0.7)
        if near:
            raise SettingsError(f"{PREFIX}{name} is not a setting; did you mean {PREFIX}{near[0]}?")
