"""Visits: what was found at the door (domain brief 4.6 and paper form 6.1).

A submitted visit is never overwritten. A correction is a new visit whose `amends` names the one it
replaces and whose `root_id` names the first of the chain; the newest of a chain counts.
"""

import datetime as dt
import enum
from typing import Final

from pydantic import Field as ValueField
from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, Value, code, instant, nested


class Purpose(enum.StrEnum):
    """Why the visit was made."""

    ROUTINE = "ROUTINE"
    NEW_CLUE = "NEW_CLUE"
    APPLICATION = "APPLICATION"
    REVIEW = "REVIEW"
    ASSESSMENT = "ASSESSMENT"
    ALERT = "ALERT"
    RELIEF = "RELIEF"
    SWEEP = "SWEEP"
    FESTIVAL = "FESTIVAL"
    SPOT_CHECK = "SPOT_CHECK"


class Mode(enum.StrEnum):
    """How contact was made."""

    ONSITE = "ONSITE"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    NEIGHBOUR = "NEIGHBOUR"
    OFFICE = "OFFICE"
    INSTITUTION = "INSTITUTION"


class Result(enum.StrEnum):
    """What came of it."""

    NORMAL = "NORMAL"
    CHANGED = "CHANGED"
    NEED = "NEED"
    URGENT = "URGENT"
    NOT_HOME = "NOT_HOME"
    REFUSED = "REFUSED"
    UNREACHABLE = "UNREACHABLE"


NOBODY_MET = (Result.NOT_HOME, Result.REFUSED, Result.UNREACHABLE)
"""Results of an attempt that is no valid visit (R4)."""


class LivingGrade(enum.StrEnum):
    """Grade of one living condition."""

    OK = "OK"
    POOR = "POOR"
    BAD = "BAD"
    NA = "NA"


class LivingItem(enum.StrEnum):
    """Living conditions looked at in every visit."""

    FOOD = "FOOD"
    CLOTHES = "CLOTHES"
    HEATING = "HEATING"
    WATER = "WATER"
    POWER = "POWER"
    FIRE = "FIRE"
    HOUSE = "HOUSE"


class Mood(enum.StrEnum):
    """State of mind as seen."""

    OK = "OK"
    LOW = "LOW"
    ABNORMAL = "ABNORMAL"


class YesNoUnknown(enum.StrEnum):
    """Answer that may be unknown."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Trend(enum.StrEnum):
    """Change of income or expenses since the last visit."""

    SAME = "SAME"
    UP = "UP"
    DOWN = "DOWN"


class CarerDuty(enum.StrEnum):
    """Whether the carer does what was agreed."""

    GOOD = "GOOD"
    PARTLY = "PARTLY"
    BAD = "BAD"
    NO_CARER = "NO_CARER"


class Findings(Value):
    """What was seen and heard; free texts up to 500 characters each."""

    living: dict[LivingItem, LivingGrade] = ValueField(default_factory=dict)
    mood: Mood | None = None
    carer_present: YesNoUnknown | None = None
    carer_duty: CarerDuty | None = None
    money_received: YesNoUnknown | None = None
    at_home_count: int | None = ValueField(default=None, ge=0, le=30)
    health_note: str = ValueField(default="", max_length=500)
    work_note: str = ValueField(default="", max_length=500)
    income_change: Trend | None = None
    income_note: str = ValueField(default="", max_length=500)
    expense_change: Trend | None = None
    expense_note: str = ValueField(default="", max_length=500)
    policies_note: str = ValueField(default="", max_length=500)
    difficulties: str = ValueField(default="", max_length=500)
    actions_taken: str = ValueField(default="", max_length=500)
    next_steps: str = ValueField(default="", max_length=500)
    next_steps_owner: str = ValueField(default="", max_length=50)
    urgent_clue: bool = False


class ChangeKind(enum.StrEnum):
    """What changed in the family since the file was written."""

    MEMBER = "MEMBER"
    INCOME = "INCOME"
    ASSET = "ASSET"
    HEALTH = "HEALTH"
    HOUSE = "HOUSE"
    CARER = "CARER"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    DEATH = "DEATH"


class FamilyChange(Value):
    """A change told by the family, in words."""

    kind: ChangeKind
    old: str = ValueField(default="", max_length=200)
    new: str = ValueField(default="", max_length=200)


class NeedKind(enum.StrEnum):
    """Service needs (domain brief 4.13)."""

    CARE = "CARE"
    REHAB = "REHAB"
    ESCORT = "ESCORT"
    INCLUSION = "INCLUSION"
    CAPACITY = "CAPACITY"
    COUNSEL = "COUNSEL"
    LINK = "LINK"
    JOB = "JOB"
    HOUSING = "HOUSING"
    EDU = "EDU"
    LEGAL = "LEGAL"
    MEAL = "MEAL"
    AID_DEVICE = "AID_DEVICE"
    GOODS = "GOODS"
    POLICY = "POLICY"
    OTHER = "OTHER"


class Satisfaction(enum.StrEnum):
    """What the family says of the service; refusing is allowed and counted apart."""

    VERY = "VERY"
    OK = "OK"
    NO = "NO"
    REFUSED = "REFUSED"


class PhotoKind(enum.StrEnum):
    """What a photo shows."""

    DOOR = "DOOR"
    PERSON = "PERSON"
    HOUSE = "HOUSE"
    KITCHEN = "KITCHEN"
    MEDICAL = "MEDICAL"
    NOTICE = "NOTICE"
    RECEIPT = "RECEIPT"
    OTHER = "OTHER"


class PhotoOrigin(enum.StrEnum):
    """Where the picture came from; album and paste are allowed and flagged (R18)."""

    CAMERA = "CAMERA"
    FILE = "FILE"
    PASTE = "PASTE"


FINGERPRINT_PATTERN: Final = r"^([0-9a-f]{176}[A-Za-z0-9+/]{2304})?$"
"""Hashes and shades of a picture, as rules.picture_print writes them."""


class UsedBefore(Value):
    """An earlier photo that a photo is (`same`: one file) or was made of, and the day of its visit."""

    visit_id: str
    sha256: str = ValueField(pattern=r"^[0-9a-f]{64}$")
    day: dt.date
    same: bool = False


class Photo(Value):
    """A photo by content: `sha256` of the stored bytes names the blob; `phash` is 16 hex digits. Its small
    picture for lists is a blob of its own; photos of older programs have none. `fingerprint` is what it is
    known again by (rules.picture_print), `source_sha256` names the file it was made of."""

    kind: PhotoKind
    sha256: str = ValueField(pattern=r"^[0-9a-f]{64}$")
    mime: str = "image/jpeg"
    size: int = ValueField(ge=1)
    width: int = ValueField(ge=1)
    height: int = ValueField(ge=1)
    taken_at: Instant | None = None
    origin: PhotoOrigin
    phash: str = ValueField(default="", pattern=r"^([0-9a-f]{16})?$")
    fingerprint: str = ValueField(default="", pattern=FINGERPRINT_PATTERN)
    source_sha256: str = ValueField(default="", pattern=r"^([0-9a-f]{64})?$")
    used_before: UsedBefore | None = None
    thumbnail_sha256: str = ValueField(default="", pattern=r"^([0-9a-f]{64})?$")
    thumbnail_size: int | None = ValueField(default=None, ge=1)
    watermark: str = ""
    lat: float | None = None
    lon: float | None = None


class Attestation(enum.StrEnum):
    """How the visited person confirmed the record."""

    SIGNED = "SIGNED"
    FINGERPRINT = "FINGERPRINT"
    ILLITERATE_WITNESS = "ILLITERATE_WITNESS"
    REFUSED = "REFUSED"
    NOT_NEEDED = "NOT_NEEDED"


class Signature(Value):
    """Attestation with its evidence: picture and strokes are blobs by content hash."""

    attestation: Attestation
    image_sha256: str = ValueField(default="", pattern=r"^([0-9a-f]{64})?$")
    image_size: int = ValueField(default=0, ge=0)
    strokes_sha256: str = ValueField(default="", pattern=r"^([0-9a-f]{64})?$")
    strokes_size: int = ValueField(default=0, ge=0)
    signed_at: Instant | None = None
    witness_name: str = ValueField(default="", max_length=50)
    reason: str = ValueField(default="", max_length=200)


class PositionSource(enum.StrEnum):
    """Where a position came from."""

    GPS = "GPS"
    NET = "NET"
    MANUAL = "MANUAL"
    NONE = "NONE"


class Location(Value):
    """Position of the visit, WGS-84 degrees; with source NONE `reason` says why there is none (R19)."""

    source: PositionSource
    lat: float | None = ValueField(default=None, ge=-90, le=90)
    lon: float | None = ValueField(default=None, ge=-180, le=180)
    accuracy_m: float | None = ValueField(default=None, ge=0)
    distance_to_home_m: float | None = ValueField(default=None, ge=0)
    reason: str = ValueField(default="", max_length=200)


class VisitState(enum.StrEnum):
    """States a stored visit can have. Drafts are not visits yet; "synced" is known from the outbox."""

    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    VOID = "VOID"


class VisitFields(RecordFields):
    """One visit or one attempt of a visit. `received_at` is set by the server alone."""

    household_id: str = Field(max_length=64)
    area_code: str = Field(min_length=12, max_length=15)
    purpose: Purpose = code(Purpose, Purpose.ROUTINE)
    mode: Mode = code(Mode, Mode.ONSITE)
    result: Result = code(Result)
    started_at: Instant = instant()
    finished_at: Instant = instant()
    backfilled: bool = False
    visitors: tuple[str, ...] = nested(tuple[str, ...], tuple)
    persons_seen: tuple[str, ...] = nested(tuple[str, ...], tuple)
    findings: Findings = nested(Findings, Findings)
    changes: tuple[FamilyChange, ...] = nested(tuple[FamilyChange, ...], tuple)
    needs: tuple[NeedKind, ...] = nested(tuple[NeedKind, ...], tuple)
    narrative: str = Field(default="", max_length=2000)
    phrases: tuple[str, ...] = nested(tuple[str, ...], tuple)
    satisfaction: Satisfaction | None = code(Satisfaction, None)
    suggestion: str = Field(default="", max_length=500)
    photos: tuple[Photo, ...] = nested(tuple[Photo, ...], tuple)
    no_photo_reason: str = Field(default="", max_length=200)
    signature: Signature | None = nested(Signature | None, lambda: None)
    location: Location | None = nested(Location | None, lambda: None)
    flags: tuple[str, ...] = nested(tuple[str, ...], tuple)
    flag_reason: str = Field(default="", max_length=300)
    remark: str = Field(default="", max_length=500)
    amends: str | None = Field(default=None, max_length=64)
    root_id: str = Field(max_length=64)
    amend_reason: str = Field(default="", max_length=200)
    state: VisitState = code(VisitState, VisitState.SUBMITTED)
    state_reason: str = Field(default="", max_length=500)
    received_at: Instant | None = instant(None)
