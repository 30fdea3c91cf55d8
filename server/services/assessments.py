"""What must hold when a device hands in assessments, signatures and leaders' decisions.

The rules are those the device has checked already; here they are asked again, because a level moves money
and visits. What a signature changes for its household follows in the store (server.store.household_risk).
"""

from typing import Final

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.assessments import AssessmentFields, AssessmentSignatureFields
from fieldapp.domain.rules.assessment import check_assessment, mismatches
from fieldapp.domain.rules.risk_history import may_sign, signed_by_hand
from server.store.bodies import CheckedBody, check_body
from server.store.projections import parameters_of
from server.store.unit_of_work import Entry, UnitOfWork
from sync.protocol.wire import Body

CHECKED_KINDS: Final = frozenset({"assessments", "assessment_signatures", "level_overrides"})


def check_handed_in(unit: UnitOfWork, kind: str, checked: CheckedBody) -> CheckedBody:
    """Check a new record of CHECKED_KINDS against the rules; an assessment comes back with its marks.

    Raises RuleError or NotAllowedError: the op is refused.
    """
    if kind == "assessments":
        return _assessment(unit, checked)
    if kind == "assessment_signatures":
        _signature(unit, checked.body)
    else:
        _required(unit, "assessments", checked.body, "assessment_id", "unknown_assessment")
    return checked


def _assessment(unit: UnitOfWork, checked: CheckedBody) -> CheckedBody:
    assessment = AssessmentFields.model_validate(checked.body)
    parameters = parameters_of(unit.connection)
    for finding in check_assessment(assessment, parameters):
        raise RuleError(finding.code, finding.field, **finding.facts)
    _required(unit, "submissions", checked.body, "submission_id", "unknown_submission")
    flags = mismatches(assessment, parameters)
    return check_body("assessments", {**checked.body, "flags": list(flags)}) if flags else checked


def _signature(unit: UnitOfWork, body: Body) -> None:
    entry = _required(unit, "assessments", body, "assessment_id", "unknown_assessment")
    signature = AssessmentSignatureFields.model_validate(body)
    if not signed_by_hand(signature):
        raise RuleError("signature_required", "signature")
    if not may_sign(AssessmentFields.model_validate(entry.body), signature.member_id, signature.created_by):
        raise NotAllowedError("not_your_signature")


def _required(unit: UnitOfWork, kind: str, body: Body, field: str, code: str) -> Entry:
    """The record of the same household that `field` names. Raises RuleError(code)."""
    entry = unit.find(kind, body[field])
    if entry is None or entry.deleted or entry.body.get("household_id") != body["household_id"]:
        raise RuleError(code, field)
    return entry
