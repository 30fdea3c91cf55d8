"""Rules for passphrases and PINs, and the cost policy."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.security.cipher import Argon2Cost
from fieldapp.security.passphrase import (
    COST_FLOOR,
    CostPolicy,
    check_passphrase,
    check_pin,
    passphrase_bytes,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "passphrase_short"),
        ("abc4567", "passphrase_short"),
        ("e\u0301e\u0301abcde", "passphrase_short"),  # nine code points, seven characters
        ("ab" * 128 + "c", "passphrase_long"),
        ("woaini1314", "passphrase_common"),
        ("WoAiNi1314", "passphrase_common"),
        ("1234567890", "passphrase_common"),
        ("一二三四五六七八", "passphrase_common"),
        ("888888888888", "passphrase_common"),
        ("ababcababc", "passphrase_common"),
        ("pass\tword here", "passphrase_characters"),
        ("pass\ud83dword here", "passphrase_characters"),
        ("pass\u0378word here", "passphrase_characters"),  # unassigned: could normalise otherwise one day
    ],
)
def test_check_passphrase_refuses(text: str, code: str, common_passphrases: frozenset[str]) -> None:
    with pytest.raises(RuleError) as caught:
        check_passphrase(text, common_passphrases)
    assert (caught.value.code, caught.value.field) == (code, "passphrase")
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["abcd 123", "村口的老槐树很高", "😀🌾🏠🚲 四轮车", "ab" * 126 + "cdef", " 前后都有空格 "]
)
def test_check_passphrase_accepts(text: str, common_passphrases: frozenset[str]) -> None:
    check_passphrase(text, common_passphrases)


def test_common_passphrases_are_worth_listing(common_passphrases: frozenset[str]) -> None:
    """An entry that another rule refuses anyway only feigns length."""
    assert len(common_passphrases) >= 200
    for text in common_passphrases:
        check_passphrase(text, frozenset())


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_passphrase_bytes_equal_for_all_normal_forms(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert passphrase_bytes(text) == passphrase_bytes(composed) == passphrase_bytes(decomposed)
    assert passphrase_bytes(text).decode() == composed


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12a456", "１２３９８７", "-12345", "12 456"])
def test_check_pin_refuses_other_than_6_to_12_digits(pin: str) -> None:
    with pytest.raises(RuleError) as caught:
        check_pin(pin)
    assert (caught.value.code, caught.value.field) == ("pin_format", "pin")


@pytest.mark.parametrize("pin", ["111111", "121212", "123456", "654321", "567890", "78901234"])
def test_check_pin_refuses_runs(pin: str) -> None:
    with pytest.raises(RuleError) as caught:
        check_pin(pin)
    assert caught.value.code == "pin_simple"


def test_check_pin_accepts() -> None:
    for pin in ("471208", "020202020314", "135791"):
        check_pin(pin)


def test_cost_floor_is_the_published_one() -> None:
    assert (COST_FLOOR.memory_kib, COST_FLOOR.passes) == (64 * 1024, 3)
    assert CostPolicy().floor == COST_FLOOR
    assert min(CostPolicy().memory_choices_kib) >= COST_FLOOR.memory_kib


def ticking(*seconds_per_probe: float) -> CostPolicy:
    """Choices of 32, 16 and 8 KiB over a floor of 8 KiB x 3, on a device where probes take that long."""
    ticks = itertools.chain.from_iterable((0.0, seconds) for seconds in seconds_per_probe)
    return CostPolicy(floor=Argon2Cost(8, 3), memory_choices_kib=(32, 16, 8), timer=ticks.__next__)


@pytest.mark.parametrize(
    ("probes", "chosen"),
    [
        ((0.3,), Argon2Cost(32, 3)),
        ((0.1,), Argon2Cost(32, 5)),
        ((0.001,), Argon2Cost(32, 12)),
        ((0.4, 0.2), Argon2Cost(16, 3)),
        ((1.6, 0.8, 0.3), Argon2Cost(8, 3)),
        ((9.0, 6.0, 5.0), Argon2Cost(8, 3)),
    ],
)
def test_calibrate_takes_the_most_memory_within_a_second(
    probes: tuple[float, ...], chosen: Argon2Cost
) -> None:
    assert ticking(*probes).calibrate() == chosen


def test_calibrate_never_goes_below_the_floor() -> None:
    policy = CostPolicy(floor=Argon2Cost(16, 4), memory_choices_kib=(8,))
    assert policy.calibrate() == Argon2Cost(16, 4)
