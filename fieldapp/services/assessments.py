"""Assessments of high-risk households (S5, S6, R10): begin, team and plan, hand over, sign, override, look
back. Answers are filled as any form (services.forms); figures are in services.risk_statistics."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.assessment_drafts import AssessmentDraft
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    Assessor,
    AssessorKind,
    LevelOverrideFields,
)
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.households import HouseholdFields, RiskLevel
from fieldapp.domain.records.users import Role, UserFields, WorkerKind
from fieldapp.domain.records.visits import Signature
from fieldapp.domain.rules.assessment import (
    check_assessment,
    mismatches,
    next_due,
    read_result,
    scale_of,
)
from fieldapp.domain.rules.finding import Finding, Severity, error
from fieldapp.domain.rules.risk_history import (
    LevelEntry,
    RiskStanding,
    is_finished,
    may_sign,
    signed_by_hand,
    signed_members,
    standing,
    still_open,
)
from fieldapp.forms.view import Submission
from fieldapp.services.answer_sheets import leaf_values
from fieldapp.services.clue_reports import DutyPhone, phones_of
from fieldapp.services.context import Context
from fieldapp.services.form_sessions import PLAIN_DESK, Desk, OpenForm
from fieldapp.services.forms import begin_form, open_draft, require_form, save_body
from fieldapp.services.submissions import hand_in_sheet
from fieldapp.storage import risks
from fieldapp.storage.repositories import assessments, forms, households

_KIND_OF_WORKER = {
    WorkerKind.AIDE: AssessorKind.AIDE,
    WorkerKind.SOCIAL_WORKER: AssessorKind.SOCIAL_WORKER,
    WorkerKind.VOLUNTEER: AssessorKind.VOLUNTEER,
}


@dataclass(frozen=True, slots=True)
class AssessmentForm:
    """An assessment being made: the sheet's session, what stands beside it, what held before.

    `candidates` are the users of the area who may be put into the team, with the kind they usually are.
    """

    open: OpenForm
    draft: AssessmentDraft
    previous: RiskLevel
    candidates: tuple[Assessor, ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with the signature given, if any. `may_sign` = this worker may hand the signature in."""

    member: Assessor
    signature: AssessmentSignatureFields | None
    may_sign: bool


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """An assessment to read and sign. `marks` say where the form's result is not what the rule gives."""

    assessment: AssessmentFields
    household: HouseholdFields
    members: tuple[MemberView, ...]
    finished: bool
    marks: tuple[str, ...]
    urgent_flags: tuple[str, ...]
    may_override: bool
    unsent: bool


@dataclass(frozen=True, slots=True)
class RiskHistory:
    """What stands for a household, how it came to that (newest first), what still waits for signatures."""

    household: HouseholdFields
    standing: RiskStanding | None
    entries: tuple[LevelEntry, ...]
    waiting: tuple[AssessmentFields, ...]
    user_names: dict[str, str]
    may_assess: bool


# -- making one ---------------------------------------------------------------------------------------


def begin_assessment(
    context: Context, household_id: str, draft: AssessmentDraft, *, form_id: str = "",
    desk: Desk = PLAIN_DESK, initiator: str = "",
) -> tuple[str, ChangeSet]:  # fmt: skip
    """Open a draft: the one left unfinished, or a new one with this trigger. Returns the draft's id.

    Raises NotAllowedError not_permitted, form_not_here; StorageError form_files_missing.
    """
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        context.actor(connection).require(Permission.LEAD_ASSESSMENT, household.area_code)
        if not draft.members:
            able = _candidates(connection, household, context.today())
            own = tuple(one for one in able if one.user_id == context.user_id)
            draft = draft.model_copy(update={"members": own})
    form = require_form(context, FormPurpose.ASSESSMENT, form_id)
    body = draft.model_dump_json(exclude_defaults=True)
    return begin_form(
        context, form.record_id, household_id=household_id, body=body, desk=desk, initiator=initiator
    )


def assessment_form(context: Context, draft_id: str, desk: Desk = PLAIN_DESK) -> AssessmentForm:
    """A draft on the screen. Raises as open_draft."""
    opened = open_draft(context, draft_id, desk)
    if opened.household is None or opened.draft is None:
        raise NotAllowedError("draft_not_here")
    with context.store.reading() as connection:
        return AssessmentForm(
            open=opened,
            draft=AssessmentDraft.model_validate_json(opened.draft.body),
            previous=opened.household.risk_level,
            candidates=tuple(_candidates(connection, opened.household, context.today())),
        )


def save_team(context: Context, draft_id: str, draft: AssessmentDraft, initiator: str = "") -> ChangeSet:
    """Keep team, plan and reasons as they stand now."""
    return save_body(context, draft_id, draft.model_dump_json(exclude_defaults=True), initiator)


def _candidates(connection: Connection, household: HouseholdFields, today: dt.date) -> list[Assessor]:
    """Users of the town who may take part; those in whose own area the household is come first."""
    town = household.area_code[: CODE_LENGTH[AreaLevel.TOWN]]
    actors = [(user, actor_on(user.id, user.roles, today)) for user in households.users_in(connection, town)]
    found = [
        (not actor.may(Permission.SIGN_ASSESSMENT, household.area_code), user.name, user)
        for user, actor in actors
        if actor.may(Permission.SIGN_ASSESSMENT)
    ]
    return [
        Assessor(id=user.id, user_id=user.id, name=user.name, kind=_usual_kind(user))
        for _, _, user in sorted(found, key=lambda one: one[:2])
    ]


def _usual_kind(user: UserFields) -> AssessorKind:
    roles = {assignment.role for assignment in user.roles}
    if Role.VILLAGE_AIDE in roles:
        return AssessorKind.AIDE
    if Role.TOWN_CLERK in roles:
        return AssessorKind.STAFF
    # A village's grid workers are filed as cadres too; for a team they speak for their group.
    return _KIND_OF_WORKER.get(user.worker_kind, AssessorKind.GROUP_LEADER)


def check_hand_over(context: Context, draft_id: str, draft: AssessmentDraft, xml: bytes) -> list[Finding]:
    """What stops handing over, each at its field, with the answers as they are now (`save_draft()`)."""
    with context.store.reading() as connection:
        stored = forms.draft(connection, draft_id)
        household = _household(connection, stored.household_id)
        parameters = context.parameters(connection)
    try:
        assessment = _assessment(
            context, draft, household, leaf_values(xml), parameters,
            form=(stored.form_id, stored.form_version), now=context.clock(),
        )  # fmt: skip
    except RuleError as problem:
        return [error(problem.code, problem.field, **problem.facts)]
    return check_assessment(assessment, parameters)


def hand_over(
    context: Context, draft_id: str, finished: Submission, *, audit: str = "", initiator: str = ""
) -> tuple[str, ChangeSet]:
    """Hand a finished assessment over for signing: sheet, assessment, their ops and the end of the draft in
    one commit. From now on it is not changed any more. Returns the assessment's id.

    Raises the first problem that stops it, and NotAllowedError.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = forms.draft(work.connection, draft_id)
        household = _household(work.connection, stored.household_id)
        context.actor(work.connection).require(Permission.LEAD_ASSESSMENT, household.area_code)
        draft = AssessmentDraft.model_validate_json(stored.body)
        parameters = context.parameters(work.connection)
        assessment = _assessment(
            context, draft, household, leaf_values(finished.xml), parameters,
            form=(stored.form_id, stored.form_version), now=work.now(), record_id=work.new_id(),
        )  # fmt: skip
        for finding in check_assessment(assessment, parameters):
            if finding.severity is Severity.ERROR:
                raise RuleError(finding.code, finding.field, **finding.facts)
        urgent = assessment.level is RiskLevel.HIGH
        sheet = hand_in_sheet(context, work, stored, finished, audit=audit, urgent=urgent)
        assessment = assessment.model_copy(
            update={"submission_id": sheet.id, "flags": mismatches(assessment, parameters)}
        )
        work.save("assessments", assessment, urgent=urgent)
        return assessment.id, work.commit()


def _assessment(
    context: Context, draft: AssessmentDraft, household: HouseholdFields, leaves: dict[str, str],
    parameters: Parameters, *, form: tuple[str, str], now: dt.datetime, record_id: str = "draft",
) -> AssessmentFields:  # fmt: skip
    result = read_result(leaves)
    by_rule = next_due(result.level, local_day(now), parameters, provisional=result.provisional)
    due = [day for day in (draft.next_due, result.next_due) if day is not None]
    return AssessmentFields.model_validate(
        {
            "id": record_id, "created_at": now, "created_by": context.user_id, "updated_at": now,
            "updated_by": context.user_id, "device_id": context.device_id, "household_id": household.id,
            "area_code": household.area_code, "submission_id": "", "scale_id": form[0],
            "scale_version": form[1], "trigger": draft.trigger, "trigger_note": draft.trigger_note.strip(),
            "assessed_at": now, "members": draft.members, "answers": result.answers,
            "red_flags": result.red_flags, "score": result.score, "level": result.level,
            "provisional": result.provisional, "previous_level": household.risk_level,
            "lowering_reason": draft.lowering_reason.strip(), "plan": draft.plan,
            "next_due": min(due, default=by_rule), "team_note": draft.team_note.strip(),
        }
    )  # fmt: skip


def _household(connection: Connection, household_id: str | None) -> HouseholdFields:
    if household_id is None:
        raise NotAllowedError("household_not_here")
    return households.get(connection, household_id)


# -- signing and deciding -----------------------------------------------------------------------------


def sign(
    context: Context, assessment_id: str, member_id: str, signature: Signature, *, differing_view: str = "",
    initiator: str = "",
) -> ChangeSet:  # fmt: skip
    """Add a member's signature: one's own on any device, the others' on the lead's. With the last one the
    level holds from this commit on.

    Raises RuleError signature_required, already_signed; NotAllowedError not_your_signature.
    """
    with context.store.unit_of_work(initiator) as work:
        assessment = assessments.get(work.connection, assessment_id)
        household = households.get(work.connection, assessment.household_id)
        context.actor(work.connection).require(Permission.SIGN_ASSESSMENT, household.area_code)
        if not may_sign(assessment, member_id, context.user_id):
            raise NotAllowedError("not_your_signature")
        given = assessments.signatures(work.connection, assessment_id)
        if member_id in signed_members(assessment, given):
            raise RuleError("already_signed", "signature")
        now = work.now()
        made = AssessmentSignatureFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "household_id": household.id, "assessment_id": assessment_id, "member_id": member_id,
                "signature": signature, "signed_at": signature.signed_at or now,
                "differing_view": differing_view.strip(),
            }
        )  # fmt: skip
        if not signed_by_hand(made):
            raise RuleError("signature_required", "signature")
        work.save("assessment_signatures", made, urgent=assessment.level is RiskLevel.HIGH)
        work.touch("households", household.id)
        return work.commit()


def override_level(
    context: Context, assessment_id: str, level: RiskLevel, reason: str, initiator: str = ""
) -> ChangeSet:
    """Let another level hold than the assessment gave. Raises RuleError reason_required,
    assessment_not_finished, assessment_level_missing; NotAllowedError."""
    if not reason.strip():
        raise RuleError("reason_required", "reason")
    if level is RiskLevel.NONE:
        raise RuleError("assessment_level_missing", "level")
    with context.store.unit_of_work(initiator) as work:
        assessment = assessments.get(work.connection, assessment_id)
        household = households.get(work.connection, assessment.household_id)
        context.actor(work.connection).require(Permission.OVERRIDE_LEVEL, household.area_code)
        if not is_finished(assessment, assessments.signatures(work.connection, assessment_id)):
            raise RuleError("assessment_not_finished")
        now = work.now()
        decision = LevelOverrideFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "household_id": household.id, "assessment_id": assessment_id, "level": level,
                "reason": reason.strip()[:200], "decided_at": now,
            }
        )  # fmt: skip
        work.save("level_overrides", decision)
        work.touch("households", household.id)
        return work.commit()


# -- looking ------------------------------------------------------------------------------------------


def assessment_view(context: Context, assessment_id: str) -> AssessmentView:
    """An assessment to read. Raises NotAllowedError assessment_not_here, not_permitted."""
    with context.store.reading() as connection:
        assessment = assessments.get(connection, assessment_id)
        household = households.get(connection, assessment.household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        given = assessments.signatures(connection, assessment_id)
        parameters = context.parameters(connection)
        unsent = bool(assessments.unsent_ids(connection, [assessment_id]))
        signs = actor.may(Permission.SIGN_ASSESSMENT, household.area_code)
    signed = signed_members(assessment, given)
    scale = scale_of(parameters, assessment.scale_id)
    urgent = scale.urgent_flags if scale is not None else ()
    return AssessmentView(
        assessment=assessment,
        household=household,
        members=tuple(
            MemberView(
                member=member,
                signature=signed.get(member.id),
                may_sign=signs
                and member.id not in signed
                and may_sign(assessment, member.id, context.user_id),
            )
            for member in assessment.members
        ),
        finished=is_finished(assessment, given),
        marks=assessment.flags or mismatches(assessment, parameters),
        urgent_flags=tuple(flag for flag in assessment.red_flags if flag in urgent),
        may_override=actor.may(Permission.OVERRIDE_LEVEL, household.area_code),
        unsent=unsent,
    )


def risk_history(context: Context, household_id: str) -> RiskHistory:
    """Levels of a household with their reasons. Raises NotAllowedError."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        parameters = context.parameters(connection)
        history = risks.histories(connection, [household_id], parameters).get(household_id, ())
        made = risks.assessments_of(connection, [household_id])[household_id]
        given = risks.signatures_of(connection, [household_id])[household_id]
        names = households.user_names(connection)
    return RiskHistory(
        household=household,
        standing=standing(history),
        entries=tuple(reversed(history)),
        waiting=tuple(one for one in still_open(made) if not is_finished(one, given)),
        user_names=names,
        may_assess=actor.may(Permission.LEAD_ASSESSMENT, household.area_code),
    )


def duty_phones(context: Context, household_id: str) -> list[DutyPhone]:
    """Numbers to call at once for a household: village, town, county; those without a number are left out."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        return list(phones_of(connection, household.area_code, context.clock()))
