"""What families say of the service at the end of a visit (S35): counts, trend, and their suggestions.

Refusing to answer is allowed and counted apart: it is part of no share.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.clock import local_day, start_of_day
from fieldapp.domain.parameters import PeriodUnit
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visits import Satisfaction
from fieldapp.domain.rules.masking import mask_name
from fieldapp.domain.rules.statistics import Ratio, StatisticsPeriod
from fieldapp.services.back_check_views import hidden_visits
from fieldapp.services.context import Context
from fieldapp.services.statistics import months
from fieldapp.storage.repositories import households, visits

_ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpinionMonth:
    """One month: visits by answer, and the share of content answers among those given."""

    month: dt.date
    ids: Mapping[Satisfaction, tuple[str, ...]]

    @property
    def content(self) -> Ratio:
        """VERY and OK of all who answered; REFUSED stands outside."""
        good = self.ids[Satisfaction.VERY] + self.ids[Satisfaction.OK]
        given = good + self.ids[Satisfaction.NO]
        return Ratio(len(good), len(given), good, given)


@dataclass(frozen=True, slots=True)
class OpinionTable:
    """A month of an area with the twelve that end with it, oldest first. `suggested` are the visits of the
    month whose family suggested something; None where the worker may read no cases."""

    area_code: str
    area_name: str
    trend: tuple[OpinionMonth, ...]
    suggested: tuple[str, ...] | None

    @property
    def shown(self) -> OpinionMonth:
        """The month asked for."""
        return self.trend[-1]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One visit as the list shows it."""

    visit_id: str
    head_name: str
    village_name: str
    finished_at: dt.datetime
    satisfaction: Satisfaction | None
    suggestion: str


def opinion_table(context: Context, area_code: str, month: dt.date) -> OpinionTable:
    """Count an area. Raises NotAllowedError("not_permitted") outside the worker's areas."""
    spans = [
        StatisticsPeriod.containing(PeriodUnit.MONTH, day) for day in reversed(months(context, ending=month))
    ]
    begin, end = start_of_day(spans[0].start), start_of_day(spans[-1].end + _ONE_DAY)
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.READ_STATISTICS, area_code)
        found = visits.opinions_between(connection, area_code, begin, end)
        name = households.area_names(connection).get(area_code, "")
        reads = actor.may(Permission.READ_CASES, area_code)
    by_month: dict[dt.date, dict[Satisfaction, list[str]]] = {
        span.start: {answer: [] for answer in Satisfaction} for span in spans
    }
    suggested = []
    for one in found:
        first = local_day(one.finished_at).replace(day=1)
        if one.satisfaction is not None:
            by_month[first][one.satisfaction].append(one.id)
        if one.suggestion.strip() and first == spans[-1].start:
            suggested.append(one.id)
    return OpinionTable(
        area_code=area_code,
        area_name=name,
        trend=tuple(
            OpinionMonth(start, {answer: tuple(ids) for answer, ids in by_answer.items()})
            for start, by_answer in by_month.items()
        ),
        suggested=tuple(suggested) if reads else None,
    )


def opinions(context: Context, visit_ids: Sequence[str]) -> list[Opinion]:
    """Rows for some visits, in their order; what the worker may not read is left out. An auditor reads no
    words of a family: they may name somebody."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        found = {visit.id: visit for visit in visits.by_ids(connection, visit_ids)}
        homes = households.get_many(connection, list({one.household_id for one in found.values()}))
        names = households.area_names(connection)
        hidden = hidden_visits(context, connection)
    rows = []
    for visit_id in visit_ids:
        visit = found.get(visit_id)
        if visit is None or visit.root_id in hidden:
            continue
        if not actor.may(Permission.READ_CASES, visit.area_code):
            continue
        home = homes.get(visit.household_id)
        head = home.head_name if home is not None else ""
        rows.append(
            Opinion(
                visit_id=visit.id,
                head_name=mask_name(head) if actor.masked else head,
                village_name=names.get(visit.area_code[:12], ""),
                finished_at=visit.finished_at,
                satisfaction=visit.satisfaction,
                suggestion="" if actor.masked else visit.suggestion,
            )
        )
    return rows
