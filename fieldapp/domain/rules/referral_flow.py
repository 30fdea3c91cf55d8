"""How a need for a service goes on (R24; domain layer).

OPEN → REFERRED (with consent) → ACCEPTED or DECLINED (in so many working days; silence puts it back)
→ IN_SERVICE → DONE (rated) or UNMET. A need without a referral is settled by ourselves or given up. What
the tables do not list is refused.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.needs import (
    NeedStatus,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.rules.working_days import calendar_of

_R, _A, _N = ReferralStatus, ReferralAction, NeedStatus
REFERRAL_TRANSITIONS: Final[dict[tuple[ReferralStatus, ReferralAction], ReferralStatus]] = {
    (_R.REFERRED, _A.ACCEPT): _R.ACCEPTED,
    (_R.REFERRED, _A.DECLINE): _R.DECLINED,
    (_R.REFERRED, _A.EXPIRE): _R.EXPIRED,
    (_R.REFERRED, _A.UNMET): _R.UNMET,
    (_R.ACCEPTED, _A.START): _R.IN_SERVICE,
    (_R.ACCEPTED, _A.UNMET): _R.UNMET,
    (_R.IN_SERVICE, _A.LOG): _R.IN_SERVICE,
    (_R.IN_SERVICE, _A.DELIVER): _R.DELIVERED,
    (_R.IN_SERVICE, _A.UNMET): _R.UNMET,
    (_R.DELIVERED, _A.RATE): _R.DONE,
}
"""What may follow what for a referral. Everything else is refused."""
NEED_TRANSITIONS: Final[dict[tuple[NeedStatus, ReferralAction], NeedStatus]] = {
    (_N.OPEN, _A.SETTLE): _N.DONE,
    (_N.OPEN, _A.GIVE_UP): _N.UNMET,
}
"""What may follow for a need that no organisation has."""
NEED_AFTER: Final = {
    _R.REFERRED: _N.REFERRED,
    _R.ACCEPTED: _N.ACCEPTED,
    _R.DECLINED: _N.OPEN,
    _R.EXPIRED: _N.OPEN,
    _R.IN_SERVICE: _N.IN_SERVICE,
    _R.DELIVERED: _N.IN_SERVICE,
    _R.DONE: _N.DONE,
    _R.UNMET: _N.UNMET,
}
"""How a need stands while its referral stands so."""
CLOSED: Final = frozenset({_R.DECLINED, _R.EXPIRED, _R.DONE, _R.UNMET})
NEED_CLOSED: Final = frozenset({_N.DONE, _N.UNMET})


class StepBy(enum.StrEnum):
    """Who takes a step: the organisation, those who care for the household, or the server's clock."""

    PARTNER = "PARTNER"
    OFFICE = "OFFICE"
    SERVER = "SERVER"


TAKEN_BY: Final[dict[ReferralAction, frozenset[StepBy]]] = {
    _A.ACCEPT: frozenset({StepBy.PARTNER}),
    _A.DECLINE: frozenset({StepBy.PARTNER}),
    _A.START: frozenset({StepBy.PARTNER}),
    _A.LOG: frozenset({StepBy.PARTNER}),
    _A.DELIVER: frozenset({StepBy.PARTNER}),
    _A.EXPIRE: frozenset({StepBy.SERVER}),
    _A.UNMET: frozenset({StepBy.PARTNER, StepBy.OFFICE}),
    _A.RATE: frozenset({StepBy.OFFICE}),
    _A.SETTLE: frozenset({StepBy.OFFICE}),
    _A.GIVE_UP: frozenset({StepBy.OFFICE}),
}
PERMISSION_FOR: Final[dict[ReferralAction, Permission]] = {
    _A.RATE: Permission.ADD_NEED,
    _A.UNMET: Permission.REFER_NEED,
    _A.SETTLE: Permission.REFER_NEED,
    _A.GIVE_UP: Permission.REFER_NEED,
}
"""What a step of the office asks for in the household's area."""
_WITH_NOTE: Final = frozenset({_A.DECLINE, _A.UNMET, _A.GIVE_UP, _A.SETTLE, _A.DELIVER, _A.LOG})


@dataclass(frozen=True, slots=True)
class ReferralStanding:
    """How a referral stands after some steps; names as its server fields."""

    status: ReferralStatus = ReferralStatus.REFERRED
    logged: int = 0
    result: str = ""
    rating: int | None = None
    closed_at: dt.datetime | None = None
    steps_taken: int = 0


@dataclass(frozen=True, slots=True)
class NeedStanding:
    """How a need stands; names as its server fields."""

    status: NeedStatus = NeedStatus.OPEN
    referral_id: str | None = None
    result: str = ""
    closed_at: dt.datetime | None = None


REFERRAL_FIELDS: Final = tuple(ReferralStanding.__dataclass_fields__)
NEED_FIELDS: Final = tuple(NeedStanding.__dataclass_fields__)


def referral_standing(referral: ReferralFields) -> ReferralStanding:
    """How a referral stands by its own fields."""
    values: dict[str, Any] = {name: getattr(referral, name) for name in REFERRAL_FIELDS}
    return ReferralStanding(**values)


def need_standing(need: ServiceNeedFields) -> NeedStanding:
    """How a need stands by its own fields."""
    values: dict[str, Any] = {name: getattr(need, name) for name in NEED_FIELDS}
    return NeedStanding(**values)


def check_referral(need: ServiceNeedFields) -> None:
    """Whether a need may be handed to an organisation. Raises NotAllowedError consent_required,
    need_not_open."""
    if not need.consent_to_share:
        raise NotAllowedError("consent_required")
    if need.status is not NeedStatus.OPEN:
        raise NotAllowedError("need_not_open", status=need.status)


def respond_due(referral: ReferralFields, parameters: Parameters) -> dt.date:
    """The last day on which the organisation may answer."""
    days = parameters.services.respond_working_days
    return calendar_of(parameters).add(local_day(referral.sent_at), days)


def advance_referral(standing: ReferralStanding, step: ReferralStepFields) -> ReferralStanding:
    """How a referral stands after a step.

    Raises NotAllowedError("referral_step_not_possible"); RuleError reason_required, rating_required,
    service_day_required.
    """
    after = REFERRAL_TRANSITIONS.get((standing.status, step.action))
    if after is None:
        raise NotAllowedError("referral_step_not_possible", status=standing.status, action=step.action)
    _check_step(step)
    changed: dict[str, Any] = {}
    if step.action is ReferralAction.LOG:
        changed["logged"] = standing.logged + 1
    elif step.action is ReferralAction.RATE:
        changed["rating"] = step.rating
    elif step.note:
        changed["result"] = step.note
    if after in CLOSED:
        changed["closed_at"] = step.at
    return replace(standing, status=after, steps_taken=standing.steps_taken + 1, **changed)


def advance_need(standing: NeedStanding, step: ReferralStepFields) -> NeedStanding:
    """How a need without a referral stands after a step. Raises as advance_referral."""
    after = NEED_TRANSITIONS.get((standing.status, step.action))
    if after is None:
        raise NotAllowedError("referral_step_not_possible", status=standing.status, action=step.action)
    _check_step(step)
    return replace(standing, status=after, result=step.note, closed_at=step.at)


def need_with(referral_id: str, referral: ReferralStanding) -> NeedStanding:
    """How a need stands because of its latest referral."""
    status = NEED_AFTER[referral.status]
    if status is NeedStatus.OPEN:
        return NeedStanding(referral_id=referral_id)
    closed_at = referral.closed_at if status in NEED_CLOSED else None
    return NeedStanding(status, referral_id, referral.result, closed_at)


def _check_step(step: ReferralStepFields) -> None:
    if step.action in _WITH_NOTE and not step.note.strip():
        raise RuleError("reason_required", "note")
    if step.action is ReferralAction.RATE and step.rating is None:
        raise RuleError("rating_required", "rating")
    if step.action is ReferralAction.LOG and step.served_on is None:
        raise RuleError("service_day_required", "served_on")


def needs_note(action: ReferralAction) -> bool:
    """Whether a step asks for words."""
    return action in _WITH_NOTE


def actions_from(status: ReferralStatus, by: StepBy) -> tuple[ReferralAction, ...]:
    """What somebody could do next about a referral."""
    return tuple(
        action for before, action in REFERRAL_TRANSITIONS if before is status and by in TAKEN_BY[action]
    )


def partner_sees(referral: ReferralFields, today: dt.date, parameters: Parameters) -> bool:
    """Whether the organisation may still see the person: while it is asked or serves, and so many days
    after its closing. What it declined or let pass is not shown any longer."""
    if referral.status in (ReferralStatus.DECLINED, ReferralStatus.EXPIRED):
        return False
    if referral.closed_at is None:
        return True
    last = local_day(referral.closed_at) + dt.timedelta(days=parameters.services.partner_days_after_close)
    return today <= last


def accepted(steps: Iterable[ReferralStepFields]) -> list[ReferralStepFields]:
    """The steps the server accepted, in its order."""
    return sorted((step for step in steps if step.seq > 0), key=lambda step: step.seq)
