"""Households: one file per household (domain brief 4.3)."""

import datetime as dt
import enum

from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, day, instant, nested


class HukouKind(enum.StrEnum):
    """Registration kind."""

    RURAL = "RURAL"
    URBAN = "URBAN"


class HouseKind(enum.StrEnum):
    """What the family lives in."""

    OWN_BRICK = "OWN_BRICK"
    OWN_BRICKWOOD = "OWN_BRICKWOOD"
    OWN_EARTH = "OWN_EARTH"
    FLAT = "FLAT"
    RENT = "RENT"
    BORROW = "BORROW"
    PUBLIC_RENT = "PUBLIC_RENT"
    INSTITUTION = "INSTITUTION"
    OTHER = "OTHER"


class HouseSafety(enum.StrEnum):
    """Grade of the official house-safety appraisal."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    UNKNOWN = "UNKNOWN"


class MainCause(enum.StrEnum):
    """Why the family is in hardship."""

    ILLNESS = "ILLNESS"
    DISABILITY = "DISABILITY"
    SCHOOL = "SCHOOL"
    DISASTER = "DISASTER"
    ACCIDENT = "ACCIDENT"
    OLD_AGE = "OLD_AGE"
    LACK_LABOUR = "LACK_LABOUR"
    JOBLESS = "JOBLESS"
    NO_SUPPORT = "NO_SUPPORT"
    OTHER = "OTHER"


class RiskLevel(enum.StrEnum):
    """Set by an assessment only (R10)."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    NONE = "NONE"


class Category(enum.StrEnum):
    """The six low-income categories, in the order in which a label is chosen (R25)."""

    TEKUN = "TEKUN"
    DIBAO = "DIBAO"
    DIBAO_MARGIN = "DIBAO_MARGIN"
    RIGID_EXPENSE = "RIGID_EXPENSE"
    ANTI_POVERTY = "ANTI_POVERTY"
    OTHER = "OTHER"


class CoverageKind(enum.StrEnum):
    """Whole household or single persons of it (整户保 / 单人户保)."""

    HOUSEHOLD = "HOUSEHOLD"
    SINGLE = "SINGLE"


class SupportMode(enum.StrEnum):
    """Where a destitute person is supported (集中 / 分散供养)."""

    CENTRAL = "CENTRAL"
    SCATTERED = "SCATTERED"


class ReviewClass(enum.StrEnum):
    """Periodic review class (R16)."""

    A = "A"
    B = "B"
    C = "C"


class HouseholdTag(enum.StrEnum):
    """Special groups a household belongs to."""

    ALONE_ELDER = "ALONE_ELDER"
    EMPTY_NEST = "EMPTY_NEST"
    LEFT_BEHIND_ELDER = "LEFT_BEHIND_ELDER"
    LEFT_BEHIND_CHILD = "LEFT_BEHIND_CHILD"
    UNSUPPORTED_CHILD = "UNSUPPORTED_CHILD"
    SINGLE_PARENT = "SINGLE_PARENT"
    LOST_ONLY_CHILD = "LOST_ONLY_CHILD"
    VETERAN = "VETERAN"
    RELEASED = "RELEASED"
    OTHER = "OTHER"


class HouseholdStatus(enum.StrEnum):
    """PENDING (待核实) is a household registered on the spot and not yet confirmed by the town."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    MOVED = "MOVED"
    CLOSED = "CLOSED"
    MERGED = "MERGED"


class Coverage(Value):
    """One recognised entitlement; money in fen per month."""

    category: Category
    coverage: CoverageKind = CoverageKind.HOUSEHOLD
    person_ids: tuple[str, ...] = ()
    since: dt.date
    until: dt.date | None = None
    monthly_amount_fen: int = 0
    support_mode: SupportMode | None = None
    review_class: ReviewClass | None = None
    next_review: dt.date | None = None
    decision_ref: str = ""

    def open_on(self, on: dt.date) -> bool:
        """Whether the entitlement runs on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class HouseholdFields(RecordFields):
    """A household. Position is WGS-84 in degrees. Counts of members are derived, never stored."""

    household_no: str = Field(default="", max_length=20)
    head_person_id: str | None = Field(default=None, max_length=64)
    contact_person_id: str | None = Field(default=None, max_length=64)
    head_name: str = Field(max_length=50)
    area_code: str = Field(min_length=12, max_length=15)
    group_name: str = Field(default="", max_length=30)
    address: str = Field(default="", max_length=200)
    registered_address: str = Field(default="", max_length=200)
    hukou_kind: HukouKind | None = code(HukouKind, None)
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    house_kind: HouseKind | None = code(HouseKind, None)
    house_safety: HouseSafety = code(HouseSafety, HouseSafety.UNKNOWN)
    main_causes: tuple[MainCause, ...] = nested(tuple[MainCause, ...], tuple)
    risk_level: RiskLevel = code(RiskLevel, RiskLevel.NONE)
    risk_assessment_id: str | None = Field(default=None, max_length=64)
    risk_next_due: dt.date | None = day(None)
    risk_since: dt.date | None = day(None)
    coverages: tuple[Coverage, ...] = nested(tuple[Coverage, ...], tuple)
    tags: tuple[HouseholdTag, ...] = nested(tuple[HouseholdTag, ...], tuple)
    consent_notice_at: Instant | None = instant(None)
    status: HouseholdStatus = code(HouseholdStatus, HouseholdStatus.ACTIVE)
    merged_into: str | None = Field(default=None, max_length=64)
    remark: str = Field(default="", max_length=500)
