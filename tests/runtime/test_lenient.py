"""An answer outside the contract breaks no pipeline: what fits is typed, the rest stays."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stitch_connect_api import models
from stitch_connect_runtime import decode, errors
from stitch_connect_runtime.decode import Decoder
from stitch_connect_runtime.models import Model

from .calling import ANSWERED, Caller, fails, locals_of
from .hostile import answer, hostile

EXAMPLES = Path(__file__).resolve().parents[2] / "spec/examples"
SOURCE: dict[str, Any] = json.loads((EXAMPLES / "sources.get.response.database.json").read_bytes())
CHECK: dict[str, Any] = json.loads(
    (EXAMPLES / "connection_checks.source.response.failed.json").read_bytes()
)
STREAMS: list[dict[str, Any]] = [
    {"stream_id": 1, "tap_stream_id": "a", "stream_name": "a", "selected": True, "metadata": {}},
    {"stream_id": 2, "tap_stream_id": "b", "stream_name": "b", "selected": None, "metadata": {}},
]
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.just(1.5)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner)
)


@pytest.fixture(autouse=True)
def _nobody_was_warned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "_warned", set())


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    def given() -> list[str]:
        ours = [one for one in caplog.records if one.name == "stitch_connect"]
        assert {one.levelno for one in ours} <= {logging.WARNING}
        return [one.getMessage() for one in ours]

    return given


def but(whole: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """An object with other values; without the field where the value is `...`."""
    found = copy.deepcopy(whole) | changed
    return {name: value for name, value in found.items() if value is not ...}


def read(kind: Any, value: Any, operation: str = "x.get", strict: bool = False) -> Any:
    return Decoder[Any](kind).decode(json.dumps(value).encode(), operation, strict=strict)


def test_what_fits_is_typed_and_what_does_not_stays_as_it_came() -> None:
    raw = but(SOURCE, id="120643", created_at="yesterday", properties=["x"], mood={"good": [1]})
    source = read(models.Source, raw)
    assert (source.id, source.created_at, source.properties) == ("120643", "yesterday", ["x"])
    assert source.updated_at == datetime.fromisoformat(SOURCE["updated_at"])
    assert type(source.report_card) is models.SourceReportCard
    assert source.mood == {"good": [1]}
    assert set(source.to_wire()) == set(raw)
    assert type(source) is models.Source


def test_an_absent_required_field_reads_as_none_and_stays_absent() -> None:
    source = read(models.Source, but(SOURCE, name=..., report_card=...))
    assert (source.name, source.report_card) == (None, None)
    assert source.id == SOURCE["id"]
    assert not {"name", "report_card"} & set(source.to_wire())


def test_a_misfit_deep_below_leaves_its_neighbours_typed() -> None:
    raw = but(SOURCE)
    raw["report_card"]["steps"][0]["properties"][0]["is_required"] = "yes"
    source = read(models.Source, raw)
    first = source.report_card.steps[0].properties[0]
    assert first.is_required == "yes"
    assert type(first) is type(source.report_card.steps[0].properties[1])
    assert source.to_wire() == read(models.Source, SOURCE).to_wire() | {
        "report_card": raw["report_card"]
    }


def test_one_element_of_a_list_is_one_misfit() -> None:
    rows = read(list[models.Stream], [STREAMS[0], "odd", but(STREAMS[1], stream_id="2")])
    assert type(rows[0]) is models.Stream
    assert rows[1] == "odd"
    assert (rows[2].stream_id, rows[2].stream_name) == ("2", "b")


def test_a_warning_names_operation_and_place_once_and_no_value(
    warnings: Callable[[], list[str]],
) -> None:
    for number in range(3):
        raw = but(SOURCE, id=f"{ANSWERED} {number}", name=..., display_name=[ANSWERED])
        read(list[models.Source], [raw, raw], "sources.list")
        read(models.Source, raw, "sources.get")
    assert sorted(message.split(";")[0] for message in warnings()) == [
        f"{operation}: the answer does not fit the contract at {place}/{name}"
        for operation, place in (("sources.get", ""), ("sources.list", "/*"))
        for name in ("display_name", "id", "name")
    ]


def test_the_pointer_of_a_map_holds_no_key(warnings: Callable[[], list[str]]) -> None:
    """A key can be a value, such as the name of a customer's table."""
    read(dict[str, models.Stream], {ANSWERED: but(STREAMS[0], stream_id="1")})
    assert [message.split(" at ")[1].split(";")[0] for message in warnings()] == ["/*/stream_id"]


def test_warnings_are_bounded(
    warnings: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "MOST_WARNINGS", 3)
    for number in range(9):
        read(models.Stream, but(STREAMS[0], stream_id="1"), f"operation {number}")
    assert len(warnings()) == 3


def test_what_is_new_is_no_misfit(warnings: Callable[[], list[str]]) -> None:
    check = read(models.ConnectionCheck, but(CHECK, status="napping", mode="slow", colour="red"))
    assert (check.status, check.mode, check.colour) == ("napping", "slow", "red")
    known = read(models.ConnectionCheck, CHECK)
    assert isinstance(known.status, models.CheckStatus)
    assert warnings() == []


def test_nothing_is_turned_into_another_type() -> None:
    for odd in ("5", 5.0, True, [5], {"a": 5}, 5e300):
        stream = read(models.Stream, but(STREAMS[0], stream_id=odd))
        assert stream.stream_id == odd
        assert type(stream.stream_id) is type(odd)
        with pytest.raises(errors.UnexpectedResponse, match="/stream_id"):
            read(models.Stream, but(STREAMS[0], stream_id=odd), strict=True)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2026-01-02T03:04:05Z", 0),
        ("2026-01-02T03:04:05.678+00:00", 0),
        ("2026-01-02T03:04:05-05:00", -5),
    ],
)
def test_times_are_aware_and_leave_in_utc(text: str, offset: int) -> None:
    source = read(models.Source, but(SOURCE, created_at=text), strict=True)
    assert source.created_at.utcoffset() == timedelta(hours=offset)
    assert source.created_at == datetime.fromisoformat(text)
    wire = source.to_wire()["created_at"]
    assert wire.endswith("Z")
    assert datetime.fromisoformat(wire) == source.created_at.astimezone(UTC)


def test_a_time_without_a_zone_is_a_misfit() -> None:
    source = read(models.Source, but(SOURCE, created_at="2026-01-02T03:04:05"))
    assert source.created_at == "2026-01-02T03:04:05"


def test_strict_names_the_places_and_shows_nothing() -> None:
    raw = but(SOURCE, id=ANSWERED, name=..., created_at=ANSWERED)
    with pytest.raises(errors.UnexpectedResponse) as caught:
        read(models.Source, raw, "sources.get", strict=True)
    assert "/id, /name, /created_at" in str(caught.value)
    error: BaseException = caught.value
    assert (error.__cause__, error.__context__) == (None, None)
    assert ANSWERED not in f"{error!r} {vars(error)} {locals_of(error)}"


@pytest.mark.parametrize("whole", ["nothing", 5, [1], {"colour": "red"}, None], ids=repr)
def test_something_else_altogether_is_no_source(call: Caller, whole: Any) -> None:
    with hostile(answer(200, json.dumps(whole))) as server:
        fails(errors.UnexpectedResponse, call, server, lambda api: api.sources.get(1), strict=False)


def test_a_client_is_lenient_unless_it_is_told(call: Caller) -> None:
    with hostile(answer(200, json.dumps([but(SOURCE, id="x")]))) as server:
        (source,) = call(server.url, lambda api: api.sources.list(), strict=False)
        assert source.id == "x"
        with pytest.raises(errors.UnexpectedResponse):
            call(server.url, lambda api: api.sources.list(), strict=True)


def test_what_was_read_leniently_is_like_any_other() -> None:
    source = read(models.Source, but(SOURCE, id="x", name=..., mood="good"))
    for twin in (pickle.loads(pickle.dumps(source)), copy.deepcopy(source), source.model_copy()):
        assert twin == source
        assert twin.to_wire() == source.to_wire()
    assert "mood='good'" in repr(source)
    assert (
        json.loads(source.model_dump_json(exclude_unset=True, warnings=False)) == source.to_wire()
    )


def places(value: Any, pointer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield pointer
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*pointer, key))


PLACES = [one for one in places(SOURCE) if one]


@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_stands_anywhere_nothing_is_lost(place: tuple[Any, ...], odd: Any) -> None:
    raw = copy.deepcopy(SOURCE)
    node = raw
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = odd
    source = read(models.Source, raw)
    assert isinstance(source, Model)
    assert same(source.to_wire(), raw)


def same(left: Any, right: Any) -> bool:
    """Equal JSON, times as instants. A truth value in a number's place is written as its number."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, str) and isinstance(right, str) and len(left) > 18 and left.endswith("Z"):
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    kinds = {type(left), type(right)}
    return (len(kinds) == 1 or kinds == {int, bool}) and bool(left == right)
