"""What goes on the wire, and what is refused before anything does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import Enum
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stitch_connect_api import Client, operations
from stitch_connect_runtime import errors
from stitch_connect_runtime.encode import (
    encode_body,
    encode_path,
    encode_query,
    path_segment,
    plain,
    timestamp,
)
from stitch_connect_runtime.secret import Secret
from stitch_connect_runtime.unset import UNSET

from .calling import Caller
from .hostile import answer, hostile

GET, CREATE = operations.SOURCE_TYPES_GET, operations.SOURCES_CREATE
JSON_VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)  # fmt: skip


class Kind(Enum):
    A = "a/b"


class Nowhere(tzinfo):
    """A time zone that does not know where it is."""

    def utcoffset(self, when: datetime | None) -> None:
        return None

    dst = tzname = utcoffset


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (116078, "116078"),
        ("platform.hubspot", "platform.hubspot"),
        ("a/b", "a%2Fb"),
        ("../..", "..%2F.."),
        ("%2e%2e", "%252e%252e"),
        ("100 %", "100%20%25"),
        ("ü€😀", "%C3%BC%E2%82%AC%F0%9F%98%80"),
        ("a\r\nHost: evil", "a%0D%0AHost%3A%20evil"),
        ("\x00", "%00"),
        ("?q#f", "%3Fq%23f"),
        ("...", "..."),
        ("{source_type}", "%7Bsource_type%7D"),
        (Kind.A, "a%2Fb"),
    ],
)
def test_a_path_parameter_stays_one_segment(value: object, wire: str) -> None:
    (name,) = GET.path_params
    assert encode_path(GET, {name: value}) == f"/v4/source-types/{wire}"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_whatever_the_text_is_it_is_one_segment_or_refused(text: str) -> None:
    try:
        segment = path_segment("x", text)
    except errors.InvalidArgument:
        assert text.strip() in {"", ".", ".."}
    else:
        assert not set(segment) & set("/?#\\ \r\n")
        assert segment not in {".", ".."}
        assert segment.isascii()


BAD_SEGMENTS = [
    "",
    " ",
    "\n",
    ".",
    "..",
    None,
    UNSET,
    True,
    1.5,
    b"x",
    ["a"],
    {},
    object(),
    "\ud800",
    2**63,
    10**5000,
]


@pytest.mark.parametrize(
    "value",
    [*BAD_SEGMENTS, Secret("x"), datetime.now(UTC)],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_segment_is_refused_before_anything_is_sent(call: Caller, value: Any) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument, match="source_type"):
            call(server.url, lambda client: client.source_types.get(value))
        assert server.requests == []


ELSEWHERE: list[Any] = [
    *(
        "v4/x",
        "//evil.example/x",
        "/a/../b",
        "/a/%2e%2E/b",
        "/a/./b",
        "/a?x=1",
        "/a#x",
        "/a\\..\\b",
    ),
    *("", None, 5, b"/v4", "/a\nb", "/\x00", "/\ud800", "/" + "a" * 70_000),
]


@pytest.mark.parametrize("path", ELSEWHERE, ids=lambda path: ascii(path)[:20])
def test_a_path_that_leads_elsewhere_is_refused(call: Caller, path: str) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument):
            call(server.url, lambda client: client.request("GET", path))
        assert server.requests == []


@pytest.mark.parametrize(
    "verb", ["", None, 5, b"GET", "GÉT", "GET ", "GET / HTTP/1.1\r\nX-A: b"], ids=repr
)
def test_a_verb_that_is_none_is_refused(call: Caller, verb: Any) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument, match="verb"):
            call(server.url, lambda client: client.request(verb, "/v4/sources"))
        assert server.requests == []


def test_a_path_of_the_contract_keeps_its_rules() -> None:
    client = Client("t", base_url="http://127.0.0.1:1")
    request = client._request("get", "/v4/11607%38/loads", {}, UNSET, None)
    assert (request.operation.id, request.scope) == ("loads.list", "116078")
    unknown = client._request("DELETE", "/v4/unheard-of", {}, UNSET, None)
    assert unknown.operation.risk.level == "destructive"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("a b&c=ü", ["a b&c=ü"]),
        (True, ["true"]),
        ([1, False], ["1", "false"]),
        (["x", "y"], ["x", "y"]),
        (1.5, ["1.5"]),
        (Kind.A, ["a/b"]),
        (datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), ["2024-01-01T00:00:00Z"]),
        (None, None),
        (UNSET, None),
    ],
)
def test_a_query_parameter(value: object, wire: list[str] | None) -> None:
    assert parse_qs(encode_query({"q": value})).get("q") == wire


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), [float("-inf")], {"a": 1}, b"x", "\ud800", object()]
)
def test_what_is_no_query_parameter_is_refused(call: Caller, value: Any) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument):
            call(server.url, lambda c: c.request("GET", "/v4/sources", query={"q": value}))
        assert server.requests == []


@given(JSON_VALUES)
def test_a_body_arrives_as_it_was(value: Any) -> None:
    content = encode_body(CREATE, value, 0.0)
    assert content is not None
    assert json.loads(content) == value


def test_absent_and_null_are_two_things(call: Caller) -> None:
    assert encode_body(CREATE, {"a": None, "b": UNSET, "c": {"d": UNSET}}, 0.0) == (
        b'{"a":null,"c":{}}'
    )
    assert encode_body(CREATE, UNSET, 0.0) is None
    assert encode_body(CREATE, None, 0.0) == b"null"


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"x", {1}, object(), date(2024, 1, 1), "\ud800", LOOP, 10**5000],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_json_is_refused(call: Caller, value: Any) -> None:
    with hostile(answer(200)) as server:
        with pytest.raises(errors.InvalidArgument) as caught:
            call(server.url, lambda c: c.request("POST", "/v4/sources", json={"x": value}))
        assert server.requests == []
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("moment", "wire"),
    [
        (datetime(2024, 2, 29, 23, 59, 59, 999999, UTC), "2024-02-29T23:59:59Z"),
        (datetime(2024, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2024-02-29T23:00:00Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
    ],
)
def test_times_are_whole_seconds_of_utc(moment: datetime, wire: str) -> None:
    assert timestamp(moment) == plain([moment])[0] == wire


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2024, 1, 1),
        datetime(2024, 1, 1, tzinfo=Nowhere()),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
    ],
    ids=["naive", "as good as naive", "before the first year"],
)
def test_a_time_that_is_no_instant_is_refused(moment: datetime) -> None:
    with pytest.raises(errors.InvalidArgument, match="datetime"):
        encode_body(CREATE, {"at": moment}, 0.0)


def test_a_pause_is_stamped_by_the_clock_of_the_client(call: Caller) -> None:
    with hostile(answer(500)) as server:
        with pytest.raises(errors.ServerError):
            call(server.url, lambda c: c.sources.pause(1), max_retries=0)
        assert server.bodies == ['{"paused_at":"2023-11-14T22:13:20Z"}']


def test_a_body_of_a_form_is_a_form() -> None:
    exchange = next(o for o in operations.OPERATIONS.values() if (o.body or "").endswith("encoded"))
    content = encode_body(exchange, {"code": "a b", "scope": UNSET, "on": True}, 0.0)
    assert content == b"code=a+b&on=true"


def test_the_address_holds_a_path_of_its_own() -> None:
    client = Client("t", base_url="https://proxy.example/stitch/")
    request = client._request("GET", "/v4/sources", {"q": "x"}, UNSET, None)
    assert urlsplit(request.url)[1:4] == ("proxy.example", "/stitch/v4/sources", "q=x")
