"""What the visit rules ask of households and visits, gathered from their records (R4; domain layer)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import (
    Coverage,
    HouseholdStatus,
    HouseholdTag,
    RiskLevel,
)
from fieldapp.domain.records.persons import Health, Illness, PersonStatus, SelfCare, SelfCareGrade
from fieldapp.domain.records.visits import Mode, Purpose, Result, VisitFields, VisitState

ONE_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What the visit rules ask of a household; grades and illness are those of its living members.

    `known_since` is the day its file was begun here: of what was done before, nothing is known.
    `urgent_since` is when the oldest open L1/L2 clue about it was reported; until somebody has been there
    after it, nothing else counts.
    """

    household_id: str
    area_code: str
    status: HouseholdStatus
    listed_on: dt.date
    risk_level: RiskLevel
    coverages: tuple[Coverage, ...]
    tags: tuple[HouseholdTag, ...]
    self_care_grades: tuple[SelfCareGrade, ...]
    disability_grades: tuple[int, ...]
    serious_illness: bool
    urgent_case: bool = False
    known_since: dt.date = dt.date.min
    urgent_since: dt.datetime | None = None


class VisitFact(NamedTuple):
    """What the rules ask of a visit. `superseded`: a newer correction of the same visit exists.

    `day` is the county's day it counts for: that of `finished_at`, not of upload. The rules ask for it four
    times on average. A tuple, for a plan of a town makes ninety thousand of them.
    """

    visit_id: str
    household_id: str
    area_code: str
    mode: Mode
    result: Result
    state: VisitState
    finished_at: dt.datetime
    received_at: dt.datetime | None
    visitors: tuple[str, ...]
    day: dt.date
    superseded: bool = False
    purpose: Purpose = Purpose.ROUTINE

    @property
    def stands(self) -> bool:
        """Whether it is part of statistics at all: neither voided nor superseded."""
        return not self.superseded and self.state is not VisitState.VOID


@dataclass(frozen=True, slots=True)
class Exemption:
    """Days on which a household need not be visited, both ends included."""

    household_id: str
    since: dt.date
    until: dt.date


class FiledHousehold(Protocol):
    """What the facts are gathered from: a household, or a row with these columns of one."""

    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> dt.datetime: ...
    @property
    def area_code(self) -> str: ...
    @property
    def status(self) -> HouseholdStatus: ...
    @property
    def risk_level(self) -> RiskLevel: ...
    @property
    def coverages(self) -> tuple[Coverage, ...]: ...
    @property
    def tags(self) -> tuple[HouseholdTag, ...]: ...


class FiledPerson(Protocol):
    """The same of a member."""

    @property
    def status(self) -> PersonStatus: ...
    @property
    def self_care(self) -> SelfCare | None: ...
    @property
    def disability_grade(self) -> int | None: ...
    @property
    def serious_illness(self) -> tuple[Illness, ...]: ...
    @property
    def health(self) -> tuple[Health, ...]: ...


def household_facts(
    household: FiledHousehold, persons: Iterable[FiledPerson], urgent_case: bool = False,
    urgent_since: dt.datetime | None = None,
) -> HouseholdFacts:  # fmt: skip
    """Gather the facts from a household and its members. `urgent_case`: an L1/L2 clue or relief is open,
    `urgent_since`: when that clue was reported."""
    grades: set[SelfCareGrade] = set()
    disabled: set[int] = set()
    ill = False
    for person in persons:
        if person.status is PersonStatus.ALIVE:
            if person.self_care is not None and person.self_care.grade is not None:
                grades.add(person.self_care.grade)
            if person.disability_grade is not None:
                disabled.add(person.disability_grade)
            ill = ill or bool(person.serious_illness) or Health.SERIOUS in person.health
    return HouseholdFacts(
        household_id=household.id,
        area_code=household.area_code,
        status=household.status,
        listed_on=_listed_on(household),
        risk_level=household.risk_level,
        coverages=household.coverages,
        tags=household.tags,
        self_care_grades=tuple(sorted(grades)),
        disability_grades=tuple(sorted(disabled)),
        serious_illness=ill,
        known_since=local_day(household.created_at),
        urgent_case=urgent_case or urgent_since is not None,
        urgent_since=urgent_since,
    )


def _listed_on(household: FiledHousehold) -> dt.date:
    """When the latest unbroken stretch of coverages began; the day of registration without any.

    A household that changes from one category to another without a gap is not newly admitted.
    """
    if len(household.coverages) == 1:
        return household.coverages[0].since
    began: dt.date | None = None
    covered_until = dt.date.min
    for coverage in sorted(household.coverages, key=lambda c: c.since):
        if began is None or coverage.since - ONE_DAY > covered_until:
            began = coverage.since
        covered_until = max(covered_until, coverage.until or dt.date.max)
    return began or local_day(household.created_at)


def visit_facts(visits: Iterable[VisitFields]) -> tuple[VisitFact, ...]:
    """Gather the facts of visits; the newest of every chain of corrections counts.

    It takes over the chain's first arrival: a later correction does not make an upload late.
    """
    chains: dict[str, list[VisitFields]] = {}
    for visit in visits:
        chains.setdefault(visit.root_id, []).append(visit)
    return tuple(fact for chain in chains.values() for fact in _chain_facts(chain))


def _chain_facts(chain: Sequence[VisitFields]) -> Iterator[VisitFact]:
    newest = max(chain, key=lambda visit: (visit.created_at, visit.id))
    arrivals = [visit.received_at for visit in chain if visit.received_at is not None]
    for visit in chain:
        yield VisitFact(
            visit_id=visit.id,
            household_id=visit.household_id,
            area_code=visit.area_code,
            mode=visit.mode,
            result=visit.result,
            state=visit.state,
            finished_at=visit.finished_at,
            received_at=min(arrivals, default=None) if visit is newest else visit.received_at,
            visitors=visit.visitors,
            day=local_day(visit.finished_at),
            superseded=visit is not newest,
            purpose=visit.purpose,
        )
