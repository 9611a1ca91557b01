"""What is done to the body of an answer that needs no contract for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Json = Any

IDENTIFIERS = frozenset({"job_name", "tap_stream_id"})
"""Names by which a caller asks for more; a text in them would only make the next call fail."""


def edited(body: bytes, edit: Callable[[Json], Json]) -> bytes:
    """The body with what it says edited; one that is no JSON stays as it is."""
    try:
        shown = json.loads(body)
    except ValueError:
        return body
    return json.dumps(edit(shown)).encode()


def relinked(shown: Json, target: str, path: str) -> Json:
    """A page with another link to the next one; what is not a page stays as it is."""
    if not isinstance(shown, dict) or "links" not in shown:
        return shown
    link = target.format(path=path, page=shown["page"], after=shown["page"] + 1)
    return shown | {"links": shown["links"] | {"next": link}}


def commanding(body: bytes, text: str) -> bytes:
    """The body with a text after each line, or in JSON after each name and message."""
    try:
        shown = json.loads(body)
    except ValueError:
        return b"".join(line + f" {text}\n".encode() for line in body.splitlines())
    told = f"{shown} {text}" if isinstance(shown, str) else _commanding(shown, text)
    return json.dumps(told).encode()


def _commanding(value: Json, text: str) -> Json:
    if isinstance(value, list):
        return [_commanding(one, text) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: f"{one} {text}" if isinstance(one, str) and _is_prose(key) else _commanding(one, text)
        for key, one in value.items()
    }


def _is_prose(key: str) -> bool:
    """Whether people (and models) read what a field says."""
    spoken = key.endswith(("name", "description", "message"))
    return spoken and key not in IDENTIFIERS
