"""Persons: members of a household (domain brief 4.4)."""

import datetime as dt
import enum

from sqlmodel import Field

from fieldapp.domain.records.base import RecordFields, Value, code, day, nested


class IdType(enum.StrEnum):
    """Kind of identity document."""

    RESIDENT_ID = "RESIDENT_ID"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT"
    HOUSEHOLD_BOOK = "HOUSEHOLD_BOOK"
    BIRTH_CERT = "BIRTH_CERT"
    NONE = "NONE"


class Sex(enum.StrEnum):
    """Sex as in the ID number."""

    MALE = "MALE"
    FEMALE = "FEMALE"


class Relation(enum.StrEnum):
    """Relation to the head of household."""

    SELF = "SELF"
    SPOUSE = "SPOUSE"
    SON = "SON"
    DAUGHTER = "DAUGHTER"
    GRANDCHILD = "GRANDCHILD"
    PARENT = "PARENT"
    GRANDPARENT = "GRANDPARENT"
    SIBLING = "SIBLING"
    DAUGHTER_IN_LAW = "DAUGHTER_IN_LAW"
    SON_IN_LAW = "SON_IN_LAW"
    OTHER = "OTHER"
    NON_KIN = "NON_KIN"


class NotCountedReason(enum.StrEnum):
    """Why a member is not counted as living together."""

    RELIGIOUS_3Y = "RELIGIOUS_3Y"
    PRISON = "PRISON"
    DRUG_REHAB = "DRUG_REHAB"
    MISSING = "MISSING"
    INDEPENDENT = "INDEPENDENT"
    OTHER = "OTHER"


class Marital(enum.StrEnum):
    """Marital state."""

    SINGLE = "SINGLE"
    MARRIED = "MARRIED"
    DIVORCED = "DIVORCED"
    WIDOWED = "WIDOWED"


class Education(enum.StrEnum):
    """Highest schooling."""

    ILLITERATE = "ILLITERATE"
    PRIMARY = "PRIMARY"
    JUNIOR = "JUNIOR"
    SENIOR = "SENIOR"
    VOCATIONAL = "VOCATIONAL"
    COLLEGE = "COLLEGE"
    BACHELOR = "BACHELOR"


class Labour(enum.StrEnum):
    """Ability to work."""

    ABLE = "ABLE"
    WEAK = "WEAK"
    LOST = "LOST"
    MINOR = "MINOR"
    OLD = "OLD"


class Job(enum.StrEnum):
    """What the person does."""

    EMPLOYED = "EMPLOYED"
    FARMING = "FARMING"
    FLEXIBLE = "FLEXIBLE"
    PUBLIC_POST = "PUBLIC_POST"
    UNEMPLOYED = "UNEMPLOYED"
    STUDENT = "STUDENT"
    RETIRED = "RETIRED"
    NONE = "NONE"


class Health(enum.StrEnum):
    """State of health; several may hold."""

    HEALTHY = "HEALTHY"
    CHRONIC = "CHRONIC"
    SERIOUS = "SERIOUS"
    DISABLED = "DISABLED"
    WEAK = "WEAK"


class Illness(enum.StrEnum):
    """Chronic and serious illnesses."""

    HYPERTENSION = "HYPERTENSION"
    DIABETES = "DIABETES"
    HEART = "HEART"
    STROKE = "STROKE"
    COPD = "COPD"
    KIDNEY = "KIDNEY"
    CANCER = "CANCER"
    MENTAL = "MENTAL"
    ARTHRITIS = "ARTHRITIS"
    HEPATITIS = "HEPATITIS"
    EPILEPSY = "EPILEPSY"
    DEMENTIA = "DEMENTIA"
    OTHER = "OTHER"


class DisabilityType(enum.StrEnum):
    """GB/T 26341."""

    VISUAL = "1"
    HEARING = "2"
    SPEECH = "3"
    LIMB = "4"
    INTELLECTUAL = "5"
    MENTAL = "6"
    MULTIPLE = "7"


class SelfCareGrade(enum.StrEnum):
    """Self-care grade (R9)."""

    FULL = "FULL"
    PARTIAL = "PARTIAL"
    NONE = "NONE"


class SelfCare(Value):
    """The six abilities of R9; None where not assessed."""

    eat: bool | None = None
    dress: bool | None = None
    bed: bool | None = None
    toilet: bool | None = None
    walk: bool | None = None
    bathe: bool | None = None
    grade: SelfCareGrade | None = None
    assessed_on: dt.date | None = None


class CarerKind(enum.StrEnum):
    """Who looks after the person."""

    FAMILY = "FAMILY"
    NEIGHBOUR = "NEIGHBOUR"
    VILLAGE = "VILLAGE"
    INSTITUTION = "INSTITUTION"
    NONE = "NONE"


class PhoneOwner(enum.StrEnum):
    """Whose phone it is."""

    SELF = "SELF"
    CHILD = "CHILD"
    NEIGHBOUR = "NEIGHBOUR"
    VILLAGE = "VILLAGE"


class PersonStatus(enum.StrEnum):
    """Whether the person is there."""

    ALIVE = "ALIVE"
    DEAD = "DEAD"
    MISSING = "MISSING"
    MOVED = "MOVED"


class PersonFields(RecordFields):
    """A member of a household. `id_number` is normalised (R1) and sensitive (P3)."""

    household_id: str = Field(max_length=64)
    name: str = Field(min_length=1, max_length=50)
    name_alias: str = Field(default="", max_length=50)
    id_type: IdType = code(IdType, IdType.RESIDENT_ID)
    id_number: str = Field(default="", max_length=30)
    id_converted: bool = False
    sex: Sex | None = code(Sex, None)
    birth_date: dt.date | None = day(None)
    ethnicity: str = Field(default="01", max_length=2)
    relation_to_head: Relation = code(Relation, Relation.OTHER)
    counted: bool = True
    not_counted_reason: NotCountedReason | None = code(NotCountedReason, None)
    marital: Marital | None = code(Marital, None)
    education: Education | None = code(Education, None)
    labour: Labour | None = code(Labour, None)
    job: Job | None = code(Job, None)
    health: tuple[Health, ...] = nested(tuple[Health, ...], tuple)
    chronic: tuple[Illness, ...] = nested(tuple[Illness, ...], tuple)
    serious_illness: tuple[Illness, ...] = nested(tuple[Illness, ...], tuple)
    illness_note: str = Field(default="", max_length=200)
    disability_type: DisabilityType | None = code(DisabilityType, None)
    disability_grade: int | None = Field(default=None, ge=1, le=4)
    disability_cert: str = Field(default="", max_length=24)
    self_care: SelfCare | None = nested(SelfCare | None, lambda: None)
    carer_name: str = Field(default="", max_length=50)
    carer_phone: str = Field(default="", max_length=20)
    carer_kind: CarerKind | None = code(CarerKind, None)
    phone: str = Field(default="", max_length=20)
    phone_owner: PhoneOwner | None = code(PhoneOwner, None)
    bank_name: str = Field(default="", max_length=50)
    bank_account: str = Field(default="", max_length=30)
    status: PersonStatus = code(PersonStatus, PersonStatus.ALIVE)
    death_date: dt.date | None = day(None)
