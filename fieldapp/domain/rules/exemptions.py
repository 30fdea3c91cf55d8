"""Which exemptions may be asked for, who may decide them, and which hold (4.5, R4; domain layer)."""

from collections.abc import Iterable

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.exemptions import (
    ExemptionDecisionFields,
    ExemptionReason,
    ExemptionVerdict,
    VisitExemptionFields,
)
from fieldapp.domain.rules.visit_facts import Exemption


def check_request(request: VisitExemptionFields, parameters: Parameters) -> None:
    """Raises RuleError: exemption_dates, exemption_too_long, reason_required (OTHER tells its reason)."""
    if request.until < request.since:
        raise RuleError("exemption_dates", "until")
    if (request.until - request.since).days + 1 > parameters.exemption_max_days:
        raise RuleError("exemption_too_long", "until", limit=parameters.exemption_max_days)
    if request.reason is ExemptionReason.OTHER and not request.note.strip():
        raise RuleError("reason_required", "note")


def check_decider(request: VisitExemptionFields, user_id: str) -> None:
    """Raises NotAllowedError("own_exemption"): nobody approves what he asked for himself."""
    if request.created_by == user_id:
        raise NotAllowedError("own_exemption")


def standing_decisions(
    decisions: Iterable[ExemptionDecisionFields],
) -> dict[str, ExemptionDecisionFields]:
    """The decision that holds, by request: the first that reached the server; one on its way comes last."""
    found: dict[str, ExemptionDecisionFields] = {}
    for decision in sorted(decisions, key=_arrival):
        found.setdefault(decision.exemption_id, decision)
    return found


def _arrival(decision: ExemptionDecisionFields) -> tuple[bool, object, str]:
    return decision.received_at is None, decision.received_at or decision.decided_at, decision.id


def approved(
    requests: Iterable[VisitExemptionFields], decisions: Iterable[ExemptionDecisionFields]
) -> list[Exemption]:
    """The exemptions that plan and statistics know of."""
    standing = standing_decisions(decisions)
    return [
        Exemption(request.household_id, request.since, request.until)
        for request in requests
        if request.id in standing and standing[request.id].verdict is ExemptionVerdict.APPROVED
    ]
