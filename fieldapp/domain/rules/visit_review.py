"""Which steps a supervisor may take with a visit, and how two versions of one differ (R24; domain layer)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.visit_reviews import ReviewAct, VisitReviewFields
from fieldapp.domain.records.visits import Findings, LivingItem, VisitFields, VisitState

STEPS: Final[Mapping[tuple[VisitState, ReviewAct], VisitState]] = MappingProxyType(
    {
        (VisitState.SUBMITTED, ReviewAct.APPROVE): VisitState.SUBMITTED,
        (VisitState.SUBMITTED, ReviewAct.RETURN): VisitState.RETURNED,
        (VisitState.SUBMITTED, ReviewAct.VOID): VisitState.VOID,
    }
)
"""The visit's next state. What is not listed is refused; a returned visit is sent again by its author only,
as a correction, which is a visit of its own."""

PERMISSION_OF: Final[Mapping[ReviewAct, Permission]] = MappingProxyType(
    {
        ReviewAct.APPROVE: Permission.RETURN_VISIT,
        ReviewAct.RETURN: Permission.RETURN_VISIT,
        ReviewAct.VOID: Permission.VOID_VISIT,
    }
)

COMPARED: Final = tuple(
    name
    for name in VisitFields.model_fields
    if name not in {*RecordFields.model_fields, "household_id", "area_code"}
    and name
    not in {
        "amends",
        "root_id",
        "amend_reason",
        "state",
        "state_reason",
        "received_at",
        "flags",
        "flag_reason",
    }
)
"""Fields of a visit that a person filled in."""


def _inside(name: str) -> tuple[str, ...]:
    """A field's parts, where a comment is about one of them; else the field."""
    if name != "findings":
        return (name,)
    living = tuple(f"findings.living.{item}" for item in LivingItem)
    return tuple(
        part
        for one in Findings.model_fields
        for part in (living if one == "living" else (f"findings.{one}",))
    )


COMMENTED: Final = tuple(part for name in COMPARED if name != "backfilled" for part in _inside(name))
"""What a comment is about, in the order of the record: findings one by one, as the form asks for them."""
_COMMENTED: Final = frozenset({*COMMENTED, *COMPARED})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two versions of a visit fill differently."""

    field: str
    before: object
    after: object


def next_state(visit: VisitFields, act: ReviewAct, *, corrected: bool) -> VisitState:
    """The state a visit has after a step. `corrected`: a newer version of it exists.

    Raises RuleError: visit_corrected, visit_review_state.
    """
    if corrected:
        raise RuleError("visit_corrected", "visit_id")
    if (visit.state, act) not in STEPS:
        raise RuleError("visit_review_state", "visit_id")
    return STEPS[visit.state, act]


def check_review(review: VisitReviewFields) -> None:
    """Raises RuleError: reason_required, review_field (a comment on what is no field of a visit)."""
    if review.act is not ReviewAct.APPROVE and not review.reason.strip():
        raise RuleError("reason_required", "reason")
    if any(comment.field not in _COMMENTED for comment in review.comments):
        raise RuleError("review_field", "comments")


def check_reviewer(visit: VisitFields, user_id: str) -> None:
    """Raises NotAllowedError("own_visit"): nobody judges a visit that he made or wrote down himself."""
    if user_id == visit.created_by or user_id in visit.visitors:
        raise NotAllowedError("own_visit")


def differences(before: VisitFields, after: VisitFields) -> tuple[Difference, ...]:
    """Field by field, in the order of the record."""
    found = ((name, getattr(before, name), getattr(after, name)) for name in COMPARED)
    return tuple(Difference(name, old, new) for name, old, new in found if old != new)


def chain_differences(versions: Sequence[VisitFields]) -> tuple[tuple[Difference, ...], ...]:
    """Of each version but the first (oldest first): how it differs from the one before."""
    return tuple(differences(old, new) for old, new in pairwise(versions))
