"""Accounts by name: `accounts.toml` says where each is and where its token is kept.

    [prod]
    region = "eu-central-1"               # or base_url; us-east-1 unless given
    client_id = 116078                    # may be left away
    token = "env:STITCH_PROD_TOKEN"       # or file:PATH, or keyring:SERVICE/USER

The file is `STITCH_CONNECT_ACCOUNTS`, else `stitch-connect/accounts.toml` in `XDG_CONFIG_HOME`,
else in `~/.config`. A profile says all there is to say: `STITCH_CONNECT_TOKEN` and the other
variables do not mix with it.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitch_connect_runtime.errors import ConfigurationError
from stitch_connect_runtime.secret import Secret
from stitch_connect_runtime.settings import resolve_base_url

from .tokens import FORMS, TokenReference

KEYS = ("region", "base_url", "client_id", "token")
DEFAULT_REGION = "us-east-1"
_POSITION = re.compile(r"line \d+, column \d+")
_OTHER = object()  # stands for values that no key has


class UnknownProfile(ConfigurationError):
    """No account has that name in the accounts file. `near` lists names that resemble it."""

    def __init__(self, name: str, near: tuple[str, ...], path: str) -> None:
        hint = f"did you mean {' or '.join(near)}?" if near else f"add [{name}] to it"
        super().__init__(f"no account is named {name!r} in {path}; {hint}")
        self.name, self.near, self.path = name, near, path

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return type(self), (self.name, self.near, self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account as the accounts file describes it. Holds no token, only where it is kept."""

    name: str
    token: TokenReference
    region: str | None = None
    base_url: str | None = None
    client_id: int | None = None

    def options(self, others: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what a client of this account is made with, the token included.

        Args:
            others: more of the client's arguments, which outrank the profile's.

        Raises:
            ConfigurationError: The token cannot be read; says what to do.
        """
        others = {} if others is None else others
        if "token" in others:
            others["token"] = Secret.wrap(others["token"])
        address = {} if {"region", "base_url"} & others.keys() else self._address()
        # An empty id is none; None would ask the environment, which may speak of another account.
        own = {"client_id": "" if self.client_id is None else self.client_id, **address, **others}
        return own if "token" in others else {**own, "token": self.read_token()}

    def read_token(self) -> Secret:
        """Return the token from where it is kept.

        Raises:
            ConfigurationError: It cannot be read; says what to do.
        """
        try:
            return self.token.read()
        except ConfigurationError as error:
            problem = error.message
        raise ConfigurationError(f"account {self.name!r}: {problem}")

    def _address(self) -> dict[str, str]:
        if self.base_url is not None:
            return {"base_url": self.base_url}
        return {"region": self.region or DEFAULT_REGION}


def accounts_path(path: str | Path | None = None) -> Path:
    """Return where the accounts file is: the path given, or the one of the environment."""
    given = path or os.environ.get("STITCH_CONNECT_ACCOUNTS")
    if given:
        return Path(given).expanduser()
    home = Path(os.environ.get("XDG_CONFIG_HOME") or "")
    return (
        home if home.is_absolute() else Path.home() / ".config"
    ) / "stitch-connect/accounts.toml"


def read_profiles(path: str | Path | None = None) -> dict[str, Profile]:
    """Return all accounts of the accounts file by name, without reading any token.

    Args:
        path: the file; else as the head of this module says.

    Raises:
        ConfigurationError: The file is missing, or something in it is wrong; says what.
    """
    where = accounts_path(path)
    return {name: _profile(where, name, values) for name, values in _tables(where).items()}


def find_profile(name: str, path: str | Path | None = None) -> Profile:
    """Return one account of the accounts file.

    Raises:
        UnknownProfile: No account has that name.
        ConfigurationError: As `read_profiles`.
    """
    profiles = read_profiles(path)
    if name not in profiles:
        raise UnknownProfile(name, near(name, profiles), str(accounts_path(path)))
    return profiles[name]


def _tables(path: Path) -> dict[str, Any]:
    tables, problem = _parsed(path)
    if tables is None:
        raise ConfigurationError(f"the accounts file {path} {problem}")
    return tables


def _parsed(path: Path) -> tuple[dict[str, Any] | None, str]:
    """The tables, or what is wrong. A token may be in the text: nothing is raised from here."""
    try:
        return {
            name: _sealed(one) for name, one in tomllib.loads(path.read_text("utf-8")).items()
        }, ""
    except OSError as error:
        return None, (
            f"cannot be read ({error.strerror}); write it, with [NAME] and a token for each, "
            "or set STITCH_CONNECT_ACCOUNTS"
        )
    except tomllib.TOMLDecodeError as error:
        found = _POSITION.search(str(error))
        return None, f"is not TOML ({found[0] if found else 'at its end'}); correct it there"
    except UnicodeDecodeError:
        return None, "is not UTF-8 text; save it as such"


def _sealed(value: Any) -> Any:
    """A value whose texts cannot be seen, for one may be a token wherever it stands."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, dict):
        return {name: _OTHER if isinstance(one, dict | list) else _sealed(one)
                for name, one in value.items()}  # fmt: skip
    return _OTHER if isinstance(value, list) else value


def _profile(path: Path, name: str, values: Any) -> Profile:
    try:
        return _checked(path, name, values)
    except ConfigurationError as error:
        problem = error.message
    raise ConfigurationError(f"account {name!r} in {path}: {problem}")


def _checked(path: Path, name: str, values: Any) -> Profile:
    if not isinstance(values, Mapping):
        raise ConfigurationError(f"it is not a table; write [{name}] above the account's keys")
    _check_keys(values)
    region, base_url = _text(values, "region"), _text(values, "base_url")
    if region and base_url:
        raise ConfigurationError("it has a region and a base_url; leave one of them away")
    resolve_base_url(base_url, region or DEFAULT_REGION)
    return Profile(
        name=name,
        token=TokenReference.parse(values["token"], path.parent),
        region=region,
        base_url=base_url,
        client_id=_number(values.get("client_id")),
    )


def _check_keys(values: Mapping[str, Any]) -> None:
    for key in values:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1) or KEYS
            raise ConfigurationError(f"there is no key {key!r}; did you mean {' or '.join(near)}?")
    if not isinstance(values.get("token"), Secret):
        raise ConfigurationError(
            f"token is missing or no text; write token = and {FORMS} in quotes"
        )


def _text(values: Mapping[str, Any], key: str) -> str | None:
    found = values.get(key)
    if found is not None and not (isinstance(found, Secret) and len(found)):
        raise ConfigurationError(f"{key} is no text; write it in quotes, or leave it away")
    return found.reveal() if found else None


def _number(client_id: object) -> int | None:
    if client_id is None or (type(client_id) is int and client_id > 0):
        return client_id
    raise ConfigurationError("client_id is no number; write it as 116078, without quotes")


def near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names that resemble a name."""
    lowered = {one.lower(): one for one in known}
    return tuple(lowered[one] for one in difflib.get_close_matches(name.lower(), lowered, 3, 0.5))
