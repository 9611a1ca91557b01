"""Accounts by name: `accounts.toml` says where each is and where its token is kept.

    [prod]
    region = "eu-central-1"               # or base_url; us-east-1 unless given
    client_id = 116078                    # may be left away
    token = "env:STITCH_PROD_TOKEN"       # or file:PATH, or keyring:SERVICE/USER

The file is `STITCH_CONNECT_ACCOUNTS`, else `stitch-connect/accounts.toml` in `XDG_CONFIG_HOME`,
else in `~/.config`. A profile says all there is to say: `STITCH_CONNECT_TOKEN` and the other
variables do not mix with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitch_connect_runtime.errors import ConfigurationError
from stitch_connect_runtime.secret import Secret
from stitch_connect_runtime.settings import resolve_base_url

from ._near import near_names
from .accounts_file import accounts_path as accounts_path
from .accounts_file import tables
from .tokens import FORMS, TokenReference

KEYS = ("region", "base_url", "client_id", "token")
DEFAULT_REGION = "us-east-1"


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


def read_profiles(path: str | Path | None = None) -> dict[str, Profile]:
    """Return all accounts of the accounts file by name, without reading any token.

    Args:
        path: the file; else as the head of this module says.

    Raises:
        ConfigurationError: The file is missing, or something in it is wrong; says what.
    """
    where = accounts_path(path)
    return {name: _profile(where, name, values) for name, values in tables(where).items()}


def find_profile(name: str, path: str | Path | None = None) -> Profile:
    """Return one account of the accounts file.

    Raises:
        UnknownProfile: No account has that name.
        ConfigurationError: As `read_profiles`.
    """
    return find_profiles([name], path)[0]


def find_profiles(names: Iterable[str], path: str | Path | None = None) -> list[Profile]:
    """Return some accounts of the accounts file, as `find_profile` does one."""
    profiles = read_profiles(path)
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if not isinstance(name, str) or name not in profiles:
            raise UnknownProfile(name, near_names(str(name), profiles), str(accounts_path(path)))
    return [profiles[name] for name in wanted]


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
            meant = " or ".join(near_names(key, KEYS)[:1] or KEYS)
            raise ConfigurationError(f"there is no key {key!r}; did you mean {meant}?")
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
