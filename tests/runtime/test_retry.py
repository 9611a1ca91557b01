"""Whether a request is made again, and after how long: values in, values out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stitch_connect_runtime.errors import ConnectionFailed
from stitch_connect_runtime.records import Answer
from stitch_connect_runtime.retry import RetryPolicy, pause_before_retry, retry_after

POLICY = RetryPolicy(max_retries=9)
NOW = 1_445_412_400.0  # 07:26:40 on 21 October 2015, a Wednesday
BROKEN = ConnectionFailed("no", may_have_arrived=True)
REFUSED = ConnectionFailed("no", may_have_arrived=False)


def pause(
    outcome: Any, attempt: int = 1, kind: str = "safe", random: float = 1.0, **policy: Any
) -> float | None:
    return pause_before_retry(
        kind, outcome, attempt, POLICY._replace(**policy), now=NOW, random=lambda: random
    )


def test_pauses_double_up_to_a_cap_and_are_drawn_from_all_of_it() -> None:
    assert [pause(BROKEN, n) for n in range(1, 8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert [pause(BROKEN, n, random=0.25) for n in (1, 4)] == [0.125, 1.0]
    assert pause(BROKEN, 5, random=0.0) == 0.0


def test_there_are_as_many_retries_as_were_asked_for() -> None:
    assert [pause(BROKEN, n, max_retries=2) is not None for n in (1, 2, 3)] == [True, True, False]
    assert pause(BROKEN, max_retries=0) is None


@pytest.mark.parametrize(
    ("kind", "repeated"),
    [
        ("safe", [BROKEN, REFUSED, 429, 500, 502, 503, 504]),
        ("connect-only", [REFUSED]),
        ("never", []),
    ],
)
def test_what_is_repeated(kind: str, repeated: list[Any]) -> None:
    statuses = [200, 302, 400, 401, 403, 404, 409, 429, 500, 501, 502, 503, 504]
    outcomes = [BROKEN, REFUSED, *statuses]
    found = [
        one
        for one in outcomes
        if pause(Answer(one, {}) if isinstance(one, int) else one, kind=kind) is not None
    ]
    assert found == repeated


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 60 ", 60.0),
        ("0", 0.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 20.0),
        ("Wed, 21 Oct 2015 09:27:00 +0200", 20.0),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("nan", None),
        ("Wed, 99 Oct 2015 07:27:00 GMT", None),
    ],
)
def test_what_the_server_asks_for(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}, NOW) == seconds


def test_what_is_asked_for_is_the_least_and_too_much_is_refused() -> None:
    asked = [Answer(503, {"retry-after": str(seconds)}) for seconds in (3, 60, 61, 10**400)]
    assert [pause(one) for one in asked] == [3.0, 60.0, None, None]
    assert pause(asked[0], 5) == 8.0, "a pause that is longer anyway stays so"


@given(st.text(max_size=40))
def test_no_header_breaks_the_call(header: str) -> None:
    found = retry_after({"retry-after": header}, NOW)
    assert found is None or found >= 0
