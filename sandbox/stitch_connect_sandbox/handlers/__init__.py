"""One module for each area of the API; importing this package registers them all."""

from . import accounts, connections, imports, jobs, notifications, sources, streams, tokens

__all__ = [
    "accounts",
    "connections",
    "imports",
    "jobs",
    "notifications",
    "sources",
    "streams",
    "tokens",
]
