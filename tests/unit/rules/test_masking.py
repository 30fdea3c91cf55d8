"""R3: masking, and that nothing leaks through it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.rules.age import is_aged, is_child, is_elder, is_minor, is_of_labour_age
from fieldapp.domain.rules.masking import (
    MASK,
    mask_address,
    mask_bank_account,
    mask_id_number,
    mask_name,
    mask_phone,
)
from fieldapp.domain.rules.surnames import COMPOUND_SURNAMES
from tests.unit.rules.tables import table

TABLE = table("masking")
MASKS: dict[str, Callable[[str], str]] = {
    "name": mask_name,
    "id_number": mask_id_number,
    "phone": mask_phone,
    "bank_account": mask_bank_account,
}
CASES = [(kind, clear, shown) for kind in MASKS for clear, shown in TABLE[kind].items()]
han = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=5)


@pytest.mark.parametrize(("kind", "clear", "shown"), CASES)
def test_mask_examples(kind: str, clear: str, shown: str) -> None:
    assert MASKS[kind](clear) == shown


@pytest.mark.parametrize("row", TABLE["address"], ids=lambda row: row["shown"])
def test_mask_address_ends_at_the_group(row: dict[str, Any]) -> None:
    assert mask_address(row["address"], row["group"]) == row["shown"]


@given(st.one_of(han, st.sampled_from(sorted(COMPOUND_SURNAMES)).flatmap(lambda s: han.map(s.__add__))))
def test_mask_name_never_shows_the_given_name(name: str) -> None:
    shown = mask_name(name)
    kept = shown.rstrip(MASK)
    assert len(shown) == len(name)
    assert name.startswith(kept)
    assert len(kept) < len(name)
    assert len(kept) <= 1 or kept in COMPOUND_SURNAMES


@given(st.text(st.characters(codec="ascii", categories=("Nd", "Lu")), max_size=20))
def test_mask_id_number_never_shows_birth_date_or_most_of_a_short_number(number: str) -> None:
    shown = mask_id_number(number)
    assert len(shown) == len(number)
    assert set(shown[6:-4]) <= {MASK}
    assert 3 * sum(character != MASK for character in shown) <= 2 * len(number)


@given(st.from_regex(r"\A1[0-9]{10}\Z|\A0[0-9]{9,11}\Z|\A[0-9]{0,9}\Z"))
def test_mask_phone_never_shows_the_middle(phone: str) -> None:
    shown = mask_phone(phone)
    assert len(shown) == len(phone)
    assert set(shown[3:-4]) <= {MASK}


@given(st.text("0123456789 ", max_size=25))
def test_mask_bank_account_shows_at_most_four_digits(account: str) -> None:
    shown = mask_bank_account(account)
    assert sum(character.isdigit() for character in shown) in (0, 4)
    assert shown.lstrip(MASK) in account.replace(" ", "")[-4:]


@given(st.text(max_size=20), st.sampled_from(["", "三组", "长塘组"]), st.integers(1, 999))
def test_mask_address_never_shows_what_follows_the_group(place: str, group: str, door: int) -> None:
    assert not mask_address(f"{place}三组§{door}号", group).endswith(f"§{door}号")


@pytest.mark.parametrize(
    ("age", "groups"),
    [
        (13, "child minor"),
        (14, "minor"),
        (15, "minor"),
        (16, "labour"),
        (59, "labour"),
        (60, "elder"),
        (80, "elder aged"),
    ],
)
def test_age_groups_at_their_limits(age: int, groups: str) -> None:
    rules = {
        "child": is_child,
        "minor": is_minor,
        "labour": is_of_labour_age,
        "elder": is_elder,
        "aged": is_aged,
    }
    assert " ".join(name for name, holds in rules.items() if holds(age)) == groups
