"""A supervisor's view of assessments in an area: levels, trend, overdue, lowered; each with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.rules.masking import mask_name
from fieldapp.domain.rules.risk_history import is_finished, still_open
from fieldapp.domain.rules.risk_statistics import (
    Lowering,
    RiskCase,
    RiskStatistics,
    by_area,
    risk_statistics,
)
from fieldapp.services.assessment_lists import DueAssessment, due_item
from fieldapp.services.context import Context
from fieldapp.storage import risks
from fieldapp.storage.repositories import assessments, households


@dataclass(frozen=True, slots=True)
class AreaRisk:
    """The figures of one area inside."""

    area_code: str
    name: str
    figures: RiskStatistics


@dataclass(frozen=True, slots=True)
class RiskTable:
    """The figures of an area, in total and by the areas one level below."""

    area_code: str
    name: str
    total: RiskStatistics
    rows: tuple[AreaRisk, ...]


@dataclass(frozen=True, slots=True)
class LoweringItem:
    """A lowered level as the list shows it."""

    lowering: Lowering
    head_name: str
    village_name: str
    by_name: str


def areas_to_count(context: Context) -> list[tuple[str, str]]:
    """The worker's areas with statistics: (code, name)."""
    with context.store.reading() as connection:
        names = households.area_names(connection)
        codes = context.actor(connection).areas_with(Permission.READ_STATISTICS)
    return [(code, names.get(code, "")) for code in codes]


def risk_table(context: Context, area_code: str, months: int = 12) -> RiskTable:
    """Count an area. Raises NotAllowedError("not_permitted")."""
    today = context.today()
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_STATISTICS, area_code)
        cases = _cases(context, connection, area_code)
        names = households.area_names(connection)
    below = next((n for n in sorted(CODE_LENGTH.values()) if n > len(area_code)), len(area_code))
    return RiskTable(
        area_code=area_code,
        name=names.get(area_code, ""),
        total=risk_statistics(cases, today, months),
        rows=tuple(
            AreaRisk(code, names.get(code, ""), risk_statistics(found, today, months))
            for code, found in by_area(cases, below).items()
        ),
    )


def _cases(context: Context, connection: Connection, area_code: str) -> list[RiskCase]:
    assessed = assessments.households_assessed(connection, area_code)
    histories = risks.histories(connection, assessed, context.parameters(connection))
    made = risks.assessments_of(connection, assessed)
    given = risks.signatures_of(connection, assessed)
    return [
        RiskCase(
            household_id=one.id,
            area_code=one.area_code,
            level=one.risk_level,
            since=one.risk_since,
            next_due=one.risk_next_due,
            history=histories.get(one.id, ()),
            unsigned=any(not is_finished(a, given[one.id]) for a in still_open(made.get(one.id, ()))),
        )
        for one in assessments.households_in(connection, area_code)
    ]


def due_items(context: Context, household_ids: Sequence[str]) -> list[DueAssessment]:
    """List rows for the households behind a figure, in their order."""
    with context.store.reading() as connection:
        found = households.get_many(connection, household_ids)
        names = households.area_names(connection)
        masked = context.actor(connection).masked
    today = context.today()
    return [due_item(found[one], names, today, masked=masked) for one in household_ids if one in found]


def lowering_items(context: Context, lowered: Sequence[Lowering]) -> list[LoweringItem]:
    """List rows for lowered levels: whose, by whom."""
    with context.store.reading() as connection:
        found = households.get_many(connection, [one.household_id for one in lowered])
        names = households.area_names(connection)
        workers = households.user_names(connection)
        masked = context.actor(connection).masked
    village = CODE_LENGTH[AreaLevel.VILLAGE]
    return [
        LoweringItem(
            lowering=one,
            head_name=mask_name(house.head_name) if masked else house.head_name,
            village_name=names.get(house.area_code[:village], ""),
            by_name=workers.get(one.by_user, ""),
        )
        for one in lowered
        if (house := found.get(one.household_id)) is not None
    ]
