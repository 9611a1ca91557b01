"""`accounts.toml` as tables: where it is, and how it is read without showing what is in it.

A token that somebody wrote where it does not belong must not come to light in an error.
"""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from stitch_connect_runtime.errors import ConfigurationError
from stitch_connect_runtime.secret import Secret

from . import _files

_POSITION = re.compile(r"line \d+, column \d+")
_OTHER = object()  # stands for values that no key has


def accounts_path(path: str | Path | None = None) -> Path:
    """Return where the accounts file is: the path given, or the one of the environment."""
    given = path or os.environ.get("STITCH_CONNECT_ACCOUNTS")
    if given:
        return _files.expanded(given)
    home = Path(os.environ.get("XDG_CONFIG_HOME") or "")
    return (
        home if home.is_absolute() else _files.expanded("~/.config")
    ) / "stitch-connect/accounts.toml"


def tables(path: Path) -> dict[str, Any]:
    """Return the tables of the accounts file, their texts sealed.

    Raises:
        ConfigurationError: It cannot be read, is not TOML, or others may write to it.
    """
    found, problem = _parsed(path)
    if found is None:
        raise ConfigurationError(f"the accounts file {path} {problem}")
    return found


def _parsed(path: Path) -> tuple[dict[str, Any] | None, str]:
    """The tables, or what is wrong. A token may be in the text: nothing is raised from here."""
    try:
        content = _files.read(path, _check_mode).decode()
        return {name: _sealed(one) for name, one in tomllib.loads(content).items()}, ""
    except ConfigurationError as error:
        return None, f"{error.message}; run `chmod o-w {path}`"
    except OSError as error:
        return None, (
            f"cannot be read ({error.strerror}); write it, with [NAME] and a token for each, "
            "or set STITCH_CONNECT_ACCOUNTS"
        )
    except UnicodeDecodeError:
        return None, "is not UTF-8 text; save it as such"
    except (ValueError, RecursionError) as error:
        found = _POSITION.search(str(error))
        return None, f"is not TOML ({found[0] if found else 'at its end'}); correct it there"


def _check_mode(status: os.stat_result) -> None:
    """Who may write to the file decides where tokens are sent."""
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        mode = stat.S_IMODE(status.st_mode)
        raise ConfigurationError(f"has mode {mode:04o}, so that anybody may change it")


def _sealed(value: Any) -> Any:
    """A value whose texts cannot be seen, for one may be a token wherever it stands."""
    if isinstance(value, str):
        return Secret(value)
    if isinstance(value, dict):
        return {name: _OTHER if isinstance(one, dict | list) else _sealed(one)
                for name, one in value.items()}  # fmt: skip
    return _OTHER if isinstance(value, list) else value
