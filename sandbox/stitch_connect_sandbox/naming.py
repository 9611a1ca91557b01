"""The name of a source, which it gets once, from its display name."""

from __future__ import annotations

import re

from . import errors
from .store import Store

NAME = re.compile(r"[a-z_][a-z0-9_$]{0,48}")


def derived(display_name: str) -> str:
    """Lower case, with everything between letters, digits, `_` and `$` as one underscore."""
    return re.sub(r"[^a-z0-9_$]+", "_", display_name.lower()).strip("_")


def new_name(store: Store, client_id: int, display_name: str) -> str:
    """The name that a display name derives to, which no source of the account has.

    Raises:
        ApiError: nothing is left of it, it breaks the rules, or it is taken.
    """
    name = derived(display_name)
    if not name:
        raise errors.underivable_name(display_name)
    if not NAME.fullmatch(name):
        raise errors.invalid_name()
    if store.sources_named.of((client_id, name)):
        same = name == display_name
        raise errors.name_in_use(name) if same else errors.derived_name_in_use(display_name, name)
    return name
