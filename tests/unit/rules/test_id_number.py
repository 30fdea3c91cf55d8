"""R1: ID numbers, disability certificates and phones."""

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.persons import DisabilityType, Sex
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.id_number import (
    check_disability_cert,
    check_id_number,
    check_phone,
    id_check_digit,
)
from tests.unit.rules.tables import table

TABLE = table("id_number")
TODAY: dt.date = TABLE["today"]

births = st.dates(dt.date(1900, 1, 1), TODAY)
sequences = st.integers(1, 999)


def number_of(birth: dt.date, sequence: int, prefix: str = "341789") -> str:
    first = f"{prefix}{birth:%Y%m%d}{sequence:03d}"
    return first + id_check_digit(first)


@pytest.mark.parametrize("row", TABLE["valid"], ids=lambda row: str(row["text"]))
def test_check_id_number_valid_text_is_read(row: dict[str, Any]) -> None:
    found = check_id_number(row["text"], TODAY, demo_allowed=True)
    assert found.number == row["number"]
    assert found.sex is Sex(row["sex"])
    assert found.birth_date == row["birth_date"]
    assert found.converted is row.get("converted", False)
    assert found.hints == tuple(row.get("hints", ()))


@pytest.mark.parametrize("row", TABLE["invalid"], ids=lambda row: str(row["text"]))
def test_check_id_number_invalid_text_names_the_mistake(row: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as raised:
        check_id_number(row["text"], TODAY, demo_allowed=True)
    assert raised.value.code == row["code"]
    assert raised.value.field == "id_number"
    assert not any(isinstance(fact, str) for fact in raised.value.facts.values())


@pytest.mark.parametrize("row", TABLE["real_only"], ids=lambda row: row["text"])
def test_check_id_number_demo_prefix_is_refused_in_real_data(row: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as raised:
        check_id_number(row["text"], TODAY, demo_allowed=False)
    assert raised.value.code == row["code"]


@given(births, sequences)
def test_check_id_number_round_trip(birth: dt.date, sequence: int) -> None:
    number = number_of(birth, sequence)
    found = check_id_number(number, TODAY, demo_allowed=True)
    assert (found.number, found.birth_date, found.converted) == (number, birth, False)
    assert found.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(births, sequences, st.integers(14, 17), st.sampled_from("0123456789"))
def test_check_id_number_one_wrong_digit_is_always_seen(
    birth: dt.date, sequence: int, place: int, digit: str
) -> None:
    number = number_of(birth, sequence)
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        with pytest.raises(RuleError):
            check_id_number(wrong, TODAY, demo_allowed=True)


@given(st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), sequences)
def test_check_id_number_15_digits_become_the_same_18(birth: dt.date, sequence: int) -> None:
    number = number_of(birth, sequence)
    assert check_id_number(number[:6] + number[8:17], TODAY, demo_allowed=True).number == number


@given(st.text(max_size=24))
def test_check_id_number_any_text_is_read_or_refused_with_a_rule_error(text: str) -> None:
    with contextlib.suppress(RuleError):
        assert len(check_id_number(text, TODAY, demo_allowed=True).number) == 18


@pytest.mark.parametrize("row", TABLE["cert"], ids=lambda row: f"{row['cert']}-{row['type']}-{row['grade']}")
def test_check_disability_cert_differences_are_warnings(row: dict[str, Any]) -> None:
    found = check_disability_cert(
        row["cert"], "341789196809210138", DisabilityType(row["type"]), row["grade"]
    )
    assert [finding.code for finding in found] == row["codes"]


@pytest.mark.parametrize("row", TABLE["phone"], ids=lambda row: row["text"])
def test_check_phone_text_is_normalised_or_refused(row: dict[str, Any]) -> None:
    if "number" in row:
        assert check_phone(row["text"], demo_allowed=True) == row["number"]
    else:
        with pytest.raises(RuleError) as raised:
            check_phone(row["text"], demo_allowed=True, field="carer_phone")
        assert (raised.value.code, raised.value.field) == (row["code"], "carer_phone")


def test_check_phone_demo_number_is_refused_in_real_data() -> None:
    with pytest.raises(RuleError) as raised:
        check_phone("10012340012", demo_allowed=False)
    assert raised.value.code == "phone_demo_not_allowed"


def test_check_phone_mobile_numbers_are_accepted_by_their_third_digit() -> None:
    accepted = set()
    for digit in range(10):
        try:
            check_phone(f"1{digit}000000000", demo_allowed=False)
        except RuleError:
            continue
        accepted.add(digit)
    assert accepted == {3, 4, 5, 6, 7, 8, 9}


@pytest.mark.parametrize("row", table("age")["age"], ids=lambda row: f"{row['born']}-{row['on']}")
def test_age_on_counts_full_years(row: dict[str, Any]) -> None:
    assert age_on(row["born"], row["on"]) == row["years"]
