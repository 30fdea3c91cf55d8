"""Wire bodies of made-up households: coverage, house, place and standing."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from fieldapp.domain.clock import instant_text
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.households import (
    Category,
    CoverageKind,
    HouseKind,
    HouseSafety,
    MainCause,
    ReviewClass,
    RiskLevel,
)
from fieldapp.domain.records.persons import Relation
from server.demo_data.chance import Chance, Weighted
from server.demo_data.geography import COUNTY_CODE, numeral
from server.demo_data.people import Stamp
from server.demo_data.plan import HouseholdPlan

Body = dict[str, Any]

STANDARD_FEN: Final = 800_00
"""Monthly subsistence standard per head: invented, as all amounts here."""
TEKUN_FEN: Final = 1_040_00
GROUPS_PER_GRID: Final = 3

_HOUSES: Final = Weighted(
    [
        (HouseKind.OWN_BRICK, 55),
        (HouseKind.OWN_BRICKWOOD, 30),
        (HouseKind.OWN_EARTH, 3),
        (HouseKind.FLAT, 12),
    ]
)
_SAFETY: Final = Weighted(
    [
        (HouseSafety.A, 40),
        (HouseSafety.B, 48),
        (HouseSafety.C, 9),
        (HouseSafety.D, 1),
        (HouseSafety.UNKNOWN, 2),
    ]
)
_REVIEW_MONTHS: Final = {ReviewClass.A: 12, ReviewClass.B: 12, ReviewClass.C: 6}
_NEXT_ASSESSMENT_DAYS: Final = {RiskLevel.HIGH: 30, RiskLevel.MEDIUM: 90, RiskLevel.LOW: 180}


def household_number(plan: HouseholdPlan) -> str:
    """The number a county's server gives: county, year, six digits."""
    return f"{COUNTY_CODE}{plan.listed_on.year}{plan.ordinal + 1:06d}"


def household_body(
    chance: Chance,
    plan: HouseholdPlan,
    household_id: str,
    persons: Sequence[Body],
    stamp: Stamp,
    as_of: dt.date,
) -> Body:
    """The household as it travels."""
    village = plan.village
    lat, lon = village.home(chance)
    grid = int(plan.grid_code[-3:]) - 1
    group = grid * GROUPS_PER_GRID + chance.randrange(GROUPS_PER_GRID) + 1
    group_name = f"{numeral(group)}组"
    address = f"{village.name}{group_name}{chance.randrange(1, 120)}号"
    moved = chance.random() < 0.04
    body: Body = stamp.fields(chance) | {
        "id": household_id,
        "household_no": household_number(plan),
        "head_person_id": persons[0]["id"],
        "contact_person_id": next((p["id"] for p in persons if "phone" in p), persons[0]["id"]),
        "head_name": persons[0]["name"],
        "area_code": plan.grid_code,
        "group_name": group_name,
        "address": address,
        "registered_address": "外县迁入，户籍未转" if moved else address,
        "hukou_kind": "URBAN" if village.urban and chance.random() < 0.7 else "RURAL",
        "lat": lat,
        "lon": lon,
        "house_kind": _house(chance, plan).value,
        "house_safety": _SAFETY.draw(chance).value,
        "main_causes": [cause.value for cause in _causes(chance, plan)],
        "risk_level": plan.risk.value,
        "risk_next_due": _risk_next_due(chance, plan, as_of),
        "coverages": _coverages(chance, plan, persons, as_of),
        "tags": [tag.value for tag in plan.tags],
        "status": "ACTIVE",
    }
    if chance.random() < 0.93:
        told = min(stamp.at + dt.timedelta(days=chance.randrange(1, 40)), _morning(as_of))
        body["consent_notice_at"] = instant_text(told)
    return compact(body)


def _morning(as_of: dt.date) -> dt.datetime:
    return dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC)


def _house(chance: Chance, plan: HouseholdPlan) -> HouseKind:
    if plan.category is Category.TEKUN and plan.self_care is None:
        return HouseKind.INSTITUTION
    return _HOUSES.draw(chance)


def _causes(chance: Chance, plan: HouseholdPlan) -> list[MainCause]:
    members = plan.members
    found = [
        cause
        for cause, holds in (
            (MainCause.ILLNESS, any(m.serious for m in members)),
            (MainCause.DISABILITY, any(m.disability_grade for m in members)),
            (MainCause.OLD_AGE, all(m.elder for m in members)),
            (MainCause.SCHOOL, any(10 <= m.age < 20 for m in members)),
        )
        if holds
    ]
    return found[:2] or [chance.choice((MainCause.LACK_LABOUR, MainCause.ILLNESS, MainCause.JOBLESS))]


def _risk_next_due(chance: Chance, plan: HouseholdPlan, as_of: dt.date) -> str | None:
    cycle = _NEXT_ASSESSMENT_DAYS.get(plan.risk)
    if cycle is None:
        return None
    return (as_of + dt.timedelta(days=chance.randrange(-2, cycle))).isoformat()


def _coverages(chance: Chance, plan: HouseholdPlan, persons: Sequence[Body], as_of: dt.date) -> list[Body]:
    coverage: Body = {
        "category": plan.category.value,
        "coverage": CoverageKind.HOUSEHOLD.value,
        "since": plan.listed_on.isoformat(),
        "monthly_amount_fen": 0,
    }
    if plan.category is Category.TEKUN:
        coverage["monthly_amount_fen"] = TEKUN_FEN * len(persons)
        coverage["support_mode"] = (plan.support_mode or "") and str(plan.support_mode)
    if plan.review_class is not None:
        months = _REVIEW_MONTHS[plan.review_class]
        coverage["review_class"] = plan.review_class.value
        coverage["next_review"] = (as_of + dt.timedelta(days=chance.randrange(-10, months * 30))).isoformat()
        coverage["monthly_amount_fen"] = chance.randrange(26, 66) * 10_00 * len(persons)
    if not plan.single:
        return [coverage]
    # Single-person coverage exists only inside a household on the margin (R8).
    margin = coverage | {"category": Category.DIBAO_MARGIN.value, "monthly_amount_fen": 0}
    margin.pop("review_class", None)
    margin.pop("next_review", None)
    alone = {"coverage": CoverageKind.SINGLE.value, "person_ids": [persons[-1]["id"]]}
    return [coverage | alone | {"monthly_amount_fen": STANDARD_FEN}, margin]


def head_title(person: Body) -> str:
    """How a visitor's note calls the head: 老人, 大姐, 师傅 and so on, never a name."""
    if person["relation_to_head"] != Relation.SELF.value:
        return "户主"
    born = int(person["birth_date"][:4])
    male = person["sex"] == "MALE"
    if born < 1962:
        return "大爷" if male else "大妈"
    if born < 2005:
        return "师傅" if male else "大姐"
    return "同学"
