"""Schedules: what an expression means, in words and in runs, against two other implementations."""
# ruff: noqa: E501  (the tables)

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stitch_connect import Stitch
from stitch_connect.errors import InvalidSchedule
from stitch_connect.schedules import Cron, Interval, Schedule
from stitch_connect_sandbox.quartz import Cron as SandboxCron

from .quartz_scanner import scan

AFTER = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)  # a Tuesday
YEARS = 366 * 9

# expression, in words, the first run after AFTER
VALID = [
    ("0 0 6 ? * MON-FRI", "At 06:00 UTC on weekdays", "2026-03-10 06:00"),
    ("0 0 12 ? * MON-FRI *", "At 12:00 UTC on weekdays", "2026-03-10 12:00"),
    ("0 0 6 * * ?", "At 06:00 UTC every day", "2026-03-10 06:00"),
    ("0 0 5 * * ?", "At 05:00 UTC every day", "2026-03-11 05:00"),
    ("0 0 6 ? * *", "At 06:00 UTC every day", "2026-03-10 06:00"),
    ("0 0 6 ? * 1-7", "At 06:00 UTC every day", "2026-03-10 06:00"),
    ("0 0 6 1-31 * ?", "At 06:00 UTC every day", "2026-03-10 06:00"),
    ("0 30 6,18 * * ?", "At 06:30 and 18:30 UTC every day", "2026-03-10 06:30"),
    ("0 0 0,6,12,18 ? * 1,7", "At 00:00, 06:00, 12:00 and 18:00 UTC on weekends", "2026-03-14 00:00"),
    ("0 * * * * ?", "Every minute", "2026-03-10 05:01"),
    ("0 0/15 * * * ?", "Every 15 minutes", "2026-03-10 05:15"),
    ("0 /20 * * * ?", "Every 20 minutes", "2026-03-10 05:20"),
    ("0 */7 * * * ?", "At 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past the hour", "2026-03-10 05:07"),
    ("0 5/15 * * * ?", "At 5, 20, 35 and 50 minutes past the hour", "2026-03-10 05:05"),
    ("0 1 * * * ?", "At 1 minute past the hour", "2026-03-10 05:01"),
    ("0 0 * * * ?", "On the hour", "2026-03-10 06:00"),
    ("0 0 0/2 * * ?", "On the hour, every 2nd hour from 00:00 UTC", "2026-03-10 06:00"),
    ("0 30 1/3 * * ?", "At 30 minutes past the hour, every 3rd hour from 01:00 UTC", "2026-03-10 07:30"),
    ("0 0/30 8-17 ? * 2-6", "Every 30 minutes, from 08:00 to 17:59 UTC on weekdays", "2026-03-10 08:00"),
    ("0 10-14 4,9,10,11 * * ?", "At 10 to 14 minutes past the hour, in the hours of 04:00 and 09:00 to 11:00 UTC", "2026-03-10 09:10"),
    ("0 0 22-2 * * ?", "At 00:00, 01:00, 02:00, 22:00 and 23:00 UTC every day", "2026-03-10 22:00"),
    ("0 0 23-5/2 * * ?", "At 01:00, 03:00, 05:00 and 23:00 UTC every day", "2026-03-10 23:00"),
    ("0 50-10/15 3 * * ?", "At 03:05 and 03:50 UTC every day", "2026-03-11 03:05"),
    ("0 0 6 1,15 * ?", "At 06:00 UTC on the 1st and 15th of the month", "2026-03-15 06:00"),
    ("0 0 6 1-7,22 * ?", "At 06:00 UTC on the 1st to 7th and 22nd of the month", "2026-03-22 06:00"),
    ("0 0 6 3/10 * ?", "At 06:00 UTC on the 3rd, 13th and 23rd of the month", "2026-03-13 06:00"),
    ("0 0 6 31 * ?", "At 06:00 UTC on the 31st of the month", "2026-03-31 06:00"),
    ("0 0 6 29 2 ?", "At 06:00 UTC on the 29th of the month in February", "2028-02-29 06:00"),
    ("0 0 6 L * ?", "At 06:00 UTC on the last day of the month", "2026-03-31 06:00"),
    ("0 0 6 L FEB ?", "At 06:00 UTC on the last day of the month in February", "2027-02-28 06:00"),
    ("0 0 6 L-1 * ?", "At 06:00 UTC on 1 day before the last day of the month", "2026-03-30 06:00"),
    ("0 0 6 L-29 2 ?", "At 06:00 UTC on 29 days before the last day of the month in February", None),
    ("0 0 6 LW * ?", "At 06:00 UTC on the last weekday of the month", "2026-03-31 06:00"),
    ("0 0 6 LW 5 ?", "At 06:00 UTC on the last weekday of the month in May", "2026-05-29 06:00"),
    ("0 0 6 L-3W * ?", "At 06:00 UTC on the weekday nearest to 3 days before the last day of the month", "2026-03-27 06:00"),
    ("0 0 6 15W * ?", "At 06:00 UTC on the weekday nearest to the 15th of the month", "2026-03-16 06:00"),
    ("0 0 6 1W 8 ?", "At 06:00 UTC on the weekday nearest to the 1st of the month in August", "2026-08-03 06:00"),
    ("0 0 6 31W 5 ?", "At 06:00 UTC on the weekday nearest to the 31st of the month in May", "2026-05-29 06:00"),
    ("0 0 6 31W 4 ?", "At 06:00 UTC on the weekday nearest to the 31st of the month in April", None),
    ("0 0 6 ? * SUN", "At 06:00 UTC on Sundays", "2026-03-15 06:00"),
    ("0 0 6 ? * 1", "At 06:00 UTC on Sundays", "2026-03-15 06:00"),
    ("0 0 6 ? * L", "At 06:00 UTC on Saturdays", "2026-03-14 06:00"),
    ("0 0 6 ? * 2,4,6", "At 06:00 UTC on Mondays, Wednesdays and Fridays", "2026-03-11 06:00"),
    ("0 0 6 ? * FRI-MON", "At 06:00 UTC on Sundays, Mondays, Fridays and Saturdays", "2026-03-13 06:00"),
    ("0 0 6 ? * TUE-FRI", "At 06:00 UTC on Tuesdays to Fridays", "2026-03-10 06:00"),
    ("0 0 6 ? * 2-6/2", "At 06:00 UTC on Mondays, Wednesdays and Fridays", "2026-03-11 06:00"),
    ("0 0 6 ? * 6-3/2", "At 06:00 UTC on Sundays, Tuesdays and Fridays", "2026-03-10 06:00"),
    ("0 0 6 ? * 6L", "At 06:00 UTC on the last Friday of the month", "2026-03-27 06:00"),
    ("0 0 6 ? * friL", "At 06:00 UTC on the last Friday of the month", "2026-03-27 06:00"),
    ("0 0 6 ? * 2#1", "At 06:00 UTC on the first Monday of the month", "2026-04-06 06:00"),
    ("0 0 6 ? * THU#5", "At 06:00 UTC on the fifth Thursday of the month", "2026-04-30 06:00"),
    ("0 0 6 1 JAN,JUL ?", "At 06:00 UTC on the 1st of the month in January and July", "2026-07-01 06:00"),
    ("0 0 6 1 NOV-FEB ?", "At 06:00 UTC on the 1st of the month in January, February, November and December", "2026-11-01 06:00"),
    ("0 0 6 1 1/3 ?", "At 06:00 UTC on the 1st of the month in January, April, July and October", "2026-04-01 06:00"),
    ("0 0 6 1 6 ? 2027", "At 06:00 UTC on the 1st of the month in June in 2027", "2027-06-01 06:00"),
    ("0 0 6 1 6 ? 2027,2029", "At 06:00 UTC on the 1st of the month in June in 2027 and 2029", "2027-06-01 06:00"),
    ("0 0 6 1 6 ? 2026-2035", "At 06:00 UTC on the 1st of the month in June from 2026 to 2035", "2026-06-01 06:00"),
    ("0 0 6 1 6 ? 2027/4", "At 06:00 UTC on the 1st of the month in June in every 4th year from 2027 to 2099", "2027-06-01 06:00"),
    ("0 0 6 * * ? 2020-2025", "At 06:00 UTC every day from 2020 to 2025", None),
    ("0 0 6 30 2 ?", "At 06:00 UTC on the 30th of the month in February", None),
    ("  0  0 6\t? * mon-fri ", "At 06:00 UTC on weekdays", "2026-03-10 06:00"),
]  # fmt: skip

# expression, the field that is named, what to do
INVALID = [
    ("", "expression", "write seconds, minutes, hours"),
    ("@daily", "expression", "write seconds, minutes, hours"),
    ("0 6 * * *", "expression", "put the seconds, 0, first"),
    ("0 0 6 ? * MON * *", "expression", "write seconds, minutes, hours"),
    ("0 0 6 ? * ＭＯＮ", "expression", "0 0 6 ? * MON-FRI"),
    ("* * * * * *", "day of week", "write ? for the day of week"),
    ("0 0 6 * * *", "day of week", "write ? for the day of week"),
    ("0 0 6 1 * MON", "day of month", "write ? for the day of month"),
    ("0 0 6 * * MON", "day of month", "write ? for the day of month"),
    ("0 0 6 ? * ?", "day of week", "write * for one of them"),
    ("30 0 6 ? * MON", "seconds", "write 0"),
    ("* 0 6 ? * MON", "seconds", "write 0"),
    ("60 0 6 ? * MON", "seconds", "write 0 to 59"),
    ("0 60 6 ? * MON", "minutes", "write 0 to 59"),
    ("0 0 24 ? * MON", "hours", "write 0 to 23"),
    ("0 0 6 0 * ?", "day of month", "write 1 to 31"),
    ("0 0 6 32 * ?", "day of month", "write 1 to 31"),
    ("0 0 6 1 13 ?", "month", "write 1 to 12 or JAN to DEC"),
    ("0 0 6 1 JANUARY ?", "month", "did you mean JAN?"),
    ("0 0 6 ? * 0", "day of week", "write 1 to 7 or SUN to SAT"),
    ("0 0 6 ? * 8", "day of week", "write 1 to 7 or SUN to SAT"),
    ("0 0 6 ? * MONDAY", "day of week", "did you mean MON?"),
    ("0 0 6 ? * MON 1969", "year", "write 1970 to 2099"),
    ("0 0 6 ? * MON 2100", "year", "write 1970 to 2099"),
    ("0 0 6 ? * MON 2030-2027", "year", "write 2027-2030"),
    ("0 ? 6 ? * MON", "minutes", "? stands alone"),
    ("0 0 6 ?/2 * ?", "day of month", "? stands alone"),
    ("0 MON 6 ? * MON", "minutes", "write 0 to 59"),
    ("0 -5 6 ? * MON", "minutes", "a range as 1-5"),
    ("0 1-5-9 6 ? * MON", "minutes", "a range as 1-5"),
    ("0 0,,5 6 ? * MON", "minutes", "remove one"),
    ("0 0, 6 ? * MON", "minutes", "remove one"),
    ("0 0/0 6 ? * MON", "minutes", "write 1 to 59 after /"),
    ("0 0/60 6 ? * MON", "minutes", "write 1 to 59 after /"),
    ("0 0 0/24 ? * MON", "hours", "write 1 to 23 after /"),
    ("0 0/x 6 ? * MON", "minutes", "write 1 to 59 after /"),
    ("0 0/99999999999 6 ? * MON", "minutes", "write 1 to 59 after /"),
    ("0 0 6 ? * MON-FRI/2", "day of week", "write 2-6/2"),
    ("0 0 6 1 JAN/3 ?", "month", "write 1/3"),
    ("0 0 6 L,15 * ?", "day of month", "alone"),
    ("0 0 6 1W,15W * ?", "day of month", "alone"),
    ("0 0 6 1-5W * ?", "day of month", "alone"),
    ("0 0 6 WL * ?", "day of month", "alone"),
    ("0 0 6 32W * ?", "day of month", "write 1 to 31"),
    ("0 0 6 L-31 * ?", "day of month", "write L-1 to L-30"),
    ("0 0 6 ? * MON#6", "day of week", "write 1 to 5 after #"),
    ("0 0 6 ? * MON#0", "day of week", "write 1 to 5 after #"),
    ("0 0 6 ? * MON#1,WED#1", "day of week", "write 1 to 5 after #"),
    ("0 0 6 ? * 2L,3", "day of week", "alone"),
    ("0 0 6 ? * 9L", "day of week", "write 1 to 7"),
    ("0 0 6 ? LW MON", "month", "write 1 to 12"),
]  # fmt: skip

# What the sandbox reads otherwise: it starts a step anew behind the end of a range, knows neither
# `/20` nor `L-3`, and moves 31W into a month of 30 days; its search ends after five years.
NOT_IN_SANDBOX = {
    *("0 /20 * * * ?", "0 0 23-5/2 * * ?", "0 50-10/15 3 * * ?", "0 0 6 ? * 6-3/2"),
    *("0 0 6 L-1 * ?", "0 0 6 L-29 2 ?", "0 0 6 L-3W * ?", "0 0 6 31W 4 ?"),
}


@pytest.mark.parametrize(("expression", "words", "first"), VALID, ids=[row[0] for row in VALID])
def test_an_expression_in_words_and_runs(expression: str, words: str, first: str | None) -> None:
    schedule = Schedule.cron(expression)
    runs = schedule.next_runs(AFTER)
    assert schedule.explain() == words
    assert [f"{run:%Y-%m-%d %H:%M}" for run in runs[:1]] == ([first] if first else [])
    scanned = list(islice(scan(expression, AFTER, YEARS), 5))
    assert [run for run in runs if run < AFTER + timedelta(days=YEARS - 2)] == scanned[: len(runs)]
    assert len(runs) >= len(scanned)


@pytest.mark.parametrize(
    "expression", [row[0] for row in VALID if row[0] not in NOT_IN_SANDBOX and " ? 2" not in row[0]]
)
def test_the_sandbox_fires_at_the_same_times(expression: str) -> None:
    def fires() -> Iterator[datetime]:
        moment = SandboxCron(expression).after(AFTER.timestamp())
        while moment is not None:
            yield datetime.fromtimestamp(moment, UTC)
            moment = SandboxCron(expression).after(moment)

    runs = Schedule.cron(expression).next_runs(AFTER)
    for ours, theirs in zip(runs, islice(fires(), 5), strict=not runs):
        assert ours == theirs


@pytest.mark.parametrize(("expression", "field", "remedy"), INVALID)
def test_what_is_wrong_is_named_with_what_to_do(expression: str, field: str, remedy: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        Schedule.cron(expression)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert remedy in caught.value.remedy
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.field) == (str(caught.value), field)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """A list of values, ranges and steps of a field."""
    one = st.integers(low, high)
    item = st.one_of(
        one.map(str),
        st.tuples(one, one).map(lambda ends: f"{ends[0]}-{ends[1]}"),
        st.tuples(one, st.integers(1, high)).map(lambda ends: f"{ends[0]}/{ends[1]}"),
        st.tuples(one, one, st.integers(1, high)).map(lambda e: f"{e[0]}-{e[1]}/{e[2]}"),
    )
    return st.one_of(st.just("*"), st.lists(item, min_size=1, max_size=3).map(",".join))


MONTH_DAYS = st.one_of(
    numbers(1, 31),
    st.sampled_from(["L", "LW"]),
    st.integers(1, 31).map("{}W".format),
    st.integers(1, 30).flatmap(lambda n: st.sampled_from([f"L-{n}", f"L-{n}W"])),
)
WEEK_DAYS = st.one_of(
    numbers(1, 7),
    st.integers(1, 7).map("{}L".format),
    st.tuples(st.integers(1, 7), st.integers(1, 5)).map(lambda pair: f"{pair[0]}#{pair[1]}"),
)
DAYS = st.one_of(MONTH_DAYS.map(lambda day: (day, "?")), WEEK_DAYS.map(lambda day: ("?", day)))


@settings(max_examples=80, deadline=None)
@given(
    numbers(0, 59), numbers(0, 23), DAYS, numbers(1, 12),
    st.datetimes(datetime(1999, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
)  # fmt: skip
def test_any_expression_fires_when_the_scanner_says(
    minutes: str, hours: str, days: tuple[str, str], months: str, after: datetime
) -> None:
    expression = f"0 {minutes} {hours} {days[0]} {months} {days[1]}"
    schedule = Schedule.cron(expression)
    until = after + timedelta(days=398)
    expected = list(islice(scan(expression, after, 400), 5))
    found = [run for run in schedule.next_runs(after) if run < until]
    assert found == [run for run in expected if run < until]
    assert schedule.explain()
    assert Schedule.of(schedule.properties()) == schedule


def test_seconds_are_read_where_a_source_has_them() -> None:
    every_second = Cron("* * * * * ?")
    half = timedelta(milliseconds=500)
    assert every_second.next_runs(AFTER + half, 2) == [
        AFTER + timedelta(seconds=1), AFTER + timedelta(seconds=2),
    ]  # fmt: skip
    assert every_second.explain() == "Every minute, every second"
    assert Cron("15 30 6 * * ?").explain() == "At 06:30:15 UTC every day"
    assert Cron("0/20 * * * * ?").explain() == "Every minute, at seconds 0, 20 and 40"


def test_runs_end_with_the_last_year_of_quartz() -> None:
    end = datetime(2099, 12, 30, 12, tzinfo=UTC)
    assert len(Schedule.cron("0 0 6 * * ?").next_runs(end)) == 1
    assert Schedule.cron("0 0 6 * * ?").next_runs(end.replace(year=2200)) == []


def test_runs_are_asked_for_from_any_time_zone_but_not_from_none() -> None:
    tokyo = timezone(timedelta(hours=9))
    schedule = Schedule.cron("0 0 6 * * ?")
    runs = schedule.next_runs(datetime(2026, 3, 10, 15, 1, tzinfo=tokyo), 1)
    assert runs == [datetime(2026, 3, 11, 6, tzinfo=UTC)]
    with pytest.raises(InvalidSchedule, match="after: it has no time zone; add one"):
        schedule.next_runs(datetime(2026, 3, 10))
    assert schedule.next_runs(count=1)[0] > datetime.now(UTC)


FREQUENCIES = [
    (1, "Every minute", None),
    (30, "Every 30 minutes", None),
    (60, "Every hour", "Every hour, at 30 minutes past"),
    (360, "Every 6 hours", "Every 6 hours, at 00:30, 06:30, 12:30 and 18:30 UTC"),
    (720, "Every 12 hours", "Every 12 hours, at 06:30 and 18:30 UTC"),
    (1440, "Every day", "Every day at 06:30 UTC"),
]


@pytest.mark.parametrize(("minutes", "plain", "anchored"), FREQUENCIES)
def test_a_frequency_in_words(minutes: int, plain: str, anchored: str | None) -> None:
    assert Schedule.every(minutes=minutes).explain() == plain
    anchor = "2026-05-20T06:30:00Z"
    if anchored:
        assert Schedule.every(minutes=minutes, anchor=anchor).explain() == anchored
    else:
        with pytest.raises(InvalidSchedule, match="anchor_time: an anchor needs an hour"):
            Schedule.every(minutes=minutes, anchor=anchor)


@pytest.mark.parametrize("minutes", [0, 7, 15, -60, 1441, True, 60.5, 60.0, None, "60", [60]])
def test_a_frequency_that_stitch_does_not_have(minutes: Any) -> None:
    with pytest.raises(InvalidSchedule, match="use one of 1, 30, 60, 360, 720, 1440"):
        Schedule.every(minutes=minutes)


def test_an_anchor_has_a_time_zone_and_counts_both_ways() -> None:
    anchored = Schedule.every(minutes=720, anchor=datetime(2026, 5, 20, 6, tzinfo=UTC))
    assert anchored.next_runs(AFTER, 2) == [AFTER.replace(hour=6), AFTER.replace(hour=18)]
    assert anchored.next_runs(AFTER.replace(hour=6), 1) == [AFTER.replace(hour=18)]
    with pytest.raises(InvalidSchedule, match="add one"):
        Schedule.every(minutes=720, anchor=datetime(2026, 5, 20, 6))
    with pytest.raises(InvalidSchedule, match="write it as 2026-05-20T06:00:00Z"):
        Schedule.every(minutes=720, anchor="noon")


NO_MOMENTS = [7, 1.5, b"x", object(), date(2026, 5, 20), [datetime(2026, 5, 20, tzinfo=UTC)]]
FAR = timezone(timedelta(hours=9))


@pytest.mark.parametrize("bad", [*NO_MOMENTS, datetime.min.replace(tzinfo=FAR)])
def test_what_is_no_moment_is_refused(bad: Any) -> None:
    for schedule in (Schedule.every(minutes=60), Schedule.cron("0 0 6 * * ?")):
        with pytest.raises(InvalidSchedule, match=r"^after: it is no (moment|year)"):
            schedule.next_runs(bad)
    with pytest.raises(InvalidSchedule, match=r"^anchor_time: it is no (moment|year)"):
        Schedule.every(minutes=60, anchor=bad)
    with pytest.raises(InvalidSchedule, match=r"^anchor: it is no (moment|year)"):
        Interval(60, bad)


@pytest.mark.parametrize("bad", [None, -1, 2.0, True, "5"])
def test_what_is_no_number_of_runs_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidSchedule, match="count: it is no number of runs; give 0 or more"):
        Schedule.every(minutes=60).next_runs(count=bad)


def test_runs_end_with_the_calendar() -> None:
    end = datetime.max.replace(tzinfo=UTC) - timedelta(hours=2, minutes=30)
    hourly = Schedule.every(minutes=60, anchor="2026-05-20T06:00:00Z")
    assert [run.hour for run in hourly.next_runs(end, 10**30)] == [22, 23]
    assert Schedule.every(minutes=60).next_runs(datetime.max.replace(tzinfo=UTC)) == []
    assert hourly.next_runs(datetime.min.replace(tzinfo=UTC), 1)[0].year == 1


@pytest.mark.parametrize("bad", [0, -1, 0.5, None, "soon", True, 10**30, float("nan")])
def test_an_interval_has_whole_minutes(bad: Any) -> None:
    with pytest.raises(InvalidSchedule, match="is no number of minutes"):
        Interval(bad)


BOTH = {"frequency_in_minutes": "60", "anchor_time": "2018-04-30T17:00:00.000Z"}
CRON = "0 0 12 ? * MON-FRI *"
PROPERTIES = [
    ({"frequency_in_minutes": "30"}, "frequency"),
    ({"frequency_in_minutes": "60", "anchor_time": None, "cron_expression": None}, "frequency"),
    (BOTH, "anchor"),
    ({"frequency_in_minutes": "30", "cron_expression": CRON}, "cron"),
    ({**BOTH, "cron_expression": CRON}, "cron"),
]


@pytest.mark.parametrize(("properties", "kind"), PROPERTIES)
def test_which_of_the_properties_counts(properties: dict[str, Any], kind: str) -> None:
    schedule = Schedule.of(properties)
    assert schedule is not None
    assert schedule.kind == kind
    assert Schedule.of(schedule.properties()) == schedule


def test_properties_that_hold_no_schedule_or_none_that_can_be_read() -> None:
    assert Schedule.of({"repository": "x"}) is None
    local = Schedule.of({"frequency_in_minutes": 60, "anchor_time": "2018-04-30T17:00:00"})
    assert local == Interval(60, datetime(2018, 4, 30, 17, tzinfo=UTC))
    for bad in (
        {"frequency_in_minutes": "soon"},
        {**BOTH, "anchor_time": 5},
        {"cron_expression": "x"},
        {"cron_expression": 5},
        None,
        "heroku",
        120643,
        SimpleNamespace(properties=None, schedule=None),
        SimpleNamespace(properties={"cron_expression": "x"}, schedule=SimpleNamespace(type="cron")),
    ):
        with pytest.raises(InvalidSchedule):
            Schedule.of(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule.cron("0 0 6 ? * MON-FRI"),
        Schedule.every(minutes=720, anchor="2026-05-20T06:00:00Z"),
        Schedule.every(minutes=30),
        Schedule.cron("0 0/20 2 ? * 6L"),
    ],
)
def test_a_source_takes_each_kind_after_any_other(sandbox: Any, schedule: Any) -> None:
    with Stitch(sandbox.token, base_url=sandbox.url, strict=True) as stitch:
        now = datetime.now(UTC)
        for before in (Schedule.cron("0 0 0 1 * ?"), Schedule.every(minutes=60, anchor=now)):
            stitch.sources.update(120643, properties=before.properties())
            source = stitch.sources.update(120643, properties=schedule.properties())
            read = Schedule.of(source)
            assert read == schedule
            assert read is not None
            assert source.schedule is not None
            assert read.next_runs(source.updated_at, 1) == [source.schedule.next_fire_time]


def test_a_schedule_that_is_not_as_documented_leaves_the_properties() -> None:
    odd: Any = SimpleNamespace(properties={"frequency_in_minutes": "60"}, schedule="hourly")
    assert Schedule.of(odd) == Schedule.every(minutes=60)
    odd.schedule = SimpleNamespace(next_fire_time="soon")
    found = Schedule.of(odd)
    assert found is not None
    assert found.next_runs(AFTER, 1) == [AFTER + timedelta(hours=1)]


def test_a_type_without_cron_support_ignores_the_expression(sandbox: Any) -> None:
    with Stitch(sandbox.token, base_url=sandbox.url) as stitch:
        source = stitch.sources.get(120643)
    source.properties["cron_expression"] = CRON
    assert Schedule.of(source) == Schedule.every(minutes=60)
