"""The figures of a row of statistics one by one, and the lists behind them: households or visits."""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import Mode, Result, VisitState
from fieldapp.domain.rules.masking import mask_name
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.services.context import Context
from fieldapp.services.statistics import StatisticsRow
from fieldapp.storage.repositories import households, visits


class Figure(enum.StrEnum):
    """A figure of a row, in the order of the table."""

    VISITS = "VISITS"
    PERSON_VISITS = "PERSON_VISITS"
    COVERAGE = "COVERAGE"
    COMPLETION = "COMPLETION"
    OVERDUE = "OVERDUE"
    ON_SITE = "ON_SITE"
    TIMELY = "TIMELY"
    NOT_FOUND = "NOT_FOUND"
    EXEMPT = "EXEMPT"
    NOT_YET_DUE = "NOT_YET_DUE"


class Listing(enum.StrEnum):
    """A list behind a figure."""

    VISITS = "VISITS"
    COVERED = "COVERED"
    UNCOVERED = "UNCOVERED"
    COMPLETED = "COMPLETED"
    NOT_COMPLETED = "NOT_COMPLETED"
    OVERDUE = "OVERDUE"
    EXEMPT = "EXEMPT"
    NOT_YET_DUE = "NOT_YET_DUE"
    ON_SITE = "ON_SITE"
    ELSEWHERE = "ELSEWHERE"
    IN_TIME = "IN_TIME"
    LATE = "LATE"
    NOT_FOUND = "NOT_FOUND"
    FOUND = "FOUND"


VISIT_LISTINGS: Final = frozenset(
    {Listing.VISITS, Listing.ON_SITE, Listing.ELSEWHERE, Listing.IN_TIME, Listing.LATE, Listing.NOT_FOUND,
     Listing.FOUND}
)  # fmt: skip
"""Lists of visits; the others are of households."""


LISTINGS: Final[Mapping[Figure, tuple[Listing, ...]]] = {
    Figure.VISITS: (Listing.VISITS,),
    Figure.PERSON_VISITS: (Listing.VISITS,),
    Figure.COVERAGE: (Listing.UNCOVERED, Listing.COVERED),
    Figure.COMPLETION: (Listing.NOT_COMPLETED, Listing.COMPLETED),
    Figure.OVERDUE: (Listing.OVERDUE,),
    Figure.ON_SITE: (Listing.ON_SITE, Listing.ELSEWHERE),
    Figure.TIMELY: (Listing.LATE, Listing.IN_TIME),
    Figure.NOT_FOUND: (Listing.NOT_FOUND, Listing.FOUND),
    Figure.EXEMPT: (Listing.EXEMPT,),
    Figure.NOT_YET_DUE: (Listing.NOT_YET_DUE,),
}
"""The lists behind a figure, first the one that is to be acted on."""

_VALUES: Final[Mapping[Figure, Callable[[StatisticsRow], int | Ratio]]] = {
    Figure.VISITS: lambda row: row.figures.visit_count,
    Figure.PERSON_VISITS: lambda row: len(row.person_visits),
    Figure.COVERAGE: lambda row: row.figures.coverage,
    Figure.COMPLETION: lambda row: row.figures.completion,
    Figure.OVERDUE: lambda row: len(row.overdue_ids),
    Figure.ON_SITE: lambda row: row.figures.on_site_share,
    Figure.TIMELY: lambda row: row.figures.timely_upload,
    Figure.NOT_FOUND: lambda row: row.figures.not_found_rate,
    Figure.EXEMPT: lambda row: len(row.figures.exempt_ids),
    Figure.NOT_YET_DUE: lambda row: len(row.figures.not_yet_due_ids),
}


def value_of(row: StatisticsRow, figure: Figure) -> int | Ratio:
    """A figure of a row; a share with both its numbers."""
    return _VALUES[figure](row)


def _rest(ratio: Ratio) -> tuple[str, ...]:
    hits = set(ratio.numerator_ids)
    return tuple(one for one in ratio.denominator_ids if one not in hits)


_IDS: Final[Mapping[Listing, Callable[[StatisticsRow], tuple[str, ...]]]] = {
    Listing.VISITS: lambda row: row.figures.visit_ids,
    Listing.COVERED: lambda row: row.figures.coverage.numerator_ids,
    Listing.UNCOVERED: lambda row: _rest(row.figures.coverage),
    Listing.COMPLETED: lambda row: row.figures.completion.numerator_ids,
    Listing.NOT_COMPLETED: lambda row: _rest(row.figures.completion),
    Listing.OVERDUE: lambda row: row.overdue_ids,
    Listing.EXEMPT: lambda row: row.figures.exempt_ids,
    Listing.NOT_YET_DUE: lambda row: row.figures.not_yet_due_ids,
    Listing.ON_SITE: lambda row: row.figures.on_site_share.numerator_ids,
    Listing.ELSEWHERE: lambda row: _rest(row.figures.on_site_share),
    Listing.IN_TIME: lambda row: row.figures.timely_upload.numerator_ids,
    Listing.LATE: lambda row: _rest(row.figures.timely_upload),
    Listing.NOT_FOUND: lambda row: row.figures.not_found_rate.numerator_ids,
    Listing.FOUND: lambda row: _rest(row.figures.not_found_rate),
}


@dataclass(frozen=True, slots=True)
class VisitItem:
    """A visit as a list shows it; `head_name` and `village_name` are '' when the household is not here."""

    visit_id: str
    household_id: str
    head_name: str
    village_name: str
    group_name: str
    finished_at: dt.datetime
    mode: Mode
    result: Result
    state: VisitState
    visitors: tuple[str, ...]


def ids_behind(row: StatisticsRow, listing: Listing) -> tuple[str, ...]:
    """The ids of a list, in no particular order."""
    return _IDS[listing](row)


def in_order(context: Context, listing: Listing, ids: Sequence[str]) -> list[str]:
    """Visits newest first; households in walking order. What has gone meanwhile is left out."""
    with context.store.reading() as connection:
        if listing in VISIT_LISTINGS:
            return visits.newest_first(connection, ids)
        return households.in_walking_order(connection, ids)


def visit_items(context: Context, visit_ids: Sequence[str]) -> list[VisitItem]:
    """List rows for some visits (a page of the list), in the order of `visit_ids`; visits that are not
    here, or in areas whose cases the worker does not read, are left out."""
    with context.store.reading() as connection:
        found = {v.id: v for v in visits.by_ids(connection, visit_ids)}
        homes = households.get_many(connection, list({v.household_id for v in found.values()}))
        areas = households.area_names(connection)
        names = households.user_names(connection, _workers(v.visitors for v in found.values()))
        actor = context.actor(connection)
    items = []
    for visit_id in visit_ids:
        visit = found.get(visit_id)
        if visit is None or not actor.may(Permission.READ_CASES, visit.area_code):
            continue
        home = homes.get(visit.household_id)
        head = home.head_name if home is not None else ""
        items.append(
            VisitItem(
                visit_id=visit.id,
                household_id=visit.household_id,
                head_name=mask_name(head) if actor.masked else head,
                village_name=areas.get(visit.area_code[:12], ""),
                group_name=home.group_name if home is not None else "",
                finished_at=visit.finished_at,
                mode=visit.mode,
                result=visit.result,
                state=visit.state,
                visitors=tuple(names[one] for one in visit.visitors if one in names),
            )
        )
    return items


def _workers(named: Iterable[tuple[str, ...]]) -> set[str]:
    return {worker for visitors in named for worker in visitors}
