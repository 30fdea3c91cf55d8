"""低收入人口监测台账: who was on a low-income list in a time, and how often he was visited (level 3)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import Coverage
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.visit_facts import visit_facts
from fieldapp.domain.rules.visit_plan import counted_visits
from fieldapp.exports.ledger_form import LedgerRow
from fieldapp.exports.ledger_words import word_of
from fieldapp.exports.roster_ledger import Home
from fieldapp.exports.visits_ledger import measures


@dataclass(frozen=True, slots=True)
class Monitored:
    """A household with its visits of the time the ledger is about, all versions of each."""

    home: Home
    visits: tuple[VisitFields, ...] = ()


def monitoring_rows(found: Iterable[Monitored], start: dt.date, end: dt.date) -> Iterator[LedgerRow]:
    """A row for each person and entitlement that ran on a day from `start` to `end`.

    Visits are those that statistics count in the time (R4), whatever the household's rule; what was done is
    told of the last.
    """
    for one in found:
        running = [each for each in one.home.household.coverages if _overlaps(each, start, end)]
        if not running:
            continue
        counted = counted_visits(visit_facts(one.visits), None)
        last = counted[-1] if counted else None
        done = next((measures(each) for each in one.visits if last and each.id == last.visit_id), "")
        for coverage in running:
            for person in _persons(one.home, coverage):
                yield LedgerRow(
                    {
                        "TOWN": one.home.town_name,
                        "VILLAGE": one.home.village_name,
                        "NAME": person.name,
                        "ID_NUMBER": person.id_number,
                        "RELATION": word_of("relation", person.relation_to_head),
                        "CATEGORY": word_of("category", coverage.category),
                        "SINCE": coverage.since,
                        "CAUSE": "、".join(
                            word_of("cause", cause) for cause in one.home.household.main_causes
                        ),
                        "LAST_VISIT": local_day(last.finished_at) if last else None,
                        "VISITS": len(counted),
                        "MEASURES": done,
                        "UNTIL": coverage.until if coverage.until and coverage.until <= end else None,
                    },
                    one.home.names,
                )


def _overlaps(coverage: Coverage, start: dt.date, end: dt.date) -> bool:
    return coverage.since <= end and (coverage.until is None or coverage.until >= start)


def _persons(home: Home, coverage: Coverage) -> list[PersonFields]:
    """Whom an entitlement covers: those it names, else the members who are there and counted; of an ended
    one whoever was counted."""
    if coverage.person_ids:
        return [one for one in home.members if one.id in coverage.person_ids]
    there = {PersonStatus.ALIVE} if coverage.until is None else set(PersonStatus)
    return [one for one in home.members if one.counted and one.status in there]
