"""Snapshots that somebody has changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def resealed(snapshot: dict[str, Any]) -> dict[str, Any]:
    """A snapshot that agrees with its digest again, as a forger would have it."""
    rest = json.loads(json.dumps({k: v for k, v in snapshot.items() if k != "digest"}))
    plain = json.loads(json.dumps(rest), parse_float=lambda text: _shortest(float(text)))
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return {**rest, "digest": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}


def _shortest(number: float) -> float:
    return int(number) if number.is_integer() else number
