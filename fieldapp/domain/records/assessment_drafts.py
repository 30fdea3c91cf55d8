"""What stands beside the answers of an assessment being made: team, plan, reasons (domain layer).

Device data: it never syncs. Handing over builds AssessmentFields from it and from the form's result.
"""

import datetime as dt

from fieldapp.domain.records.assessments import AssessmentTrigger, Assessor, PlanStep
from fieldapp.domain.records.base import Value


class AssessmentDraft(Value):
    """None of it is required yet; rules.assessment names what is missing. `next_due` None = as the form
    says; a team may choose an earlier day."""

    trigger: AssessmentTrigger = AssessmentTrigger.PERIODIC
    trigger_note: str = ""
    members: tuple[Assessor, ...] = ()
    plan: tuple[PlanStep, ...] = ()
    next_due: dt.date | None = None
    lowering_reason: str = ""
    team_note: str = ""
