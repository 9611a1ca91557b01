"""Calls by verb and path: an operation of the contract where it knows the path, or one made up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from .errors import InvalidArgument
from .operations import Operation, Risk
from .settings import CLIENT_CREDENTIAL

RISK_BY_VERB = {"GET": "read", "HEAD": "read", "DELETE": "destructive"}  # of a path not known


def operation_at(
    operations: Mapping[str, Operation], verb: str, path: str
) -> tuple[Operation, dict[str, object]]:
    """The operation of a path, and the values of its path parameters.

    Raises:
        InvalidArgument: a verb or a path that would not be sent as it reads.
    """
    verb = _checked_verb(verb)
    _check_path(path)
    for operation in operations.values():
        if operation.verb == verb and operation.fixed_body is None:
            found = _template(operation.path).fullmatch(path)
            if found:
                return operation, {k: unquote(v) for k, v in found.groupdict().items()}
    return _unknown(verb, path), {}


def _checked_verb(verb: str) -> str:
    if not isinstance(verb, str) or not verb.isascii() or not verb.isalpha():
        raise InvalidArgument("the verb is an HTTP method, such as GET")
    return verb.upper()


def _check_path(path: str) -> None:
    if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
        raise InvalidArgument("path is a text that begins with one /")
    if set("?#\\") & set(path):
        raise InvalidArgument("path has no query (use query=), no # and no backslash")
    if {".", ".."} & set(unquote(path).split("/")):
        raise InvalidArgument("path has no . or .. segments")
    try:
        quote(path)
    except UnicodeEncodeError:
        raise InvalidArgument("path is not valid Unicode") from None
    if not path.isprintable():
        raise InvalidArgument("path has characters that no address holds")


def _template(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _unknown(verb: str, path: str) -> Operation:
    return Operation(
        id=f"{verb} {path}",
        resource="",
        method="",
        verb=verb,
        path=path,
        summary="",
        docs="",
        security=CLIENT_CREDENTIAL,
        risk=Risk(level=RISK_BY_VERB.get(verb, "configure")),
        retry="safe" if verb == "GET" else "connect-only",
        provenance="docs",
        success=(),
    )
