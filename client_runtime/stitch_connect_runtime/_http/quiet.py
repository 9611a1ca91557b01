"""Of our own requests, httpx and what is below it log neither whole addresses nor headers."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

import httpx

from .deadlines import sending

LOGGERS = (
    "httpx",
    *(f"httpcore.{one}" for one in ("connection", "http11", "http2", "proxy", "socks")),
    *("hpack.hpack", "hpack.table"),
)


class Quiet(logging.Filter):
    """httpx logs whole URLs, its parts whole headers: of our own requests, neither is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not sending():
            return True
        if record.name == "httpx" and isinstance(record.args, tuple):
            record.args = tuple(_without_query(one) for one in record.args)
        else:
            record.msg, record.args = str(record.msg).split(" ", 1)[0].split("%", 1)[0], ()
        return True


def _without_query(value: Any) -> Any:
    if not isinstance(value, httpx.URL):
        return value
    parts = urlsplit(str(value))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


for _name in LOGGERS:
    logging.getLogger(_name).addFilter(Quiet())
