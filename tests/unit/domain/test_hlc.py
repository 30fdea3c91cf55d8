"""The hybrid logical clock never goes back, whatever the wall clock does."""

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.hlc import next_hlc

INSTALL = "0195e4a2-0000-7000-8000-000000000001"


@given(st.lists(st.integers(min_value=0, max_value=(1 << 44) - 1), min_size=1, max_size=30))
def test_hlc_later_stamps_sort_after_earlier_ones_as_text(walls: list[int]) -> None:
    stamps: list[str] = []
    for wall in walls:
        stamps.append(next_hlc(stamps[-1] if stamps else "", wall, INSTALL))
    assert stamps == sorted(set(stamps))


@given(st.integers(min_value=1, max_value=(1 << 44) - 1))
def test_hlc_follows_the_wall_clock_when_that_is_ahead(wall: int) -> None:
    stamp = next_hlc(next_hlc("", wall - 1, INSTALL), wall, INSTALL)
    assert stamp == f"{wall:012x}-0000-{INSTALL}"


def test_hlc_counts_within_a_millisecond_and_when_the_clock_was_set_back() -> None:
    first = next_hlc("", 5000, INSTALL)
    again = next_hlc(first, 5000, INSTALL)
    back = next_hlc(again, 10, INSTALL)
    assert [s.split("-")[:2] for s in (first, again, back)] == [
        ["000000001388", "0000"],
        ["000000001388", "0001"],
        ["000000001388", "0002"],
    ]


def test_hlc_full_counter_borrows_a_millisecond() -> None:
    assert next_hlc(f"000000001388-ffff-{INSTALL}", 5000, INSTALL).startswith("000000001389-0000-")


def test_hlc_of_another_install_orders_by_time_first() -> None:
    assert next_hlc("", 1, "z") < next_hlc("", 2, "a")
