"""Instants, their text, and the county's days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain import clock

UTC_INSTANTS = st.datetimes(min_value=dt.datetime(1900, 1, 1), max_value=dt.datetime(2200, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=dt.UTC)
)
INSTANTS = st.builds(
    lambda at, minutes: at.astimezone(dt.timezone(dt.timedelta(minutes=minutes))),
    UTC_INSTANTS,
    st.integers(-12 * 60, 14 * 60),
)


def _whole_milliseconds(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_instant_text_example() -> None:
    at = dt.datetime(2026, 3, 5, 9, 10, 0, 999, tzinfo=clock.COUNTY_ZONE)
    assert clock.instant_text(at) == "2026-03-05T01:10:00.000Z"


@given(INSTANTS)
def test_parse_instant_of_instant_text_is_the_instant_in_milliseconds(at: dt.datetime) -> None:
    back = clock.parse_instant(clock.instant_text(at))
    assert back == _whole_milliseconds(at.astimezone(dt.UTC))
    assert back.utcoffset() == dt.timedelta(0)


@given(INSTANTS, INSTANTS)
def test_instant_text_sorts_as_time_does(one: dt.datetime, other: dt.datetime) -> None:
    texts = clock.instant_text(one), clock.instant_text(other)
    assert len(texts[0]) == len(texts[1])
    if _whole_milliseconds(one.astimezone(dt.UTC)) < _whole_milliseconds(other.astimezone(dt.UTC)):
        assert texts[0] < texts[1]


@pytest.mark.parametrize("text", ["2026-03-05T01:10:00", "2026-03-05", "yesterday", ""])
def test_parse_instant_without_offset_or_malformed_raises(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the standard library words half of them)
        clock.parse_instant(text)


def test_parse_instant_accepts_any_offset() -> None:
    assert clock.parse_instant("2026-03-05T09:10:00+08:00") == dt.datetime(2026, 3, 5, 1, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-04T15:59:59.999Z", dt.date(2026, 3, 4)),
        ("2026-03-04T16:00:00.000Z", dt.date(2026, 3, 5)),
        ("2026-12-31T16:00:00.000Z", dt.date(2027, 1, 1)),
    ],
)
def test_local_day_turns_at_county_midnight(instant: str, day: dt.date) -> None:
    assert clock.local_day(clock.parse_instant(instant)) == day


@given(st.dates(min_value=dt.date(1900, 1, 2), max_value=dt.date(2200, 1, 1)))
def test_start_of_day_is_the_first_instant_of_that_day(day: dt.date) -> None:
    start = clock.start_of_day(day)
    assert clock.local_day(start) == day
    assert clock.local_day(start - dt.timedelta(microseconds=1)) == day - dt.timedelta(days=1)


def test_fixed_clock_stands_still() -> None:
    at = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
    stopped = clock.fixed_clock(at)
    assert stopped() == stopped() == at


def test_system_clock_is_aware_and_utc() -> None:
    assert clock.system_clock().utcoffset() == dt.timedelta(0)
