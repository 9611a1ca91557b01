"""The options of the server, as a table: one row each, read alike from three places.

The command line wins over the environment, the environment over the file. A name that is not
there is refused with the nearest one, for a slip would else be an option that does nothing.
"""

import difflib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .access import LEVELS, TOOLSETS
from .confirmations.modes import MODES
from .logs import FORMS
from .logs import LEVELS as LOGGED

PREFIX = "STITCH_CONNECT_"
FILE = "config"
OTHER_NAMES = frozenset(
    {
        "TOKEN",
        "REGION",
        "BASE_URL",
        "CLIENT_ID",
        "ACCOUNTS",
        "STATE",
        "PARTNER_ID",
        "PARTNER_SECRET",
    }
)
"""What else is read from the environment, after the prefix; secrets among it."""


class SettingsError(ValueError):
    """A setting that cannot be meant."""


Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Arguments:
        name: As the file and the command line call it.
        metavar: What its value is called in the help.
        meaning: What it is for, in a line of the help.
        read: Makes the value of its text; raises ValueError with a sentence.
    """

    name: str
    metavar: str
    meaning: str
    read: Reader

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper().replace("-", "_")

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return f"--{self.name}"


def one_of(known: Collection[str]) -> Reader:
    """Read one of a few names."""

    def read(text: str) -> str:
        name = text.strip().lower()
        if name not in known:
            raise ValueError(f"is not one of {', '.join(known)}; did you mean {near(name, known)}?")
        return name

    return read


def some_of(known: Callable[[], Collection[str]]) -> Reader:
    """Read names between commas."""

    def read(text: str) -> frozenset[str]:
        names = _names(text)
        for name in sorted(names - frozenset(known())):
            raise ValueError(f"has no {name[:40]!a}; did you mean {near(name, known())}?")
        return names

    return read


def near(name: str, known: Collection[str]) -> str:
    """Return the one of `known` that a name comes closest to."""
    return difflib.get_close_matches(name, known, n=1, cutoff=0)[0]


def _tool_names() -> Collection[str]:
    from .tools import TOOLS

    return [spec.name for spec in TOOLS]


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.strip().rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("is HOST:PORT, as 127.0.0.1:8041")
    return host.strip("[]"), int(port)


def _names(text: str) -> frozenset[str]:
    return frozenset(filter(None, (part.strip() for part in text.split(","))))


def _url(text: str) -> str:
    found = urlsplit(text.strip())
    if found.scheme not in ("http", "https") or not found.hostname:
        raise ValueError("is an address, as https://stitch.example.com/mcp")
    return text.strip()


def _account(text: str) -> str:
    if not text.strip():
        raise ValueError("names no account")
    return text.strip()


OPTIONS: tuple[Option, ...] = (
    Option("confirm", "MODE", "how a person confirms: " + ", ".join(MODES), one_of(MODES)),
    Option("access", "LEVEL", "the most that may be done: " + ", ".join(LEVELS), one_of(LEVELS)),
    Option("toolsets", "NAMES", "only these toolsets", some_of(lambda: TOOLSETS)),
    Option("tools", "NAMES", "only these tools", some_of(_tool_names)),
    Option("deny", "NAMES", "never these tools", some_of(_tool_names)),
    Option("account", "NAME", "an account of accounts.toml, or a client id", _account),
    Option("http", "HOST:PORT", "serve over HTTP there instead", _address),
    Option("allowed-hosts", "NAMES", "more hosts by which it is called", _names),
    Option("allowed-origins", "NAMES", "more origins whose pages may call", _names),
    Option("url", "URL", "its address for those who call", _url),
    Option("principals", "FILE", "who may call over HTTP", str.strip),
    Option("issuer", "URL", "who issues tokens for HTTP", _url),
    Option("jwks", "URL", "where the keys of the issuer are", _url),
    Option("log", "FORM", "how logs are written: " + ", ".join(FORMS), one_of(FORMS)),
    Option("log-level", "LEVEL", "the least that is logged: " + ", ".join(LOGGED), one_of(LOGGED)),
    Option("auth", "MODE", "whether HTTP needs a token: token, none", one_of(("token", "none"))),
)
BY_NAME: Mapping[str, Option] = {option.name: option for option in OPTIONS}
NAMES = OTHER_NAMES | {
    FILE.upper(),
    *(option.variable.removeprefix(PREFIX) for option in OPTIONS),
}
"""Every variable that is read, after the prefix."""


def gathered(line: Mapping[str, str | None], env: Mapping[str, str]) -> dict[str, Any]:
    """Return the options that are given anywhere, read.

    Arguments:
        line: What the command line says, by name; `config` names the file.
        env: The environment.

    Raises:
        SettingsError: A name that no option has, or a value that one cannot have.
    """
    check_names(env)
    path = line.get(FILE) or env.get(PREFIX + FILE.upper(), "").strip()
    places = (
        _of_file(Path(path)) if path else {},
        {option.name: (option.variable, env.get(option.variable, "")) for option in OPTIONS},
        {option.name: (option.flag, line.get(option.name) or "") for option in OPTIONS},
    )
    found: dict[str, Any] = {}
    for place in places:
        for name, (said, text) in place.items():
            if text.strip():
                found[name] = _read(BY_NAME[name], said, text)
    return found


def _read(option: Option, said: str, text: str) -> Any:
    try:
        return option.read(text)
    except ValueError as error:
        raise SettingsError(f"{said} {error}") from None


def check_names(env: Mapping[str, str]) -> None:
    """Refuse a variable with our prefix that nothing reads.

    Raises:
        SettingsError: There is one; its nearest is named.
    """
    given = {name.removeprefix(PREFIX) for name in env if name.startswith(PREFIX)}
    for name in sorted(given - NAMES):
        meant = near(name, sorted(NAMES - given))
        raise SettingsError(f"{PREFIX}{name} is not a setting; did you mean {PREFIX}{meant}?")


def _of_file(path: Path) -> dict[str, tuple[str, str]]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    return dict(_entries(path, found))


def _entries(path: Path, found: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, value in found.items():
        if name not in BY_NAME:
            meant = near(name, BY_NAME)
            raise SettingsError(f"{path}: {name[:40]!a} is not an option; did you mean {meant}?")
        many = isinstance(value, list) and all(isinstance(one, str) for one in value)
        number = name == "account" and isinstance(value, int) and not isinstance(value, bool)
        if not many and not number and not isinstance(value, str):
            raise SettingsError(f"{path}: {name} must be a text or a list of texts")
        yield name, (f"{path}: {name}", ",".join(value) if many else str(value))
