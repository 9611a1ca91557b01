"""What a job does to each stream, as its script has it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .discovery import is_selected
from .records import Fate, Stream


def stream_fates(streams: Sequence[Stream], fate: Fate) -> dict[str, Any]:
    """The fields of a job that say which streams send rows and what becomes of them."""
    selected = sorted((one for one in streams if is_selected(one)), key=lambda one: one.name)
    silent = _named(selected, fate.silent) if fate.outcome != "no_rows" else selected
    sending = [one for one in selected if one not in silent]
    failing = _named(sending, fate.failing) if fate.outcome != "load_failed" else sending[:1]
    return {
        "sent": [one.name for one in sorted(sending, key=lambda one: one in failing)],
        "silent": [one.name for one in silent],
        "failing": [one.name for one in failing],
        "load_delays": _delays(sending, fate.load_delay),
        "log": fate.log,
    }


def unknown_streams(streams: Sequence[Stream], names: Iterable[str]) -> list[str]:
    """The names that no stream goes by."""
    return [name for name in names if not _named(streams, [name])]


def named_streams(fate: Fate) -> list[str]:
    """Every name a script uses."""
    delayed = fate.load_delay if isinstance(fate.load_delay, dict) else {}
    return [*fate.silent, *fate.failing, *delayed]


def _named(streams: Sequence[Stream], names: Sequence[str]) -> list[Stream]:
    return [one for one in streams if one.name in names or one.tap_stream_id in names]


def _delays(streams: Sequence[Stream], given: float | dict[str, float] | None) -> dict[str, float]:
    if given is None:
        return {}
    if isinstance(given, dict):
        return {one.name: given[name] for name in given for one in _named(streams, [name])}
    return dict.fromkeys((one.name for one in streams), given)
