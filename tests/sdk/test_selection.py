"""What will replicate, and what is refused before anything is sent: over models, nothing sent."""

from __future__ import annotations

import itertools
import json
import pickle
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from stitch_connect import SelectionPlan, StreamChange
from stitch_connect._flow import drive
from stitch_connect.errors import InvalidArgument, SelectionRefused, UnexpectedResponse
from stitch_connect.selection import (
    Refusal,
    StreamState,
    plan_changes,
    preview_streams,
    read_stream,
)
from stitch_connect.selection.flow import apply
from stitch_connect.selection.plan import BATCH_SETTINGS, BATCH_STREAMS
from stitch_connect.selection.truth import TABLE, judge_field

from ..conftest import ROOT
from .catalogs import (
    FLAGS,
    LISTS,
    SCHEMAS,
    Memory,
    catalog,
    catalogs,
    replicates,
    replicating,
)
from .odd import every_spoil

SOURCE = 120643
Json = Any
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
LARGE = settings(QUICK, max_examples=4)


def field(inclusion: Any = "available", **said: Any) -> Json:
    told = {name.replace("_", "-"): value for name, value in said.items()}
    schema = told.pop("schema", {"type": "string"})
    kept = {} if inclusion is None else {"inclusion": inclusion}
    return {"schema": schema, "metadata": kept | told}


def stream(name: str = "orders", fields: Json | None = None, **said: Any) -> Json:
    told = {key.replace("_", "-"): value for key, value in said.items()}
    known = {"id": field("automatic"), "total": field()} if fields is None else fields
    return {"tap_stream_id": name, "stream_name": name, "metadata": told, "fields": known}


def planned(planted: list[Json], changes: Any) -> SelectionPlan:
    return plan_changes(SOURCE, Memory(planted).states(), changes)


def refused(planted: list[Json], changes: Any) -> list[Refusal]:
    with pytest.raises(SelectionRefused) as caught:
        planned(planted, changes)
    assert all(str(one) in str(caught.value) for one in caught.value.refusals[:20])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.refusals == caught.value.refusals
    return list(copy.refusals)


# The truth table ----------------------------------------------------------------------------------


@pytest.mark.parametrize("inclusion", ["automatic", "available", "unsupported"])
@pytest.mark.parametrize(("selected", "by_default"), list(itertools.product(FLAGS, FLAGS)))
def test_every_combination_of_the_table_follows_the_documented_rule(
    inclusion: str, selected: bool | None, by_default: bool | None
) -> None:
    row = judge_field(inclusion, selected, by_default)
    assert row.replicates is replicates(inclusion, selected, by_default)
    assert row in TABLE


def test_the_table_has_the_documented_rows() -> None:
    assert len(TABLE) == len(set(TABLE)) == 11


@pytest.mark.parametrize("inclusion", [None, "", "AUTOMATIC", "new"])
def test_an_inclusion_outside_the_table_replicates_nothing_that_is_known(
    inclusion: str | None,
) -> None:
    assert judge_field(inclusion, True, True).why == "undocumented"


@QUICK
@given(catalogs(6, 15))
def test_a_preview_says_of_every_field_what_the_account_would_do(planted: list[Json]) -> None:
    account = Memory(planted)
    seen = preview_streams(SOURCE, account.states())
    told = {(one.tap_stream_id, f.name) for one in seen.streams for f in one.replicating}
    assert told == set(replicating(planted))
    for one in seen.streams:
        assert one.replicates is bool(one.replicating)
        assert {f.name for f in one.fields if f.chosen} >= {f.name for f in one.replicating}
        assert all(f.reason for f in one.fields)
    assert {one.tap_stream_id for one in seen.replicating} == {name for name, _ in told}


@LARGE
@given(st.integers(0, 2**32), st.integers(1, 300), st.integers(1, 40))
@example(1, 2000, 200)
def test_a_catalog_of_any_size_is_previewed_planned_applied_and_read_back(
    seed: int, streams: int, fields: int
) -> None:
    random = Random(seed)
    planted = catalog(random, streams, fields)
    account = Memory(planted)
    states = account.states()
    seen = preview_streams(SOURCE, states)
    assert sum(len(one.replicating) for one in seen.streams) == sum(1 for _ in replicating(planted))
    some = random.sample(states, min(streams, 150))
    changes = {one.tap_stream_id: wished(one) for one in some}
    plan = plan_changes(SOURCE, states, changes)
    after = drive(apply(account, pickle.loads(pickle.dumps(plan))))
    held_to_bounds(account.updates)
    assert {one.tap_stream_id for one in after.streams} <= changes.keys()
    kept = {pair for pair in replicating(planted) if pair[0] not in changes}
    asked = {(name, one) for name, change in changes.items() for one in change.fields}
    told = set(replicating(account.planted))
    assert kept | asked <= told
    always = {(one.tap_stream_id, f.name) for one in some for f in (one.fields or {}).values()
              if f.inclusion == "automatic" or f.selected_by_default}  # fmt: skip
    assert told <= kept | asked | always


def wished(state: StreamState) -> StreamChange:
    """A change that nothing speaks against: all that is available, or nothing of the stream."""
    fields = (state.fields or {}).values()
    free = {one.name: True for one in fields if one.inclusion == "available"}
    clash = any(one.exclusions for one in fields)
    if state.method_in_force == "INCREMENTAL" or state.is_view or clash or not free:
        return StreamChange(selected=False)
    return StreamChange(selected=True, fields=free)


def held_to_bounds(updates: list[list[Json]]) -> None:
    for update in updates:
        assert 0 < len(update) <= BATCH_STREAMS
        assert sum(len(e["metadata"]) for one in update for e in one["metadata"]) <= BATCH_SETTINGS


@QUICK
@given(catalogs(5, 12), st.data())
def test_a_plan_is_either_refused_or_reads_back_as_asked(planted: list[Json], data: Any) -> None:
    names = [one["tap_stream_id"] for one in planted]
    changes = {name: data.draw(changes_of(planted[n]), name) for n, name in enumerate(names)}
    account = Memory(planted)
    try:
        plan = plan_changes(SOURCE, account.states(), changes)
    except SelectionRefused:
        event("refused")
        return
    event("planned")
    assert pickle.loads(pickle.dumps(plan)) == plan
    assert bool(plan) is bool(plan.update())
    drive(apply(account, plan))
    assert not plan_changes(SOURCE, account.states(), changes)
    told = set(replicating(account.planted))
    for name, change in changes.items():
        selected = next(one for one in account.planted if one["tap_stream_id"] == name)["metadata"]
        if change.get("selected") is not None:
            assert (selected.get("selected") is True) is change["selected"]
        for one, wanted in change.get("fields", {}).items():
            assert ((name, one) in told) is wanted
    for one in preview_streams(SOURCE, account.states()).problems:
        assert one in plan.warnings or not changes[by_label(account, one.stream)]


def by_label(account: Memory, label: str) -> str:
    return next(one.tap_stream_id for one in account.states() if one.label == label)


def changes_of(planted: Json) -> st.SearchStrategy[Json]:
    """Changes of one stream, sensible ones and others."""
    names = st.sampled_from(list(planted["fields"]) or ["none"])
    return st.fixed_dictionaries(
        {},
        optional={
            "selected": st.booleans(),
            "fields": st.dictionaries(names, st.booleans(), max_size=3),
            "replication_method": st.sampled_from(["FULL_TABLE", "INCREMENTAL", "LOG_BASED"]),
            "replication_key": names,
        },
    )


# What is refused ----------------------------------------------------------------------------------

TIME = field(schema={"type": ["null", "string"], "format": "date-time"})
VIEW = {"is_view": True, "selected": None}
CASES: tuple[tuple[str, Json, Json, str | None], ...] = (
    ("unknown_field", {}, {"selected": True, "fields": {"totel": True}}, "totel"),
    ("automatic", {}, {"selected": True, "fields": {"id": True}}, "id"),
    ("automatic", {}, {"selected": True, "fields": {"id": False}}, "id"),
    ("unsupported", {"fields": {"id": field("automatic"), "x": field("unsupported")}},
     {"selected": True, "fields": {"x": True}}, "x"),
    ("undocumented", {"fields": {"id": field("automatic"), "x": field(None)}},
     {"selected": True, "fields": {"x": True}}, "x"),
    ("selected_by_default", {"fields": {"x": field(selected_by_default=True)}},
     {"selected": True, "fields": {"x": False}}, "x"),
    ("selected_by_default",
     {"fields": {"x": field(selected_by_default=True, selected=True)}, "selected": True},
     {"fields": {"*": False}}, "x"),
    ("stream_not_selected", {}, {"fields": {"total": True}}, "total"),
    ("stream_not_selected", {"selected": True}, {"selected": False, "fields": {"total": True}},
     "total"),
    ("unknown_method", {}, {"replication_method": "FULL"}, None),
    ("forced_method", {"forced_replication_method": "FULL_TABLE"},
     {"replication_method": "INCREMENTAL"}, None),
    ("key_missing", {}, {"selected": True, "replication_method": "INCREMENTAL"}, None),
    ("key_missing", {"forced_replication_method": "INCREMENTAL", "valid_replication_keys": [
        "a", "b"]}, {"selected": True}, None),
    ("key_not_valid", {"valid_replication_keys": ["id"]}, {"replication_key": "total"}, "total"),
    ("key_unknown", {}, {"replication_key": "updated"}, "updated"),
    ("key_unsuitable", {}, {"replication_key": "total"}, "total"),
    ("unsupported", {"fields": {"at": field("unsupported")}}, {"replication_key": "at"}, "at"),
    ("not_a_view", {}, {"view_key_properties": ["id"]}, None),
    ("view_without_keys", VIEW, {"selected": True}, None),
    ("view_without_keys", VIEW, {"selected": True, "view_key_properties": []}, None),
    ("view_key_unknown", VIEW, {"selected": True, "view_key_properties": ["ids"]}, "ids"),
    ("nothing_replicates", {"fields": {"x": field()}}, {"selected": True}, None),
    ("nothing_replicates", {"fields": {"x": field(selected=True)}, "selected": True},
     {"fields": {"x": False}}, None),
    ("exclusion", {"fields": {"a": field(fieldExclusions=[["properties", "b"]]), "b": field()}},
     {"selected": True, "fields": {"*": True}}, "a"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "said", "change", "about"),
    CASES,
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_would_fail_later_is_refused_and_named(
    reason: str, said: Json, change: Json, about: str | None
) -> None:
    found = refused([stream(**said)], {"orders": change})
    assert (reason, "orders", about) in {(one.reason, one.stream, one.field) for one in found}


def test_all_refusals_of_a_plan_come_together() -> None:
    planted = [stream("orders"), stream("customers", fields={"x": field("unsupported")})]
    found = refused(planted, {
        "ordres": True,
        "orders": {"fields": {"totl": True}, "replication_key": "total"},
        "customers": {"selected": True, "fields": {"x": True}},
    })  # fmt: skip
    assert {one.reason for one in found} == {
        "unknown_stream", "unknown_field", "key_unsuitable", "stream_not_selected", "unsupported",
        "nothing_replicates",
    }  # fmt: skip
    near = {one.reason: one.near for one in found}
    assert near["unknown_stream"] == ("orders",)
    assert near["unknown_field"] == ("total",)


def test_a_name_of_several_streams_is_refused_with_the_candidates_and_can_be_told_apart() -> None:
    def table(schema: str) -> Json:
        said = stream(f"db-{schema}-orders", schema_name=schema, database_name="db")
        return said | {"stream_name": "orders"}

    planted = [table("public"), table("archive")]
    (found,) = refused(planted, {"orders": True})
    assert found.reason == "ambiguous_stream"
    assert found.near == ("1 (db.public.orders)", "2 (db.archive.orders)")
    for ref in ("archive.orders", "db.archive.orders", "db-archive-orders", 2, "2"):
        assert [one.stream_id for one in planned(planted, {ref: True}).streams] == [2]
    (twice,) = refused(planted, {"archive.orders": True, 2: False})
    assert twice.reason == "named_twice"


def test_a_clash_is_told_once_whichever_field_names_the_other_or_how_it_is_spelled() -> None:
    pairs = [("fieldExclusions", [["properties", "b"]]), ("fieldExclusion", [["properties", "b"]]),
             ("fieldExclusion", ["b"])]  # fmt: skip
    for spelling, value in pairs:
        for owner, other in (("a", "b"), ("b", "a")):
            told = json.loads(json.dumps(value).replace('"b"', f'"{other}"'))
            fields = {"a": field(selected=True), "b": field(selected=True)}
            fields[owner]["metadata"][spelling] = told
            (found,) = refused([stream(fields=fields)], {"orders": True})
            assert (found.reason, found.field, found.near) == ("exclusion", "a", ("b",))


def test_what_fails_already_does_not_stop_a_plan_that_does_not_touch_it() -> None:
    planted = [stream(selected=True, is_view=True)]
    plan = planned(planted, {"orders": {"fields": {"total": True}}})
    assert [one.reason for one in plan.warnings] == ["view_without_keys"]
    assert "already" in str(plan)
    assert refused(planted, {"orders": True})[0].reason == "view_without_keys"


def test_a_clash_can_be_mended_bit_by_bit_and_swapped_in_one_plan() -> None:
    apart = {"fieldExclusions": [["properties", "b"], ["properties", "c"]]}
    fields = {"a": field(selected=True, **apart), "b": field(selected=True),
              "c": field(selected=True)}  # fmt: skip
    planted = [stream(selected=True, fields=fields)]
    mending = planned(planted, {"orders": {"fields": {"b": False}}})
    assert [one.near for one in mending.warnings] == [("c",)]
    (swap,) = planned(
        [stream(selected=True, fields=fields | {"a": field(**apart)})],
        {"orders": {"fields": {"a": True, "b": False, "c": False}}},
    ).update()
    assert [e["metadata"]["selected"] for e in swap["metadata"]] == [False, False, True]


@pytest.mark.parametrize(
    "changes",
    [
        None, ["orders"], {True: True}, {None: True}, {"orders": None}, {"orders": 1},
        {"orders": {"selectd": True}}, {"orders": {"selected": "yes"}},
        {"orders": {"fields": ["total"]}}, {"orders": {"fields": {"total": 1}}},
        {"orders": {"fields": {1: True}}}, {"orders": {"replication_key": 5}},
        {"orders": {"view_key_properties": "id"}}, {"orders": {"view_key_properties": [1]}},
    ],
)  # fmt: skip
def test_what_is_no_change_is_an_error_that_says_what_one_is(changes: Any) -> None:
    with pytest.raises(InvalidArgument, match=r"such as|given by|is |has no"):
        planned([stream()], changes)


# What a plan is -----------------------------------------------------------------------------------


def test_a_plan_prints_and_holds_the_exact_update() -> None:
    planted = [stream("orders", valid_replication_keys=["id"], selected=None)]
    plan = planned(planted, {"orders": StreamChange(
        selected=True, replication_method="INCREMENTAL", fields={"total": True})})  # fmt: skip
    assert plan.update() == [
        {
            "tap_stream_id": "orders",
            "metadata": [
                {
                    "breadcrumb": [],
                    "metadata": {
                        "selected": True,
                        "replication-method": "INCREMENTAL",
                        "replication-key": "id",
                    },
                },
                {"breadcrumb": ["properties", "total"], "metadata": {"selected": True}},
            ],
        }
    ]
    assert str(plan).splitlines() == [
        "source 120643: 4 changes in 1 streams",
        "  'orders' ('orders')",
        "    selected: false → true",
        "    replication-method: null → 'INCREMENTAL'",
        "    replication-key: null → 'id'",
        "    'total' selected: false → true",
    ]
    assert plan.count == 4


def test_a_plan_without_changes_is_false() -> None:
    planted = [stream(selected=True, fields={"id": field("automatic"), "x": field()})]
    for change in (True, {"fields": {"x": False}}, {}, {"selected": True, "fields": {}}):
        plan = planned(planted, {"orders": change})
        assert not plan
        assert plan.update() == []
    assert "nothing changes" in str(planned(planted, {}))


def test_a_view_is_selected_with_its_key_in_the_same_request() -> None:
    planted = [stream(is_view=True, view_key_properties=["id"])]
    (update,) = planned(planted, {"orders": True}).update()
    assert update["metadata"][0]["metadata"] == {"selected": True, "view-key-properties": ["id"]}
    assert planned(planted, {"orders": True}).count == 1


def test_the_names_of_the_api_are_understood_too() -> None:
    change = {"selected": True, "replication-method": "INCREMENTAL", "replication-key": "at"}
    plan = planned([stream(fields={"at": TIME, "id": field("automatic")})], {"orders": change})
    assert plan.count == 3


def test_a_setting_that_stitch_does_not_list_as_writable_is_refused() -> None:
    (listed,) = Memory([stream()]).list(0)
    told = Memory([stream()]).schema(0, 1)
    told.non_discoverable_metadata_keys = ["selected"]
    state = read_stream(listed, told)
    with pytest.raises(SelectionRefused) as caught:
        plan_changes(SOURCE, [state], {"orders": {"selected": True,
                                                  "replication_method": "FULL_TABLE"}})  # fmt: skip
    assert [one.reason for one in caught.value.refusals] == ["not_writable"]


def test_many_changes_of_one_stream_go_in_several_requests_the_stream_first() -> None:
    fields = {f"field_{n}": field() for n in range(1200)}
    account = Memory([stream(fields=fields)])
    plan = plan_changes(
        SOURCE, account.states(), {"orders": {"selected": True, "fields": {"*": True}}}
    )
    drive(apply(account, plan))
    assert len(account.updates) == 3
    assert account.updates[0][0]["metadata"][0] == {
        "breadcrumb": [], "metadata": {"selected": True},
    }  # fmt: skip
    held_to_bounds(account.updates)


# Hostile answers ----------------------------------------------------------------------------------


def decoded(schema: Any, listed: Any = None) -> Any:
    row = {"stream_id": 1, "tap_stream_id": "t", "stream_name": "t", "selected": True,
           "metadata": {}} | (listed or {})  # fmt: skip
    rows = LISTS.decode(json.dumps([row]).encode(), "streams.list")
    return read_stream(rows[0], SCHEMAS.decode(json.dumps(schema).encode(), "streams.schema"))


def told(entries: Any, schema: Any = "{}") -> Json:
    return {"schema": schema, "metadata": entries, "non-discoverable-metadata-keys": []}


@pytest.mark.parametrize(
    ("schema", "fields"),
    [
        (told([], None), set()),
        (told([], "null"), set()),
        (told([], "not JSON"), set()),
        (told([], "[" * 100_000), set()),
        (told([], '{"properties": [1]}'), set()),
        (told([], {"properties": {"x": {}}}), {"x"}),
        (told([], '{"properties": {"x": null, "y": true}}'), {"x", "y"}),
        (told(None), set()),
        (told([None, 1, "x", {}, {"metadata": {}}, {"breadcrumb": None, "metadata": {}}]), set()),
        (told([{"breadcrumbs": ["properties", "x"], "metadata": {"inclusion": "automatic"}}]),
         {"x"}),
        (told([{"breadcrumb": ["properties", "x"], "metadata": None}]), {"x"}),
        (told([{"breadcrumb": ["properties", 1], "metadata": {}}]), set()),
        (told([{"breadcrumb": "properties", "metadata": {}}]), set()),
        (told([{"breadcrumb": ["properties", "properties"], "metadata": {}}]), {"properties"}),
    ],
)  # fmt: skip
def test_what_stitch_does_not_document_is_read_as_far_as_it_goes(
    schema: Any, fields: set[str]
) -> None:
    seen = preview_streams(1, [decoded(schema)]).streams[0]
    assert {one.name for one in seen.fields} == fields


def test_settings_of_the_wrong_type_count_as_not_said() -> None:
    said = {"inclusion": ["available"], "selected": "true", "selected-by-default": 1,
            "fieldExclusions": "x", "sql-datatype": {}}  # fmt: skip
    state = decoded(
        told([
            {"breadcrumb": ["properties", "x"], "metadata": said},
            {"breadcrumb": [], "metadata": {
                "replication-key": 5, "valid-replication-keys": [None, 7], "is-view": "no",
                "view-key-properties": "id", "replication-method": {"a": 1}}},
        ]),
        {"selected": "yes"},
    )  # fmt: skip
    assert (state.key, state.valid_keys, state.is_view, state.method) == (None, (), False, None)
    assert state.selected is None
    assert not preview_streams(1, [state]).replicating


def test_a_stream_that_nothing_can_be_done_with_is_an_error() -> None:
    for row in ({"stream_id": None}, {"tap_stream_id": None}, {"tap_stream_id": ""}):
        with pytest.raises(UnexpectedResponse, match="without its ids"):
            decoded(told([]), row)


def test_a_part_of_a_field_replicates_with_it_and_cannot_be_selected_by_itself() -> None:
    def entry(*crumb: str, **said: Any) -> Json:
        metadata = {name.replace("_", "-"): value for name, value in said.items()}
        return {"breadcrumb": [*crumb], "metadata": {"inclusion": "available"} | metadata}

    top = ("properties", "image")
    deep = (*top, "properties", "size", "properties", "width")
    state = decoded(
        told([
            entry(*top, selected=False),
            entry(*top, "properties", "src", selected=True),
            entry(*deep, selected=True),
            entry("properties", "tags", selected=True),
            entry("properties", "tags", "items", "properties", "name", selected=True),
        ])
    )  # fmt: skip
    seen = {one.name: one for one in preview_streams(1, [state]).streams[0].fields}
    assert {name for name, one in seen.items() if one.replicates} == {
        "tags", "properties/tags/items/properties/name",
    }  # fmt: skip
    assert seen["image.src"].why == seen["image.size.width"].why == "parent_not_replicated"
    with pytest.raises(SelectionRefused) as caught:
        plan_changes(1, [state], {"t": {"fields": {"image.src": False}}})
    assert [one.reason for one in caught.value.refusals] == ["part_of_a_field"]


ROW = {
    "stream_id": 1, "tap_stream_id": "t", "stream_name": "t", "selected": True,
    "metadata": {"selected": True, "is-view": True, "schema-name": "s", "replication-key": "x",
                 "replication-method": "INCREMENTAL", "view-key-properties": ["x"]},
}  # fmt: skip
ENTRY = {
    "breadcrumb": ["properties", "x"],
    "metadata": {"inclusion": "available", "selected": True, "selected-by-default": None,
                 "sql-datatype": "int", "fieldExclusions": [["properties", "y"]]},
}  # fmt: skip
SCHEMA = {**told([ENTRY], '{"properties": {"x": {"type": "integer"}, "y": {}}}')}
SPOILT = [
    (name, spoil)
    for name, place in (("row", ("row",)), ("schema", ("schema",)),
                        ("entry", ("schema", "metadata", 0)))
    for _, spoil in every_spoil({"row": ROW, "schema": SCHEMA}, place)
]  # fmt: skip


def test_one_odd_value_costs_no_more_than_what_it_says() -> None:
    read = 0
    for name, spoil in SPOILT:
        raw = spoil(json.loads(json.dumps({"row": ROW, "schema": SCHEMA})))
        try:
            rows = LISTS.decode(json.dumps([raw["row"]]).encode(), "streams.list")
            schema = SCHEMAS.decode(json.dumps(raw["schema"]).encode(), "streams.schema")
            state = read_stream(rows[0], schema)
        except UnexpectedResponse:
            assert name != "entry"
            continue
        read += 1
        seen = preview_streams(1, [state])
        assert str(seen)
        assert isinstance(seen.replicating, tuple)
        with suppress(SelectionRefused):
            plan = plan_changes(1, [state], {1: {"selected": True, "fields": {"*": True}}})
            assert pickle.loads(pickle.dumps(plan)) == plan
    assert read > len(SPOILT) * 0.8


NASTY = (
    "",
    " ",
    "a‮b",
    "e\u0301",
    "\u00e9",
    "{0}",
    "%s",
    "'; drop",
    "\n\t",
    "\x00",
    "名",
    "*" * 300,
)


def test_odd_names_are_told_apart_and_printed_without_harm() -> None:
    fields = {name: field() for name in NASTY} | {"id": field("automatic")}
    planted = [stream(name, fields=fields) for name in NASTY if name]
    plan = planned(planted, {name: {"selected": True, "fields": dict.fromkeys(NASTY, True)}
                             for name in NASTY if name})  # fmt: skip
    assert plan.count == len(planted) * (1 + len(NASTY))
    assert "‮" not in str(plan)
    assert "\x00" not in str(plan)
    account = Memory(planted)
    drive(apply(account, plan))
    assert len(set(replicating(account.planted))) == len(planted) * len(fields)
    found = refused(planted, {name: {"fields": {name[::-1] + "?": True}} for name in NASTY if name})
    assert len(found) == 2 * len(planted)


@pytest.mark.parametrize("raw", [{}, {"type": "number"}, {"anyOf": [{"format": "date-time"}]}])
def test_a_replication_key_is_judged_by_what_is_known_of_its_type(raw: Json) -> None:
    planted = [stream(fields={"id": field("automatic"), "at": field(schema=raw)})]
    change = {"orders": {"replication_key": "at"}}
    if raw == {"type": "number"}:
        assert refused(planted, change)[0].reason == "key_unsuitable"
    else:
        assert planned(planted, change).count == 1


@pytest.mark.parametrize(
    ("datatype", "able"),
    [
        ("bigint", True), ("INT8", True), ("int", True), ("timestamp with time zone", True),
        ("datetime2", True), ("date", True), ("serial", True), ("interval", False),
        ("point", False), ("varchar", False), ("numeric", False), ("internal", False),
    ],
)  # fmt: skip
def test_a_column_is_a_key_by_its_type_in_the_database(datatype: str, able: bool) -> None:
    planted = [stream(fields={"id": field("automatic"), "at": field(
        schema={}, sql_datatype=datatype)})]  # fmt: skip
    try:
        assert planned(planted, {"orders": {"replication_key": "at"}}).count == 1
        found = True
    except SelectionRefused as error:
        found = error.refusals[0].reason != "key_unsuitable"
    assert found is able


EXAMPLES = sorted((ROOT / "spec/examples").glob("streams.schema.response.*.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_documented_answers_are_read_field_by_field(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    (listed,) = Memory([stream()]).list(0)
    state = read_stream(listed, SCHEMAS.decode(path.read_bytes(), "streams.schema", strict=True))
    named = {entry["breadcrumb"][1] for entry in raw["metadata"] if entry["breadcrumb"]}
    assert {one.name for one in (state.fields or {}).values()} == named
    assert state.writable == frozenset(raw["non-discoverable-metadata-keys"])
