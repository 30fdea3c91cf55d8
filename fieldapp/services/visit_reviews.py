"""A supervisor's review of visits: approve (also many at once), return with a reason, make void (R24)."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, false, or_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import start_of_day
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct, VisitReviewFields
from fieldapp.domain.records.visits import Mode, Result, VisitFields, VisitState
from fieldapp.domain.rules.visit_review import (
    PERMISSION_OF,
    STEPS,
    Difference,
    chain_differences,
    check_review,
    check_reviewer,
    next_state,
)
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.services.visit_marks import open_marks
from fieldapp.storage import rows
from fieldapp.storage.outbox import refusals_of
from fieldapp.storage.repositories import households, visits

WAITING_SHOWN: Final = 500
"""How many visits to review the list holds at most, newest first."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A review as the visit shows it. `waiting` = on its way; `refused_code` = the server did not take it."""

    act: ReviewAct
    reason: str
    comments: tuple[FieldComment, ...]
    by_name: str
    at: dt.datetime
    waiting: bool
    refused_code: str


@dataclass(frozen=True, slots=True)
class VisitReviews:
    """What was said of a visit, newest first; which steps the worker may take with it now; and how each
    version but the first (oldest first) differs from the one before."""

    visit_id: str
    reviews: tuple[ReviewItem, ...]
    may: frozenset[ReviewAct]
    differences: tuple[tuple[Difference, ...], ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a visit came back, and what is to be mended where."""

    reason: str
    comments: tuple[FieldComment, ...]


@dataclass(frozen=True, slots=True)
class VisitToReview:
    """A visit that no supervisor has looked at yet. `flags` say what is odd about it, `flag_reason` what the
    worker says to that, `marks` how much the server found beside other visits that nobody has cleared,
    `corrects` that it came in place of a returned one."""

    visit_id: str
    household_id: str
    head_name: str
    village_code: str
    village_name: str
    visitors: tuple[str, ...]
    visitor_names: tuple[str, ...]
    mode: Mode
    result: Result
    finished_at: dt.datetime
    flags: tuple[str, ...]
    corrects: bool
    flag_reason: str = ""
    marks: int = 0

    @property
    def odd(self) -> bool:
        """Whether something about it is to be looked at before it is approved."""
        return bool(self.flags or self.marks)


def review_visits(
    context: Context,
    visit_ids: Sequence[str],
    act: ReviewAct,
    reason: str = "",
    comments: Sequence[FieldComment] = (),
    initiator: str = "",
) -> ChangeSet:
    """Take the same step with one visit or several, all in one commit. The server changes their state.

    Raises RuleError: reason_required, text_too_long, review_field, visit_corrected, visit_review_state;
    NotAllowedError: not_permitted, own_visit, visit_not_here. Then nothing is stored.
    """
    told = checked_reason(reason, VisitReviewFields, required=act is not ReviewAct.APPROVE)
    with context.store.unit_of_work(initiator) as work:
        actor = context.actor(work.connection)
        for visit_id in visit_ids:
            visit = visits.get(work.connection, visit_id)
            household = households.get(work.connection, visit.household_id)
            actor.require(PERMISSION_OF[act], household.area_code)
            check_reviewer(visit, context.user_id)
            newest = visits.chain(work.connection, visit.root_id)[-1]
            next_state(_as_reviewed(work.connection, visit), act, corrected=newest.id != visit.id)
            now = work.now()
            review = VisitReviewFields(
                id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
                updated_by=context.user_id, device_id=context.device_id, household_id=visit.household_id,
                visit_id=visit_id, act=act, reason=told, comments=tuple(comments), reviewed_at=now,
            )  # fmt: skip
            check_review(review)
            work.save("visit_reviews", review)
            work.touch("visits", visit_id)
        return work.commit()


def take_back_reviews(
    context: Context, visit_ids: Sequence[str], initiator: str = ""
) -> tuple[int, ChangeSet]:
    """Take back the worker's own last step with each visit, where it has not left this device. Returns with
    how many that was; what is on its way stays, and is mended by returning the visit with a reason."""
    count = 0
    with context.store.unit_of_work(initiator) as work:
        for visit_id in visit_ids:
            own = [
                one for one in _reviews_of(work.connection, [visit_id]) if one.created_by == context.user_id
            ]
            if own and work.withdraw("visit_reviews", own[0].id):
                work.touch("visits", visit_id)
                count += 1
        return count, work.commit()


def visit_reviews(context: Context, visit_id: str) -> VisitReviews:
    """What there is to say and to do about a visit. Raises NotAllowedError."""
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        chain = visits.chain(connection, visit.root_id)
        household = households.get(connection, visit.household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        found = _reviews_of(connection, [one.id for one in chain])
        names = households.user_names(connection)
        sent = refusals_of(connection, [one.id for one in found])
        state = _as_reviewed(connection, chain[-1]).state
        may = frozenset(
            act
            for act in ReviewAct
            if (state, act) in STEPS and actor.may(PERMISSION_OF[act], household.area_code)
        )
    try:
        check_reviewer(chain[-1], context.user_id)
    except NotAllowedError:
        may = frozenset()
    items = tuple(_item(one, names, sent) for one in found)
    return VisitReviews(chain[-1].id, items, may, chain_differences(chain))


def returns_of(context: Context, visit_ids: Collection[str]) -> dict[str, Returned]:
    """Why each of these visits came back; one that did not is left out."""
    with context.store.reading() as connection:
        query = rows.select_records("visits").where(rows.among(_VISITS.c.id, visit_ids))
        found = rows.records(connection, query.where(_VISITS.c.state == VisitState.RETURNED), VisitFields)
        reviews = _reviews_of(connection, [visit.id for visit in found])
    said = {one.visit_id: one.comments for one in reversed(reviews) if one.act is ReviewAct.RETURN}
    return {one.id: Returned(one.state_reason, said.get(one.id, ())) for one in found}


def waiting_count(context: Context, since: dt.date) -> int:
    """How many visits since a day wait for the worker's review (at most WAITING_SHOWN)."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.RETURN_VISIT)
        query = _waiting(select(_VISITS.c.created_by, _VISITS.c.visitors), scopes, since)
        made_by = [{row.created_by, *row.visitors} for row in connection.execute(query)]
    return sum(context.user_id not in workers for workers in made_by)


def visits_to_review(context: Context, since: dt.date) -> list[VisitToReview]:
    """Visits finished since a day in the areas the worker supervises that nobody reviewed, newest first."""
    with context.store.reading() as connection:
        scopes = context.actor(connection).areas_with(Permission.RETURN_VISIT)
        query = _waiting(rows.select_records("visits"), scopes, since)
        found = rows.records(connection, query, VisitFields)
        homes = households.get_many(connection, [one.household_id for one in found])
        areas, names = households.area_names(connection), households.user_names(connection)
        marks = open_marks(connection, [one.root_id for one in found])
    return [
        VisitToReview(
            visit_id=one.id,
            household_id=one.household_id,
            head_name=homes[one.household_id].head_name,
            village_code=homes[one.household_id].area_code[:12],
            village_name=areas.get(homes[one.household_id].area_code[:12], ""),
            visitors=one.visitors,
            visitor_names=tuple(names.get(worker, "") for worker in one.visitors),
            mode=one.mode,
            result=one.result,
            finished_at=one.finished_at,
            flags=one.flags,
            corrects=one.amends is not None,
            flag_reason=one.flag_reason,
            marks=marks.get(one.root_id, 0),
        )
        for one in found
        if one.household_id in homes and context.user_id not in {*one.visitors, one.created_by}
    ]


Query = Select[Any]
_VISITS: Final = rows.table_of("visits")
_REVIEWS: Final = rows.table_of("visit_reviews")


def _waiting(query: Query, scopes: Sequence[str], since: dt.date) -> Query:
    """Narrows a query over visits to those that nobody reviewed, newest first."""
    inside = (and_(_VISITS.c.area_code >= code, _VISITS.c.area_code < f"{code}:") for code in scopes)
    reviewed = select(_REVIEWS.c.visit_id).where(_REVIEWS.c.visit_id == _VISITS.c.id).exists()
    return (
        query.where(or_(false(), *inside), _VISITS.c.finished_at >= start_of_day(since))
        .where(_VISITS.c.superseded.is_(False), _VISITS.c.state == VisitState.SUBMITTED, ~reviewed)
        .order_by(_VISITS.c.finished_at.desc(), _VISITS.c.id)
        .limit(WAITING_SHOWN)
    )


def _reviews_of(connection: Connection, visit_ids: Sequence[str]) -> list[VisitReviewFields]:
    query = (
        rows.select_records("visit_reviews")
        .where(rows.among(_REVIEWS.c.visit_id, visit_ids))
        .order_by(_REVIEWS.c.reviewed_at.desc(), _REVIEWS.c.id)
    )
    return rows.records(connection, query, VisitReviewFields)


def _item(review: VisitReviewFields, names: Mapping[str, str], sent: Mapping[str, str]) -> ReviewItem:
    return ReviewItem(
        review.act, review.reason, review.comments, names.get(review.created_by, ""), review.reviewed_at,
        waiting=sent.get(review.id) == "", refused_code=sent.get(review.id, ""),
    )  # fmt: skip


def _as_reviewed(connection: Connection, visit: VisitFields) -> VisitFields:
    """A visit as it will be once the reviews made here have arrived: a second step waits for their answer."""
    made = _reviews_of(connection, [visit.id])
    sent = refusals_of(connection, [one.id for one in made])
    for review in reversed(made):
        if sent.get(review.id) == "" and (visit.state, review.act) in STEPS:
            visit = visit.model_copy(update={"state": STEPS[visit.state, review.act]})
    return visit
