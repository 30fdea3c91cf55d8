"""How much relief may be and who decides (R17)."""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import RuleError
from fieldapp.domain.money import fen, yuan, yuan_text
from fieldapp.domain.parameters import AidStandard, Parameters, ReliefRules, TownLimit
from fieldapp.domain.records.reliefs import DecisionLevel, HardshipGrade
from fieldapp.domain.rules.relief_amount import (
    cash_limit,
    check_relief,
    decision_level,
    repeats,
    total,
    town_limit,
)
from tests.unit.rules.relief_cases import AT, GRID, item, relief

GOLDEN = tomllib.loads(
    (Path(__file__).parents[2] / "golden" / "rules" / "relief.toml").read_text(encoding="utf-8")
)
COUNTY = Parameters()
DAY = dt.date(2026, 2, 20)


@pytest.mark.parametrize("row", GOLDEN["cash"])
def test_cash_limit_worked_examples(row: dict[str, Any]) -> None:
    limit = cash_limit(COUNTY.relief, row["persons"], HardshipGrade(row["grade"]), DAY)
    assert (limit.full, limit.allowed) == (row["full"], row["allowed"])


@pytest.mark.parametrize("row", GOLDEN["decided"])
def test_total_and_deciding_level_worked_examples(row: dict[str, Any]) -> None:
    one = relief(items=[item(*numbers) for numbers in row["items"]])
    assert total(one.items) == row["amount"] == one.amount
    assert decision_level(one, COUNTY, repeated=False) == row["level"]
    assert check_relief(one, COUNTY, repeated=False) == []


def test_amounts_of_the_story_read_and_print_as_people_write_them() -> None:
    assert fen("3,096.00元") == fen(Decimal(3096)) == 309600
    assert yuan(309600) == Decimal("3096.00")
    assert yuan_text(309600) == "3,096.00"
    for wrong in ("3096.005", "十元", "", "NaN"):
        with pytest.raises(RuleError, match="amount_invalid"):
            fen(wrong)


def test_standard_is_that_of_the_day() -> None:
    rules = ReliefRules(
        standards=(
            AidStandard(amount=80_000, since=dt.date(2025, 7, 1)),
            AidStandard(amount=83_000, since=dt.date(2026, 7, 1)),
        )
    )
    found = [
        cash_limit(rules, 1, HardshipGrade.LIGHT, day).full
        for day in (dt.date(2025, 6, 30), dt.date(2026, 6, 30), dt.date(2026, 7, 1))
    ]
    assert found == [0, 80_000, 83_000]


def test_town_limit_is_the_delegation_of_the_town_and_the_day() -> None:
    own = TownLimit(area_code=GRID[:9], amount=300_000, since=DAY, until=DAY + dt.timedelta(days=9))
    rules = ReliefRules(town_limits=(own,))
    assert town_limit(rules, GRID, DAY) == 300_000
    assert town_limit(rules, GRID, DAY + dt.timedelta(days=10)) == 200_000
    assert town_limit(rules, "341789101201001", DAY) == 200_000


def test_same_cause_in_a_calendar_year_needs_a_reason_and_the_county() -> None:
    first = relief("r-0", given_at=AT - dt.timedelta(days=3), items=[item(1, 1, 100)])
    again = relief(items=[item(1, 1, 100)])
    assert repeats(again, [first, again])
    assert not repeats(first, [first, again])
    assert [one.code for one in check_relief(again, COUNTY, repeated=True)] == ["relief_repeated"]
    told = again.model_copy(update={"repeat_reason": "雪又下了"})
    assert check_relief(told, COUNTY, repeated=True) == []
    assert decision_level(told, COUNTY, repeated=True) is DecisionLevel.COUNTY
    for other in (
        {"cause": "FIRE"},
        {"household_id": "h-2"},
        {"given_at": dt.datetime(2025, 12, 31, 15, 59, tzinfo=dt.UTC)},
        {"status": "DENIED"},
    ):
        assert not repeats(again, [relief("r-0", **{"given_at": first.given_at, **other})])
    # On 31 December 16:00 UTC the county's new year has begun.
    assert repeats(again, [relief("r-0", given_at=dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC))])
    moved = relief("r-0", household_id="h-2", persons=("p-1",), given_at=first.given_at)
    assert repeats(again.model_copy(update={"persons": ("p-1",)}), [moved])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"household_id": None}, "relief_recipient_required"),
        ({"reason": " "}, "relief_reason_required"),
        ({"items": []}, "relief_items_required"),
        ({"amount": 309_601}, "relief_sum_wrong"),
        ({"persons": ("p-1", "p-2", "p-3")}, "relief_persons_too_few"),
        ({"items": [item(1, 1, 100) | {"receipts": ("ab" * 32,)}]}, "relief_receipt_missing"),
        ({"items": [item(1, 1, 100, "CASH")]}, "relief_grade_required"),
        ({"items": [item(1, 1, 320_001, "CASH")], "grade": "MEDIUM"}, "relief_above_limit"),
        ({"surveyors": ("u-clerk",)}, "relief_surveyors_few"),
    ],
)
def test_relief_that_does_not_fit_is_told_at_its_field(values: dict[str, Any], code: str) -> None:
    assert [one.code for one in check_relief(relief(**values), COUNTY, repeated=False)] == [code]


def test_money_of_donors_follows_the_donors_rules() -> None:
    gift = relief(items=[item(1, 1, 900_000, "CASH")], fund_source="SOCIAL")
    assert check_relief(gift, COUNTY, repeated=False) == []
