"""Record ids: version 7 layout, order and uniqueness whatever the clock does."""

import datetime as dt
import random
import uuid
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.ids import IdSource, uuid7_source
from tests.determinism import START, MovableClock

STEPS_MS = st.lists(st.integers(-5_000, 5_000), min_size=1, max_size=60)


def _stamp_ms(identifier: str) -> int:
    return uuid.UUID(identifier).int >> 80


@given(STEPS_MS, st.randoms(use_true_random=False), st.integers(1, 3))
def test_uuid7_source_clock_moving_any_way_ids_increase(
    steps_ms: list[int], chance: random.Random, ids_per_step: int
) -> None:
    clock = MovableClock()
    next_id = uuid7_source(clock, chance.randbytes)
    made = []
    for step in steps_ms:
        clock.advance(seconds=step / 1000)
        made += [next_id() for _ in range(ids_per_step)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_uuid7_source_clock_set_back_a_year_ids_still_increase(ids: IdSource, clock: MovableClock) -> None:
    before = ids()
    clock.advance(days=-365)
    assert ids() > before


def test_uuid7_source_one_millisecond_with_more_ids_than_its_counter_holds_increases(
    random_bytes: Callable[[int], bytes],
) -> None:
    next_id = uuid7_source(MovableClock(), random_bytes)
    made = [next_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert _stamp_ms(made[-1]) - _stamp_ms(made[0]) <= 3  # borrows milliseconds, few of them


def test_uuid7_source_layout_is_rfc_9562(ids: IdSource) -> None:
    identifier = ids()
    parsed = uuid.UUID(identifier)
    assert str(parsed) == identifier
    assert len(identifier) == 36
    assert parsed.version == 7
    assert parsed.variant == uuid.RFC_4122


@given(st.datetimes(min_value=dt.datetime(2020, 1, 1), max_value=dt.datetime(2200, 1, 1)))
def test_uuid7_source_stamp_is_the_clock_in_milliseconds(naive: dt.datetime) -> None:
    at = naive.replace(tzinfo=dt.UTC)
    identifier = uuid7_source(lambda: at, bytes)()
    since_1970 = at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    assert abs(_stamp_ms(identifier) - since_1970 // dt.timedelta(milliseconds=1)) <= 1  # float timestamp


def test_uuid7_source_same_clock_and_bytes_same_ids() -> None:
    one, other = (uuid7_source(MovableClock(START), bytes) for _ in range(2))
    assert [one() for _ in range(3)] == [other() for _ in range(3)]


@given(st.binary(min_size=8, max_size=8))
def test_uuid7_source_any_randomness_keeps_version_and_variant(tail: bytes) -> None:
    parsed = uuid.UUID(uuid7_source(MovableClock(), lambda count: tail[:count])())
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
