"""Who may call over HTTP: a file of names, each with a level and an account.

[alice]
sha256 = "9f86d0…"                 # of a static token; or, of a token of an issuer:
subject = "auth0|5f7c8ec7c33c6c"
access = "operate"                 # the level of the server unless given
account = "prod"                   # of accounts.toml; the server's own unless given
"""

import difflib
import hashlib
import hmac
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..access import LEVELS
from ..options import SettingsError

KEYS = ("sha256", "subject", "access", "account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Somebody who may call.

    Arguments:
        name: In the file, the journal and the confirmations.
        sha256: The hash of a static token.
        subject: What a token of an issuer calls them.
        access: The highest level; that of the server when None.
        account: A name of accounts.toml; the account of the server when None.
    """

    name: str
    sha256: str | None = field(default=None, repr=False)
    subject: str | None = None
    access: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Principals:
    """All of them."""

    known: tuple[Principal, ...]

    @property
    def accounts(self) -> list[str]:
        """The names of accounts.toml that the file gives."""
        return sorted({one.account for one in self.known if one.account is not None})

    def holder(self, token: str) -> Principal | None:
        """Return who holds a static token. Takes as long for a wrong one."""
        given = hash_of(token)
        found = None
        for one in self.known:
            if one.sha256 is not None and hmac.compare_digest(one.sha256, given):
                found = one
        return found

    def subject(self, subject: str) -> Principal | None:
        """Return who an issuer calls by that name."""
        return next((one for one in self.known if one.subject == subject), None)


def hash_of(token: str) -> str:
    """Return what the file keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Return a token that nobody can guess."""
    return f"scm_{secrets.token_urlsafe(32)}"


def read_principals(path: Path) -> Principals:
    """Read the file.

    Raises:
        SettingsError: It cannot be read, or says what cannot be meant.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    known = tuple(_principal(path, name, entry) for name, entry in found.items())
    for doubled in _doubled(known):
        raise SettingsError(f"{path}: {doubled} is given to two names")
    if not known:
        raise SettingsError(f"{path} names nobody who may call")
    return Principals(known)


def _principal(path: Path, name: str, entry: Any) -> Principal:
    if not isinstance(entry, Mapping):
        raise SettingsError(f"{path}: {name} stands outside of a [name]")
    for key, value in entry.items():
        if key not in KEYS:
            meant = difflib.get_close_matches(key, KEYS, n=1, cutoff=0)[0]
            raise SettingsError(f"{path}: [{name}] has no {key[:40]!a}; did you mean {meant}?")
        if not isinstance(value, str) or not value.strip():
            raise SettingsError(f"{path}: [{name}] {key} must be a text")
    found = Principal(name=name, **entry)
    if (found.sha256 is None) == (found.subject is None):
        raise SettingsError(f"{path}: [{name}] needs either sha256 or subject")
    if found.sha256 is not None and not _is_hash(found.sha256):
        raise SettingsError(f"{path}: [{name}] sha256 must be 64 digits of a hash, not a token")
    if found.access is not None and found.access not in LEVELS:
        raise SettingsError(f"{path}: [{name}] access is one of {', '.join(LEVELS)}")
    return found


def _is_hash(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)


def _doubled(known: tuple[Principal, ...]) -> Iterator[str]:
    for key in ("sha256", "subject"):
        values = [value for one in known if (value := getattr(one, key)) is not None]
        if len(set(values)) < len(values):
            yield f"one {key}"
