"""Golden tables and small builders for the rule tests."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from fieldapp.domain.clock import COUNTY_ZONE, local_day
from fieldapp.domain.records.households import (
    Category,
    Coverage,
    HouseholdStatus,
    HouseholdTag,
    ReviewClass,
    RiskLevel,
    SupportMode,
)
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.visits import Mode, Result, VisitState
from fieldapp.domain.rules.visit_facts import HouseholdFacts, VisitFact

TABLES = Path(__file__).parents[2] / "golden" / "rules"
LONG_AGO = dt.date(2020, 1, 1)
GRID = "341702101201001"


def table(name: str) -> dict[str, Any]:
    """The golden table of a rule."""
    return tomllib.loads((TABLES / f"{name}.toml").read_text("utf-8"))


def at(day: dt.date, hour: int = 10, minute: int = 0) -> dt.datetime:
    """An instant by the county's wall clock."""
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=COUNTY_ZONE)


def household(row: dict[str, Any], household_id: str = "h1", area_code: str = GRID) -> HouseholdFacts:
    """Facts from a table row; see visit_plan.toml."""
    return HouseholdFacts(
        household_id=household_id,
        area_code=area_code,
        status=HouseholdStatus(row.get("status", "ACTIVE")),
        listed_on=row.get("listed_on", LONG_AGO),
        risk_level=RiskLevel(row.get("risk", "NONE")),
        coverages=tuple(
            Coverage(
                category=Category(category),
                since=row.get("since", LONG_AGO),
                until=row.get("until"),
                support_mode=SupportMode(mode) if mode else None,
                review_class=ReviewClass(review) if review else None,
            )
            for category, mode, review in row.get("coverages", ())
        ),
        tags=tuple(HouseholdTag(tag) for tag in row.get("tags", ())),
        self_care_grades=tuple(SelfCareGrade(grade) for grade in row.get("self_care", ())),
        disability_grades=tuple(row.get("disability", ())),
        serious_illness=row.get("serious_illness", False),
        urgent_case=row.get("urgent", False),
    )


def visit(
    visit_id: str,
    finished_at: dt.datetime,
    mode: Mode = Mode.ONSITE,
    result: Result = Result.NORMAL,
    *,
    household_id: str = "h1",
    visitors: tuple[str, ...] = ("w1",),
    state: VisitState = VisitState.SUBMITTED,
    received_at: dt.datetime | None = None,
) -> VisitFact:
    """A visit in GRID."""
    return VisitFact(
        visit_id=visit_id,
        household_id=household_id,
        area_code=GRID,
        mode=mode,
        result=result,
        state=state,
        finished_at=finished_at,
        received_at=received_at,
        visitors=visitors,
        day=local_day(finished_at),
    )
