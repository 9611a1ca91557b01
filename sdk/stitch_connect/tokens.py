"""Where an account's token is kept: a reference that is safe to write down, and how it is read.

    env:NAME                an environment variable
    file:PATH               a file that only its owner can read; relative to the accounts file
    keyring:SERVICE/USER    the system's keyring; needs the extra `keyring`

No message here shows a token, or a text that could be one by mistake.
"""

import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from stitch_connect_runtime.errors import ConfigurationError
from stitch_connect_runtime.secret import Secret

from . import _files

FORMS = "env:NAME, file:PATH or keyring:SERVICE/USER"
PRIVATE = (0o600, 0o400)
NOT_A_REFERENCE = (
    "token is not a reference; write {forms} (a token itself does not belong in this file: if one "
    "was in it, move it and consider it seen)"
)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class TokenReference:
    """Names the place of a token.

    Args:
        kind: `env`, `file` or `keyring`.
        place: the name, path or `SERVICE/USER`.
        folder: what a relative path starts from.
    """

    kind: str
    place: str
    folder: Path = Path()

    @classmethod
    def parse(cls, text: Secret, folder: Path = Path()) -> "TokenReference":
        """Read a reference, which may turn out to be a token.

        Raises:
            ConfigurationError: It is no reference; the message does not show it.
        """
        found = cls._parsed(text, folder)
        if found is None:
            raise ConfigurationError(NOT_A_REFERENCE.format(forms=FORMS))
        return found

    @classmethod
    def _parsed(cls, text: Secret, folder: Path) -> "TokenReference | None":
        kind, _, place = text.reveal().partition(":")
        return cls(kind, place, folder) if kind in _READERS and place else None

    def read(self) -> Secret:
        """Return the token.

        Raises:
            ConfigurationError: There is none, or others can read it too; says what to do.
        """
        token = _READERS[self.kind](self)
        if not token.reveal().strip():
            raise ConfigurationError(f"the token in its {self.kind} is empty; write it there")
        return token


def _from_environment(reference: TokenReference) -> Secret:
    value = Secret.wrap(os.environ.get(reference.place))
    if value is None:
        name = f" {reference.place}" if _VARIABLE.fullmatch(reference.place) else ""
        raise ConfigurationError(f"the environment variable{name} of its token is not set; set it")
    return value


def _from_file(reference: TokenReference) -> Secret:
    path = reference.folder / _files.expanded(reference.place)
    try:
        token = _decoded(_files.read(path, partial(_check_private, path)))
    except OSError as error:
        problem = f"cannot be read ({error.strerror}); check the path"
    else:
        if token is not None:
            return token
        problem = "is not text; write the token to it"
    raise ConfigurationError(f"the token file {path} {problem}")


def _check_private(path: Path, status: os.stat_result) -> None:
    mode = stat.S_IMODE(status.st_mode)
    if os.name == "posix" and mode not in PRIVATE:
        raise ConfigurationError(
            f"the token file {path} has mode {mode:04o}, so that others may read it; "
            f"run `chmod 600 {path}`"
        )


def _decoded(content: bytes) -> Secret | None:
    try:
        return Secret(content.decode().rstrip("\r\n"))
    except UnicodeDecodeError:
        return None


def _from_keyring(reference: TokenReference) -> Secret:
    service, _, user = reference.place.rpartition("/")
    if not service or not user:
        raise ConfigurationError("its token is in a keyring: write keyring:SERVICE/USER")
    try:
        import keyring
    except ImportError:
        raise ConfigurationError(
            "its token is in a keyring, which needs `pip install stitch-connect[keyring]`"
        ) from None
    try:
        value: Secret | None = Secret.wrap(keyring.get_password(service, user))
    except Exception as error:  # noqa: BLE001  # each backend has errors of its own
        problem = f"the keyring cannot be read ({type(error).__name__}); unlock or set one up"
    else:
        if value is not None:
            return value
        problem = f"the keyring has nothing for {reference.place}; put the token there"
    raise ConfigurationError(problem)


_READERS: dict[str, Callable[[TokenReference], Secret]] = {
    "env": _from_environment,
    "file": _from_file,
    "keyring": _from_keyring,
}
