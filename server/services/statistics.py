"""A supervisor's figures from the whole county's data, by the same rules as on a device (R4)."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.rules.statistics import Ratio, StatisticsPeriod
from fieldapp.domain.rules.visit_counts import Place, VisitCounts, summed
from server.services.visit_tallies import counts_of_month
from server.store.store import Store


class GroupBy(enum.StrEnum):
    """Rows of the table."""

    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GRID = "GRID"
    WORKER = "WORKER"
    CATEGORY = "CATEGORY"
    RISK = "RISK"


LEVELS: Final = {
    GroupBy.TOWN: AreaLevel.TOWN,
    GroupBy.VILLAGE: AreaLevel.VILLAGE,
    GroupBy.GRID: AreaLevel.GRID,
}


@dataclass(frozen=True, slots=True)
class StatisticsTable:
    """Figures of an area in a month: in total, and by area, worker, category or risk level (by key)."""

    area_code: str
    period: StatisticsPeriod
    total: VisitCounts
    rows: dict[str, VisitCounts]


def visit_statistics(
    store: Store, actor: Actor, area_code: str, month: dt.date, group_by: GroupBy
) -> StatisticsTable:
    """The month's figures: households filed in the area, attempts made in it.

    Raises NotAllowedError("not_permitted") outside the actor's areas.
    """
    actor.require(Permission.READ_STATISTICS, area_code)
    inside = [pair for pair in counts_of_month(store, month) if contains(area_code, pair[0].area_code)]
    by_worker = group_by is GroupBy.WORKER
    key = _key(group_by)
    groups: dict[str, list[VisitCounts]] = {}
    for place, counts in inside:
        # Households belong to areas: on the server a worker's row shows the work done only.
        if bool(place.worker) is by_worker:
            groups.setdefault(key(place), []).append(counts)
    return StatisticsTable(
        area_code=area_code,
        period=StatisticsPeriod.containing(PeriodUnit.MONTH, month),
        total=summed(counts for place, counts in inside if not place.worker),
        rows={name: summed(groups[name]) for name in sorted(groups)},
    )


def _key(group_by: GroupBy) -> Callable[[Place], str]:
    if group_by is GroupBy.WORKER:
        return lambda place: place.worker
    if group_by is GroupBy.CATEGORY:
        return lambda place: place.category
    if group_by is GroupBy.RISK:
        return lambda place: place.risk_level
    length = CODE_LENGTH[LEVELS[group_by]]
    return lambda place: place.area_code[:length]


def plain_figures(key: str, figures: VisitCounts) -> dict[str, Any]:
    """Figures as JSON: shares with both numbers and the text shown."""
    return {
        "key": key,
        "visits": figures.visits,
        "worker_visits": figures.person_visits,
        "coverage": _plain_ratio(figures.coverage),
        "completion": _plain_ratio(figures.completion),
        "on_site_share": _plain_ratio(figures.on_site_share),
        "timely_upload": _plain_ratio(figures.timely_upload),
        "not_found_rate": _plain_ratio(figures.not_found_rate),
        "exempt": figures.exempt,
        "not_yet_due": figures.not_yet_due,
    }


def _plain_ratio(ratio: Ratio) -> dict[str, Any]:
    return {"numerator": ratio.numerator, "denominator": ratio.denominator, "percent": ratio.percent}
