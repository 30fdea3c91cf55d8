"""Folds a supervisor's review into the state of the visit it is about (R24)."""

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.visit_reviews import VisitReviewFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.visit_review import check_review, check_reviewer, next_state
from server.services.identity import Caller
from server.store.bodies import check_body
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body


def apply_review(unit: UnitOfWork, caller: Caller, body: Body, hlc: str) -> None:
    """Take the step the review asks for, as the supervisor's change; an approval changes no visit.

    Raises RuleError: reason_required, review_field, unknown_record, visit_corrected, visit_review_state;
    NotAllowedError("own_visit").
    """
    review = VisitReviewFields.model_validate(body)
    check_review(review)
    entry = unit.find("visits", review.visit_id)
    if entry is None or entry.deleted or entry.body["household_id"] != review.household_id:
        raise RuleError("unknown_record", "visit_id")
    visit = VisitFields.model_validate(entry.body)
    check_reviewer(visit, caller.user_id)
    chain = [VisitFields.model_validate(one.body) for one in unit.visits_of_chain(visit.root_id)]
    newest = max(chain, key=lambda one: (one.created_at, one.id))
    state = next_state(visit, review.act, corrected=newest.id != visit.id)
    if state is visit.state:
        return
    changed = check_body(
        "visits",
        {
            **entry.body,
            "state": state.value,
            "state_reason": review.reason.strip(),
            "updated_at": body["reviewed_at"],
            "updated_by": caller.user_id,
            "device_id": caller.device_id,
        },
    )
    unit.change(entry, changed, Author(caller.user_id, caller.device_id, hlc))
