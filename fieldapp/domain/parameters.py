"""Every number and table a county may decide differently, with the defaults of the domain brief.

One Parameters value travels as one record (kind "parameters", bucket "ref"); device and server run
the same rules on the same value.
"""

import datetime as dt
import enum
from typing import Final

from pydantic import Field

from fieldapp.domain.records.base import RecordFields, Value, nested
from fieldapp.domain.records.clues import Urgency
from fieldapp.domain.records.households import (
    Category,
    HouseholdTag,
    ReviewClass,
    RiskLevel,
    SupportMode,
)
from fieldapp.domain.records.needs import NeedUrgency
from fieldapp.domain.records.persons import SelfCareGrade
from fieldapp.domain.records.reliefs import HardshipGrade
from fieldapp.domain.records.spot_checks import Population
from fieldapp.domain.records.visits import Mode


class PeriodUnit(enum.StrEnum):
    """Length of a visit period. Weeks run Monday to Sunday, the others follow the calendar (R4)."""

    WEEK = "WEEK"
    MONTH = "MONTH"
    QUARTER = "QUARTER"
    HALF_YEAR = "HALF_YEAR"
    YEAR = "YEAR"


PERIODS_PER_YEAR: Final = {
    PeriodUnit.WEEK: 52,
    PeriodUnit.MONTH: 12,
    PeriodUnit.QUARTER: 4,
    PeriodUnit.HALF_YEAR: 2,
    PeriodUnit.YEAR: 1,
}

ANY_BUT_NEIGHBOUR: Final = (Mode.ONSITE, Mode.PHONE, Mode.VIDEO, Mode.OFFICE, Mode.INSTITUTION)


class VisitMatch(Value):
    """Which households a visit rule is for: all given conditions hold; inside one, any value does.

    An empty condition is not asked. `disability_grades` and `serious_illness` look at living members.
    """

    risk_levels: tuple[RiskLevel, ...] = ()
    categories: tuple[Category, ...] = ()
    support_modes: tuple[SupportMode, ...] = ()
    self_care: tuple[SelfCareGrade, ...] = ()
    review_classes: tuple[ReviewClass, ...] = ()
    tags: tuple[HouseholdTag, ...] = ()
    disability_grades: tuple[int, ...] = ()
    serious_illness: bool = False
    urgent_case: bool = False


class VisitRule(Value):
    """How often a kind of household is to be visited.

    `modes` always count; `alternate_modes` count only if the counted visit before was ONSITE. Without any
    condition it is for every household; on the wire nothing is left of such a match.
    """

    id: str
    match: VisitMatch = VisitMatch()
    unit: PeriodUnit
    times: int = Field(default=1, ge=1, le=31)
    modes: tuple[Mode, ...] = (Mode.ONSITE,)
    alternate_modes: tuple[Mode, ...] = ()


class DatedVisitRules(Value):
    """A whole table of visit rules that holds from a day on, until the next one does."""

    valid_from: dt.date
    rules: tuple[VisitRule, ...]


ELDER_TAGS: Final = (HouseholdTag.ALONE_ELDER, HouseholdTag.EMPTY_NEST, HouseholdTag.LEFT_BEHIND_ELDER)
CHILD_TAGS: Final = (HouseholdTag.UNSUPPORTED_CHILD, HouseholdTag.LEFT_BEHIND_CHILD)


def _monthly(rule_id: str, match: VisitMatch) -> VisitRule:
    return VisitRule(id=rule_id, match=match, unit=PeriodUnit.MONTH, alternate_modes=(Mode.PHONE, Mode.VIDEO))


DEFAULT_VISIT_RULES: Final = (
    VisitRule(
        id="risk-high",
        match=VisitMatch(risk_levels=(RiskLevel.HIGH,)),
        unit=PeriodUnit.WEEK,
        alternate_modes=(Mode.VIDEO,),
    ),
    VisitRule(id="urgent-case", match=VisitMatch(urgent_case=True), unit=PeriodUnit.WEEK),
    *(
        VisitRule(
            id=f"tekun-{grade.lower()}",
            match=VisitMatch(
                categories=(Category.TEKUN,), support_modes=(SupportMode.SCATTERED,), self_care=(grade,)
            ),
            unit=unit,
            times=times,
        )
        for grade, unit, times in (
            (SelfCareGrade.NONE, PeriodUnit.WEEK, 1),
            (SelfCareGrade.PARTIAL, PeriodUnit.MONTH, 2),
            (SelfCareGrade.FULL, PeriodUnit.MONTH, 1),
        )
    ),
    _monthly("risk-medium", VisitMatch(risk_levels=(RiskLevel.MEDIUM,))),
    _monthly("anti-poverty", VisitMatch(categories=(Category.ANTI_POVERTY,))),
    _monthly("elders-children", VisitMatch(tags=ELDER_TAGS + CHILD_TAGS)),
    VisitRule(
        id="dibao-a-c",
        match=VisitMatch(categories=(Category.DIBAO,), review_classes=(ReviewClass.A, ReviewClass.C)),
        unit=PeriodUnit.QUARTER,
    ),
    VisitRule(id="disability-1-2", match=VisitMatch(disability_grades=(1, 2)), unit=PeriodUnit.QUARTER),
    VisitRule(id="serious-illness", match=VisitMatch(serious_illness=True), unit=PeriodUnit.QUARTER),
    VisitRule(
        id="dibao",
        match=VisitMatch(categories=(Category.DIBAO,)),
        unit=PeriodUnit.QUARTER,
        modes=ANY_BUT_NEIGHBOUR,
    ),
    VisitRule(
        id="risk-low",
        match=VisitMatch(risk_levels=(RiskLevel.LOW,)),
        unit=PeriodUnit.QUARTER,
        modes=ANY_BUT_NEIGHBOUR,
    ),
    VisitRule(
        id="margin-rigid-other",
        match=VisitMatch(categories=(Category.DIBAO_MARGIN, Category.RIGID_EXPENSE, Category.OTHER)),
        unit=PeriodUnit.HALF_YEAR,
        modes=ANY_BUT_NEIGHBOUR,
    ),
    VisitRule(
        id="tekun-central",
        match=VisitMatch(categories=(Category.TEKUN,), support_modes=(SupportMode.CENTRAL,)),
        unit=PeriodUnit.QUARTER,
        modes=(Mode.INSTITUTION,),
    ),
)
"""Table R4 of the domain brief."""


class RiskScale(Value):
    """How a scale of high-risk households is judged (R10), to check what its form calculates.

    `items` hold the points of each item's options in order ("a", "b", …); `urgent_flags` are the red
    flags that also call for an urgent report.
    """

    id: str
    items: dict[str, tuple[int, ...]]
    high_from: int
    medium_from: int
    unknown_option: str = "u"
    unknown_allowed: int = 4
    red_flags: tuple[str, ...] = ()
    urgent_flags: tuple[str, ...] = ()


_URGENT_FLAGS: Final = ("NO_BASICS", "UNTREATED", "HARM", "NO_CARER")
GX_1: Final = RiskScale(
    id="gx-1",
    items={
        "A1": (0, 3, 6), "A2": (0, 3, 6), "A3": (0, 2, 4), "A4": (0, 2, 4),
        "B1": (0, 4, 8), "B2": (0, 2, 6), "B3": (0, 2, 5), "B4": (0, 2, 5),
        "C1": (0, 3, 6), "C2": (0, 3, 6), "C3": (0, 3, 6),
        "D1": (0, 3, 6), "D2": (0, 2, 4), "D3": (0, 2, 4), "D4": (0, 1, 2),
        "E1": (0, 3, 6), "E2": (0, 2, 4), "E3": (0, 2, 4),
        "F1": (0, 1, 3), "F2": (0, 1, 3), "F3": (0, 1, 2),
    },
    high_from=45,
    medium_from=25,
    red_flags=(*_URGENT_FLAGS, "UNSAFE_HOUSE"),
    urgent_flags=_URGENT_FLAGS,
)  # fmt: skip
"""The default scale of R10; resources/forms/gx-1.xlsx asks its items."""


class AidStandard(Value):
    """The monthly subsistence standard of one person in fen, from a day on."""

    amount: int = Field(ge=0)
    since: dt.date


class TownLimit(Value):
    """Up to which amount (fen) the town of an area decides about relief, and when."""

    area_code: str
    amount: int = Field(ge=0)
    since: dt.date
    until: dt.date | None = None

    def holds_on(self, on: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class ReliefRules(Value):
    """Numbers of temporary relief (R17), amounts in fen. `papers_working_days` holds where the limits of R11
    set none."""

    standards: tuple[AidStandard, ...] = (AidStandard(amount=80_000, since=dt.date(2020, 1, 1)),)
    coefficients: dict[HardshipGrade, int] = Field(
        default={HardshipGrade.LIGHT: 1, HardshipGrade.MEDIUM: 2, HardshipGrade.HEAVY: 4}
    )
    cap_standards: int = 10
    town_limit: int = 200_000
    town_limits: tuple[TownLimit, ...] = ()
    papers_working_days: int = 5
    surveyors_min: int = 2


class ServiceRules(Value):
    """Numbers of referrals and partners (R24, S26)."""

    respond_working_days: int = 3
    partner_days_after_close: int = 30
    need_days: dict[NeedUrgency, int] = Field(
        default={NeedUrgency.NOW: 1, NeedUrgency.WITHIN_7D: 7, NeedUrgency.WITHIN_30D: 30}
    )


class SpotCheckRules(Value):
    """Numbers of spot checks (R14): rates per thousand of each town, the least drawn per town, and by how
    many working days after the checks the results are public."""

    rates: dict[Population, int] = Field(
        default={
            Population.HOUSEHOLDS: 100,
            Population.DECISIONS: 300,
            Population.VISITS: 50,
            Population.CONTRACTS: 1000,
        }
    )
    minimum: int = 2
    rectify_days: int = 30
    publish_working_days: int = 20


class BackCheckRules(Value):
    """Numbers of back-checks: by when they are made, and what is no difference yet."""

    due_working_days: int = 10
    share_percent: int = 5
    least_drawn: int = 2
    date_tolerance_days: int = 2
    count_tolerance: int = 1


class CalendarDayKind(enum.StrEnum):
    """What a day is that is not what its weekday says."""

    HOLIDAY = "HOLIDAY"
    WORKDAY = "WORKDAY"


class CalendarDay(Value):
    """A day of the county's calendar (R5), by a notice: it wins over what the program knows by itself."""

    day: dt.date
    kind: CalendarDayKind
    doc_no: str = Field(default="", max_length=60)


class PauseReason(enum.StrEnum):
    """Why a working-day clock may stand still (R5)."""

    SUPPLEMENT = "SUPPLEMENT"
    VERIFICATION_WAIT = "VERIFICATION_WAIT"
    OBJECTION = "OBJECTION"


class Limit(Value):
    """A limit: so many minutes by day and night, or, where `working_days` is not 0, so many working days."""

    minutes: int = Field(default=0, ge=0, le=60 * 24 * 366)
    working_days: int = Field(default=0, ge=0, le=366)


class ClueLimits(Value):
    """The limits of R11 for one urgency. `papers` counts from the day relief was given, None = the normal
    path; the first follow-up visit is due `follow_up_days` or `follow_up_months` after it, further ones
    every `follow_up_every_days` (0 = none)."""

    urgency: Urgency
    accept: Limit
    on_spot: Limit
    relief: Limit
    papers: Limit | None = None
    follow_up_days: int = Field(default=0, ge=0, le=366)
    follow_up_months: int = Field(default=0, ge=0, le=12)
    follow_up_every_days: int = Field(default=0, ge=0, le=366)
    night_rule: bool = False
    county_at_once: bool = False


DEFAULT_CLUE_LIMITS: Final = (
    ClueLimits(
        urgency=Urgency.L1,
        accept=Limit(minutes=30),
        on_spot=Limit(minutes=120),
        relief=Limit(minutes=120),  # at once: with those who are on the spot
        papers=Limit(working_days=5),
        follow_up_days=1,
        follow_up_every_days=7,
        county_at_once=True,
    ),
    ClueLimits(
        urgency=Urgency.L2,
        accept=Limit(minutes=120),
        on_spot=Limit(minutes=24 * 60),
        relief=Limit(minutes=24 * 60),
        papers=Limit(working_days=5),
        follow_up_days=3,
        follow_up_every_days=7,
        night_rule=True,
    ),
    ClueLimits(
        urgency=Urgency.L3,
        accept=Limit(working_days=1),
        on_spot=Limit(working_days=3),
        relief=Limit(working_days=10),
        follow_up_months=1,
    ),
)
"""Table R11 of the domain brief."""


class Parameters(Value):
    """A county's numbers. Lengths in the unit their name says."""

    visit_rules: tuple[VisitRule, ...] = DEFAULT_VISIT_RULES
    later_visit_rules: tuple[DatedVisitRules, ...] = ()
    """Tables that took the place of `visit_rules`, each from its day on."""
    due_soon_days: dict[PeriodUnit, int] = Field(
        default={
            PeriodUnit.WEEK: 2,
            PeriodUnit.MONTH: 7,
            PeriodUnit.QUARTER: 15,
            PeriodUnit.HALF_YEAR: 30,
            PeriodUnit.YEAR: 45,
        }
    )
    high_entry_days: int = 3
    new_household_working_days: int = 10
    exemption_max_days: int = 90
    unreachable_tries: int = 3
    unreachable_days: int = 10
    review_class_months: dict[ReviewClass, int] = Field(
        default={ReviewClass.A: 12, ReviewClass.B: 12, ReviewClass.C: 6}
    )
    """Cycle of the periodic review of 低保 by class (R16); without a class `review_months` holds."""
    review_months: dict[Category, int] = Field(
        default={Category.DIBAO: 12, Category.TEKUN: 12, Category.DIBAO_MARGIN: 12}
    )
    """Cycle by category. What is not named is reviewed at its end only, if at all."""
    review_warn_days: int = 30
    backfill_hours: int = 48
    timely_upload_hours: int = 72
    visit_min_minutes: int = 1
    visit_max_hours: int = 8
    narrative_min_chars: int = 10
    narrative_min_phrases: int = 2
    photo_long_side_px: int = 1600
    photo_quality: int = 80
    photo_max_bytes: int = 2_000_000
    photos_max: int = 9
    phash_near_bits: int = 5
    camera_time_off_hours: int = 24
    far_from_home_m: int = 500
    staged_minutes: int = 15
    staged_m: int = 50
    staged_households: int = 3
    travel_most_kmh: int = 120
    travel_least_m: int = 3000
    copied_least_chars: int = 40
    copied_households: int = 3
    copied_days: int = 30
    stale_banner_days: int = 7
    stale_lock_days: int = 30
    reveal_seconds: int = 30
    auto_lock_minutes: int = 10
    device_visit_months: int = 24
    device_photo_days: int = 30
    """How long a photo stays on a device after the server has proved that it holds it."""
    risk_scales: tuple[RiskScale, ...] = (GX_1,)
    risk_due_days: dict[RiskLevel, int] = Field(
        default={RiskLevel.HIGH: 30, RiskLevel.MEDIUM: 90, RiskLevel.LOW: 180}
    )
    risk_provisional_days: int = 14
    risk_due_soon_days: int = 7
    assessors_min: int = 2
    relief: ReliefRules = ReliefRules()
    services: ServiceRules = ServiceRules()
    spot_checks: SpotCheckRules = SpotCheckRules()
    back_checks: BackCheckRules = BackCheckRules()
    calendar: tuple[CalendarDay, ...] = ()
    pause_max_working_days: int = 15
    extension_working_days: int = 10
    clue_limits: tuple[ClueLimits, ...] = DEFAULT_CLUE_LIMITS
    clue_night_from_hour: int = 22
    clue_night_until_hour: int = 7
    clue_night_accept_hour: int = 8
    clue_escalation_percents: tuple[int, int, int] = (50, 100, 150)
    clue_reopen_days: int = 90
    urgent_visit_hours: int = 24
    clue_duplicate_hours: int = 72
    clue_near_m: int = 300
    clock_tolerance_minutes: int = 5
    demo_numbers_allowed: bool = False
    """Accept the unallocated demo prefix 341789 and `100` phones; true only in DEMO and PRACTICE data."""


class ParametersFields(RecordFields):
    """The record that carries a county's Parameters; its id is always "county"."""

    parameters: Parameters = nested(Parameters, Parameters)
