"""Households: categories, sizes, houses and places as the recipe has them."""

from collections import Counter

import pytest

from fieldapp.domain.rules.position import distance_m
from server.demo_data.plan import RISKS
from tests.unit.demo_data.conftest import AS_OF, Made


def test_categories_and_coverage_are_exact(made: Made) -> None:
    categories = Counter(file.household["coverages"][0]["category"] for file in made.files)
    assert categories == {
        "DIBAO": 372, "TEKUN": 72, "DIBAO_MARGIN": 54, "ANTI_POVERTY": 48, "OTHER": 42, "RIGID_EXPENSE": 12,
    }  # fmt: skip
    singles = [f for f in made.files if f.household["coverages"][0]["coverage"] == "SINGLE"]
    assert len(singles) == round(372 * 0.18)
    scattered = Counter(f.household["coverages"][0].get("support_mode") for f in made.files)
    assert scattered["SCATTERED"] == round(72 * 0.85)


def test_single_coverage_names_an_eligible_member(made: Made) -> None:
    """R8: severely disabled or seriously ill, in a household on the margin."""
    for file in made.files:
        coverages = file.household["coverages"]
        if coverages[0]["coverage"] == "SINGLE":
            covered = [p for p in file.persons if p["id"] in coverages[0]["person_ids"]]
            assert len(covered) == 1
            assert covered[0].get("disability_grade", 4) <= 2 or "serious_illness" in covered[0]
            assert coverages[1]["category"] == "DIBAO_MARGIN"


def test_sizes_keep_the_shape_of_the_recipe(made: Made) -> None:
    sizes = Counter(min(5, len(file.persons)) for file in made.files)
    shares = [sizes[size] / 600 for size in range(1, 6)]
    # 600 households with 1,150 persons are smaller than the recipe's own shares would make them.
    assert shares == pytest.approx([0.42, 0.25, 0.15, 0.11, 0.07], abs=0.09)
    assert shares == sorted(shares, reverse=True)


def test_destitute_persons_live_alone(made: Made) -> None:
    sizes = [len(f.persons) for f in made.files if f.household["coverages"][0]["category"] == "TEKUN"]
    assert set(sizes) == {1}


def test_risk_is_that_of_the_assessed(made: Made) -> None:
    risks = Counter(file.household["risk_level"] for file in made.files)
    assert risks == {"NONE": 520, "LOW": 64, "MEDIUM": 13, "HIGH": 3}
    assert sum(weight for _, weight in RISKS.table) == 100
    for file in made.files:
        assert ("risk_next_due" in file.household) == (file.household["risk_level"] != "NONE")


def test_houses_are_as_in_the_recipe(made: Made) -> None:
    own = [f.household for f in made.files if f.household["house_kind"] != "INSTITUTION"]
    kinds = Counter(household["house_kind"] for household in own)
    assert kinds["OWN_BRICK"] / len(own) == pytest.approx(0.55, abs=0.06)
    assert kinds["OWN_BRICKWOOD"] / len(own) == pytest.approx(0.30, abs=0.06)
    safety = Counter(file.household["house_safety"] for file in made.files)
    assert safety["A"] / 600 == pytest.approx(0.40, abs=0.06)
    assert safety["C"] / 600 == pytest.approx(0.09, abs=0.04)


def test_homes_lie_in_the_county_near_their_village(made: Made) -> None:
    villages = {village.code: village for village in made.data.county.villages}
    for file in made.files:
        household = file.household
        assert 30.25 < household["lat"] < 30.85
        assert 117.15 < household["lon"] < 117.80
        village = villages[household["area_code"][:12]]
        assert distance_m(household["lat"], household["lon"], village.lat, village.lon) < 1_500


def test_household_numbers_are_unique_and_in_form(made: Made) -> None:
    numbers = [file.household["household_no"] for file in made.files]
    assert len(set(numbers)) == 600
    assert all(number.startswith("341702") and len(number) == 16 for number in numbers)


def test_nothing_was_written_after_the_present(made: Made) -> None:
    end = f"{AS_OF.isoformat()}T00:30:00.000Z"
    for file in made.files:
        for body in (file.household, *file.persons, *file.visits):
            assert body["created_at"] <= body["updated_at"] <= end
        assert all(file.household["created_at"] <= visit["created_at"] for visit in file.visits)


def test_head_and_contact_are_members(made: Made) -> None:
    for file in made.files:
        ids = {person["id"] for person in file.persons}
        assert {file.household["head_person_id"], file.household["contact_person_id"]} <= ids
        assert file.household["head_name"] == file.persons[0]["name"]
