"""R18 and R19: re-used photos, camera time, distance from home."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.parameters import Parameters
from fieldapp.domain.rules.photos import (
    camera_time_off,
    difference_hash,
    hash_distance,
)
from fieldapp.domain.rules.position import distance_m, is_far_from_home

COUNTY = Parameters()
hashes = st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}")
greys = st.lists(st.integers(0, 255), min_size=72, max_size=72)


@given(hashes, hashes)
def test_hash_distance_counts_differing_bits(one: str, other: str) -> None:
    by_hand = sum(a != b for a, b in zip(f"{int(one, 16):064b}", f"{int(other, 16):064b}", strict=True))
    assert hash_distance(one, other) == hash_distance(other, one) == by_hand


@given(greys, st.integers(0, 100))
def test_difference_hash_does_not_see_brightness(grey: list[int], brighter: int) -> None:
    assert difference_hash(grey) == difference_hash([value + brighter for value in grey])


def test_difference_hash_bits_run_from_the_top_left() -> None:
    rising = list(range(9))
    flat = [7] * 9
    assert difference_hash(rising + flat * 7) == "ff00000000000000"
    assert difference_hash(flat * 7 + [0, 1] + [1] * 7) == "0000000000000080"
    with pytest.raises(ValueError, match="9 x 8"):
        difference_hash(flat)


@pytest.mark.parametrize(
    ("hours", "off"), [(-25, True), (-24, False), (0, False), (1, False), (25, False), (25.1, True)]
)
def test_camera_time_off_beyond_a_day_from_the_visit(hours: float, off: bool) -> None:
    started = dt.datetime(2026, 3, 5, 2, tzinfo=dt.UTC)
    finished = started + dt.timedelta(hours=1)
    assert camera_time_off(started + dt.timedelta(hours=hours), started, finished, COUNTY) is off


def test_distance_m_known_distances() -> None:
    assert distance_m(30.0, 117.0, 30.0, 117.0) == 0
    assert distance_m(0, 0, 1, 0) == pytest.approx(111_195, abs=1)
    assert distance_m(30.0, 117.0, 30.0, 118.0) == pytest.approx(96_297.3, rel=1e-4)
    assert distance_m(0, 179.5, 0, -179.5) == pytest.approx(111_195, abs=1)
    assert distance_m(90, 0, -90, 0) == pytest.approx(20_015_115, abs=2)


@given(*[st.floats(-90, 90), st.floats(-180, 180)] * 2)
def test_distance_m_is_symmetric_and_bounded(lat: float, lon: float, lat2: float, lon2: float) -> None:
    there = distance_m(lat, lon, lat2, lon2)
    assert 0 <= there <= 20_015_116
    assert there == pytest.approx(distance_m(lat2, lon2, lat, lon), abs=0.01)


@pytest.mark.parametrize(
    ("distance", "accuracy", "far"),
    [(500, None, False), (501, None, True), (501, 0, True), (900, 400, False), (900, 399, True)],
)
def test_is_far_from_home_takes_off_the_inaccuracy(
    distance: float, accuracy: float | None, far: bool
) -> None:
    assert is_far_from_home(distance, accuracy, COUNTY) is far
