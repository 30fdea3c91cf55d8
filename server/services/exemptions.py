"""What must hold when a device hands in a request for an exemption, or a decision about one (4.5)."""

from sqlalchemy import select

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.rules.exemptions import check_decider, check_request
from server.services.identity import Caller
from server.store.projections import parameters_of, row_table
from server.store.unit_of_work import UnitOfWork
from sync.protocol.wire import Body


def check_exemption(unit: UnitOfWork, body: Body) -> None:
    """Raises RuleError as check_request does."""
    check_request(VisitExemptionFields.model_validate(body), parameters_of(unit.connection))


def check_decision(unit: UnitOfWork, caller: Caller, body: Body) -> None:
    """Raises RuleError: unknown_record, exemption_decided (somebody was faster);
    NotAllowedError("own_exemption")."""
    decision = ExemptionDecisionFields.model_validate(body)
    entry = unit.find("visit_exemptions", decision.exemption_id)
    if entry is None or entry.deleted or entry.body["household_id"] != decision.household_id:
        raise RuleError("unknown_record", "exemption_id")
    check_decider(VisitExemptionFields.model_validate(entry.body), caller.user_id)
    row = row_table("exemption_decisions").c
    stored = select(row.id).where(row.household_id == decision.household_id)
    unit.load("exemption_decisions", unit.connection.scalars(stored))
    if any(one.body["exemption_id"] == decision.exemption_id for one in unit.live("exemption_decisions")):
        raise RuleError("exemption_decided", "exemption_id")
