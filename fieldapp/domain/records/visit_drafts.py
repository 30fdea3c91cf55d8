"""Visit drafts: what a worker has filled in so far, saved at any point (domain layer).

A draft is device data: it never syncs. Submitting builds VisitFields from it.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from pydantic import Field, field_validator

from fieldapp.domain.records.base import Value
from fieldapp.domain.records.needs import PickedNeed, ServiceRating
from fieldapp.domain.records.visits import (
    FamilyChange,
    Findings,
    Location,
    Mode,
    Photo,
    Purpose,
    Result,
    Satisfaction,
    Signature,
    VisitFields,
)


class VisitDraft(Value):
    """The fields of a visit that the worker fills, none of them required yet.

    `step` is where in the form the worker stopped. Lengths are not limited here, so that a draft can
    always be saved; rules.visit_check names what is too long.
    """

    step: str = ""
    household_id: str = ""
    purpose: Purpose = Purpose.ROUTINE
    mode: Mode = Mode.ONSITE
    result: Result | None = None
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    visitors: tuple[str, ...] = ()
    persons_seen: tuple[str, ...] = ()
    findings: Findings = Field(default_factory=Findings)
    changes: tuple[FamilyChange, ...] = ()
    needs: tuple[PickedNeed, ...] = ()
    ratings: tuple[ServiceRating, ...] = ()
    narrative: str = ""
    phrases: tuple[str, ...] = ()
    satisfaction: Satisfaction | None = None
    suggestion: str = ""
    photos: tuple[Photo, ...] = ()
    no_photo_reason: str = ""
    signature: Signature | None = None
    location: Location | None = None
    remark: str = ""
    flag_reason: str = ""
    amends: str | None = None
    amend_reason: str = ""

    @field_validator("needs", mode="before")
    @classmethod
    def _of_bare_kinds(cls, value: object) -> object:
        """Drafts of older programs held the kinds of needs alone."""
        if not isinstance(value, Sequence) or isinstance(value, str):
            return value
        return [{"kind": one} if isinstance(one, str) else one for one in value]


SAME_UNTIL_TOLD_OTHERWISE = frozenset(
    {
        "living",
        "mood",
        "carer_present",
        "carer_duty",
        "at_home_count",
        "health_note",
        "work_note",
        "policies_note",
        "difficulties",
    }
)
"""Findings that describe a state. Left out is what belongs to one day: money received this time,
changes since the last visit, what was done, the next steps, an urgent clue."""


def carried_forward(
    last: VisitFields, *, visitors: tuple[str, ...], member_ids: Collection[str]
) -> VisitDraft:
    """A draft that begins with the state found last time (S29).

    Evidence and words of the last visit are never carried: times, photos, signature, position,
    narrative, satisfaction. `member_ids` are those who still live in the household.
    """
    return VisitDraft(
        household_id=last.household_id,
        mode=last.mode,
        visitors=visitors,
        persons_seen=tuple(person for person in last.persons_seen if person in member_ids),
        findings=Findings.model_validate(last.findings.model_dump(include=set(SAME_UNTIL_TOLD_OTHERWISE))),
    )
