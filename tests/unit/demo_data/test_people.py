"""Persons: numbers right in form and impossible in fact, proportions of the recipe."""

import datetime as dt
import re
from collections import Counter

import pytest

from fieldapp.domain.records.persons import Sex
from fieldapp.domain.rules.id_number import check_disability_cert, check_id_number, check_phone
from server.demo_data.chance import Weighted, chance_for, share_out
from server.demo_data.identity import Numbers
from server.demo_data.names import COMPOUND_SURNAMES, RARE_CHARACTERS
from tests.unit.demo_data.conftest import AS_OF, Made

WEIGHTS = [2**power % 11 for power in range(17, 0, -1)]


def _check_digit(first17: str) -> str:
    """GB 11643 by its formula: the weights are powers of two modulo 11."""
    rest = sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11
    return "X" if (12 - rest) % 11 == 10 else str((12 - rest) % 11)


def test_id_numbers_are_right_and_unique(made: Made) -> None:
    numbers = [person["id_number"] for person in made.persons]
    assert len(set(numbers)) == len(numbers)
    for person in made.persons:
        number = person["id_number"]
        assert number.startswith("341789")
        assert number[17] == _check_digit(number[:17])
        assert number[6:14] == person["birth_date"].replace("-", "")
        assert int(number[16]) % 2 == (person["sex"] == "MALE")


def test_id_numbers_pass_the_rule_and_only_in_demo_data(made: Made) -> None:
    for person in made.persons[::20]:
        assert not check_id_number(person["id_number"], AS_OF, demo_allowed=True).converted
        with pytest.raises(Exception, match="id_demo_not_allowed"):
            check_id_number(person["id_number"], AS_OF, demo_allowed=False)


def test_numbers_of_one_day_run_out_after_500() -> None:
    numbers = Numbers(1)
    day = dt.date(1954, 3, 17)
    made = {numbers.id_number(day, Sex.FEMALE) for _ in range(500)}
    assert len(made) == 500
    with pytest.raises(ValueError, match="used up"):
        numbers.id_number(day, Sex.FEMALE)
    assert numbers.id_number(day, Sex.MALE) not in made


def test_phones_and_accounts_are_unique_and_of_no_network(made: Made) -> None:
    phones = [p["phone"] for p in made.persons if p.get("phone_owner") and p["relation_to_head"] == "SELF"]
    assert len(set(phones)) == len(phones) > 400
    assert all(check_phone(phone, demo_allowed=True) for phone in phones[::10])
    accounts = [p["bank_account"] for p in made.persons if "bank_account" in p]
    assert len(set(accounts)) == len(accounts) == 600
    assert all(re.fullmatch(r"999\d{16}", account) for account in accounts)


def test_certificates_agree_with_their_holder(made: Made) -> None:
    holders = [person for person in made.persons if "disability_cert" in person]
    for person in holders:
        found = check_disability_cert(
            person["disability_cert"],
            person["id_number"],
            person["disability_type"],
            person["disability_grade"],
        )
        assert found == ()
    assert len(holders) > 250


def test_proportions_of_persons(made: Made) -> None:
    persons = made.persons
    ages = [(AS_OF - dt.date.fromisoformat(person["birth_date"])).days / 365.2425 for person in persons]
    disabled = [person for person in persons if "disability_grade" in person]
    shares = {
        "elder": sum(age >= 60 for age in ages) / len(ages),
        "child": sum(age < 16 for age in ages) / len(ages),
        "disabled": len(disabled) / len(persons),
        "severe": sum(person["disability_grade"] <= 2 for person in disabled) / len(disabled),
        "chronic": sum("chronic" in person for person in persons) / len(persons),
        "serious": sum("serious_illness" in person for person in persons) / len(persons),
        "limb": sum(person["disability_type"] == "4" for person in disabled) / len(disabled),
    }
    recipe = {
        "elder": 0.48, "child": 0.10, "disabled": 0.31, "severe": 0.45,
        "chronic": 0.55, "serious": 0.08, "limb": 0.48,
    }  # fmt: skip
    assert shares == pytest.approx(recipe, abs=0.06)


def test_names_hold_compound_surnames_rare_characters_and_namesakes(made: Made) -> None:
    names = [person["name"] for person in made.persons]
    compound = sum(name.startswith(COMPOUND_SURNAMES) for name in names) / len(names)
    rare = sum(any(character in name for character in RARE_CHARACTERS) for name in names) / len(names)
    assert compound == pytest.approx(0.02, abs=0.012)
    assert rare == pytest.approx(0.01, abs=0.008)
    heads = Counter((f.household["area_code"][:12], f.household["head_name"]) for f in made.files)
    namesakes = sum(count - 1 for count in heads.values())
    assert 8 <= namesakes <= 40


def test_children_are_younger_than_their_parents(made: Made) -> None:
    for file in made.files:
        head = file.persons[0]
        assert head["relation_to_head"] == "SELF"
        for person in file.persons[1:]:
            if person["relation_to_head"] in ("SON", "DAUGHTER", "GRANDCHILD"):
                assert person["birth_date"] > head["birth_date"]
            if person["relation_to_head"] == "PARENT":
                assert person["birth_date"] < head["birth_date"]


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (600, [62, 12, 9, 2, 8, 7], [372, 72, 54, 12, 48, 42]),
        (1, [0.2, 0.5, 0.3], [0, 1, 0]),
        (5, [0, 0], [0, 0]),
        (0, [1, 2], [0, 0]),
    ],
)
def test_share_out_is_exact(total: int, weights: list[float], shares: list[int]) -> None:
    assert share_out(total, weights) == shares


def test_weighted_draws_by_weight_and_never_the_impossible() -> None:
    chance = chance_for(1, "weights")
    drawn = Counter(Weighted([("a", 9), ("b", 0), ("c", 1)]).draw(chance) for _ in range(2_000))
    assert drawn["b"] == 0
    assert drawn["c"] / 2_000 == pytest.approx(0.1, abs=0.03)
