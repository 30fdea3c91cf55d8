"""Waiting times after failures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.engine.backoff import Backoff


def test_doubles_from_five_seconds_to_fifteen_minutes() -> None:
    backoff = Backoff(lambda: 0.5)
    assert [backoff.after_failure() for _ in range(10)] == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_success_starts_over() -> None:
    backoff = Backoff(lambda: 0.5)
    for _ in range(40):
        backoff.after_failure()
    backoff.reset()
    assert backoff.after_failure() == 5


@pytest.mark.parametrize(("chance", "expected"), [(0.0, 2.5), (0.5, 5.0), (0.999999, 7.5)])
def test_jitter_is_half_either_way(chance: float, expected: float) -> None:
    assert Backoff(lambda: chance).after_failure() == pytest.approx(expected, abs=0.001)


@given(st.floats(0, 0.999), st.integers(0, 50), st.floats(0, 3600))
def test_never_less_than_the_server_asks_for(chance: float, failures: int, wish: float) -> None:
    backoff = Backoff(lambda: chance)
    for _ in range(failures):
        backoff.after_failure()
    assert max(wish, 2.5) <= backoff.after_failure(wish) <= max(wish * 1.5, 1350)
