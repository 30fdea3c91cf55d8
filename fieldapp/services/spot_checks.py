"""Spot checks in the field (R14): the inspector's targets and form, the town's findings."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    CheckDraft,
    Found,
    Population,
    SpotCheckRectificationFields,
    SpotCheckResultFields,
    SpotCheckTargetFields,
    TargetStatus,
)
from fieldapp.domain.rules.finding import Finding
from fieldapp.domain.rules.spot_check import (
    ALL_QUESTIONS,
    QUESTIONS,
    check_findings,
    check_rectification,
)
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import rows
from fieldapp.storage.outbox import waiting_of
from fieldapp.storage.repositories import households
from fieldapp.storage.repositories import spot_checks as stored
from fieldapp.storage.repositories.spot_checks import StoredCheck


@dataclass(frozen=True, slots=True)
class CheckTask:
    """A target the worker is to check: begun, or handed in and on its way to the server."""

    target: SpotCheckTargetFields
    begun: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class TownFinding:
    """A result of the town as its clerk sees it. `subject` names the family or the organisation; `waiting`:
    the word said here is on its way; `refused_code`: the server did not take it."""

    result: SpotCheckResultFields
    subject: str
    problems: tuple[Found, ...]
    overdue: bool
    waiting: bool
    refused_code: str
    may_rectify: bool


@dataclass(frozen=True, slots=True)
class SpotCheckDesk:
    """What a worker has to do with spot checks: as an inspector, and for his town."""

    tasks: tuple[CheckTask, ...]
    findings: tuple[TownFinding, ...]
    inspects: bool


@dataclass(frozen=True, slots=True)
class CheckForm:
    """A check on the screen. `questions` are the fields asked, in order."""

    target: SpotCheckTargetFields
    stored: StoredCheck
    questions: tuple[str, ...]
    inspector: str
    suggested_due: dt.date


def spot_checks(context: Context) -> SpotCheckDesk:
    """Targets still to check first; findings that are not put right first, the latest check first."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        drafts = stored.drafts(connection)
        tasks = [
            CheckTask(
                one,
                begun=_is_begun(drafts.get(one.id)),
                waiting=one.status is TargetStatus.OPEN and _is_submitted(drafts.get(one.id)),
            )
            for one in stored.targets(connection, context.user_id)
        ]
        areas = actor.areas_with(Permission.RECTIFY_FINDING)
        found = [one for area in areas for one in stored.results(connection, area)]
        findings = _findings(connection, context, found)
        inspects = actor.may(Permission.INSPECT)
    tasks.sort(key=lambda one: (one.target.status is not TargetStatus.OPEN, one.waiting))
    findings.sort(key=lambda one: one.result.rectified_on is not None or not one.problems)
    return SpotCheckDesk(tuple(tasks), tuple(findings), inspects)


def open_checks(context: Context) -> int:
    """How many targets the worker is still to check."""
    return sum(
        one.target.status is TargetStatus.OPEN and not one.waiting for one in spot_checks(context).tasks
    )


def begin_check(context: Context, target_id: str, initiator: str = "") -> ChangeSet:
    """Open the form of a target, or go on with what was begun there.

    Raises NotAllowedError spot_check_not_here, not_permitted; RuleError("spot_check_target_closed").
    """
    with context.store.unit_of_work(initiator) as work:
        target = stored.target(work.connection, target_id)
        context.actor(work.connection).require(Permission.INSPECT, target.area_code)
        known = stored.drafts(work.connection).get(target_id)
        if target.status is not TargetStatus.OPEN or _is_submitted(known):
            raise RuleError("spot_check_target_closed")
        if known is None:
            now = work.now()
            stored.put_draft(work.connection, StoredCheck(target_id, now, now, None, CheckDraft()))
            work.touch("spot_check_drafts", target_id)
        return work.commit()


def check_form(context: Context, target_id: str) -> CheckForm:
    """A check that was begun. Raises NotAllowedError spot_check_not_here, draft_not_here."""
    with context.store.reading() as connection:
        target = stored.target(connection, target_id)
        draft = _draft(connection, target_id)
        user = context.user(connection)
        days = context.parameters(connection).spot_checks.rectify_days
    due = context.today() + dt.timedelta(days=days)
    name = user.name if user is not None else ""
    return CheckForm(target, draft, QUESTIONS[target.population], name, due)


def save_check(context: Context, target_id: str, draft: CheckDraft, initiator: str = "") -> ChangeSet:
    """Keep a check as it stands now. Raises NotAllowedError("draft_not_here")."""
    with context.store.unit_of_work(initiator) as work:
        old = _draft(work.connection, target_id)
        stored.put_draft(work.connection, StoredCheck(target_id, old.started_at, work.now(), None, draft))
        work.touch("spot_check_drafts", target_id)
        return work.commit()


def check_problems(context: Context, population: Population, draft: CheckDraft) -> list[Finding]:
    """What stops the check from being handed in, each at its field."""
    return check_findings(draft, population, context.today())


def submit_check(context: Context, target_id: str, initiator: str = "") -> tuple[str, ChangeSet]:
    """Hand a check in: result and op in one commit. Returns the result's id.

    Raises RuleError as check_findings says, and spot_check_target_closed; NotAllowedError
    spot_check_not_here, draft_not_here, not_permitted.
    """
    with context.store.unit_of_work(initiator) as work:
        target = stored.target(work.connection, target_id)
        context.actor(work.connection).require(Permission.INSPECT, target.area_code)
        if target.status is not TargetStatus.OPEN:
            raise RuleError("spot_check_target_closed")
        kept = _draft(work.connection, target_id)
        now = work.now()
        for problem in check_findings(kept.draft, target.population, local_day(now)):
            raise RuleError(problem.code, problem.field)
        answers = {name: getattr(kept.draft, name) or CheckAnswer.NOT_CHECKED for name in ALL_QUESTIONS}
        rest = {name: value for name, value in dict(kept.draft).items() if name not in answers}
        if set(kept.draft.found) == {Found.OK}:
            rest["rectify_due"] = None
        result = SpotCheckResultFields.model_validate(
            {
                "id": work.new_id(), "created_at": now, "created_by": context.user_id, "updated_at": now,
                "updated_by": context.user_id, "device_id": context.device_id,
                "spot_check_id": target.spot_check_id, "target_id": target.id, "plan_no": target.plan_no,
                "population": target.population, "subject_id": target.subject_id,
                "area_code": target.area_code, "second_id": target.second_id,
                "second_name": target.second_name, "started_at": kept.started_at, "checked_at": now,
                **answers, **rest,
            }
        )  # fmt: skip
        work.save("spot_check_results", result)
        # What was written is in the result now; the mark stays until the server has closed the target.
        stored.put_draft(work.connection, StoredCheck(target_id, kept.started_at, now, now, CheckDraft()))
        work.touch("spot_check_drafts", target_id)
        return result.id, work.commit()


def discard_check(context: Context, target_id: str, initiator: str = "") -> tuple[StoredCheck, ChangeSet]:
    """Throw a draft away; what is returned brings it back (restore_check)."""
    with context.store.unit_of_work(initiator) as work:
        kept = _draft(work.connection, target_id)
        stored.delete_draft(work.connection, target_id)
        work.touch("spot_check_drafts", target_id)
        return kept, work.commit()


def restore_check(context: Context, kept: StoredCheck, initiator: str = "") -> ChangeSet:
    """Bring a discarded draft back."""
    with context.store.unit_of_work(initiator) as work:
        stored.put_draft(work.connection, kept)
        work.touch("spot_check_drafts", kept.target_id)
        return work.commit()


def rectify(
    context: Context, result_id: str, rectified_on: dt.date, note: str, initiator: str = ""
) -> ChangeSet:
    """Say that what a check found is put right.

    Raises RuleError reason_required, text_too_long, spot_check_nothing_to_rectify, spot_check_rectified,
    spot_check_rectified_day; NotAllowedError spot_check_not_here, not_permitted.
    """
    said = checked_reason(note, SpotCheckRectificationFields, "note")
    with context.store.unit_of_work(initiator) as work:
        result = stored.result(work.connection, result_id)
        context.actor(work.connection).require(Permission.RECTIFY_FINDING, result.area_code)
        (finding,) = _findings(work.connection, context, [result])
        if not finding.problems:
            raise RuleError("spot_check_nothing_to_rectify")
        if not finding.may_rectify:
            raise RuleError("spot_check_rectified")
        now = work.now()
        check_rectification(rectified_on, result.checked_at, local_day(now))
        word = SpotCheckRectificationFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, spot_check_id=result.spot_check_id,
            result_id=result.id, area_code=result.area_code, rectified_on=rectified_on, note=said,
            recorded_at=now,
        )  # fmt: skip
        work.save("spot_check_rectifications", word)
        work.touch("spot_check_results", result.id)
        return work.commit()


def _draft(connection: Connection, target_id: str) -> StoredCheck:
    found = stored.drafts(connection).get(target_id)
    if found is None or found.submitted_at is not None:
        raise NotAllowedError("draft_not_here")
    return found


def _is_begun(draft: StoredCheck | None) -> bool:
    return draft is not None and draft.submitted_at is None


def _is_submitted(draft: StoredCheck | None) -> bool:
    return draft is not None and draft.submitted_at is not None


def _findings(
    connection: Connection, context: Context, results: Sequence[SpotCheckResultFields]
) -> list[TownFinding]:
    """Results with the words that this device added and the server has not folded in yet."""
    actor, today = context.actor(connection), context.today()
    words = stored.rectifications(connection)
    unsent = waiting_of(connection, ["spot_check_rectifications"])
    refused = {word_id: code for word_id, code in unsent.items() if code}
    names = _subjects(connection, results)
    found = []
    for one in results:
        own = [word for word in words if word.result_id == one.id]
        waiting = one.rectified_on is None and any(word.id not in refused for word in own)
        code = "" if waiting else next((refused[word.id] for word in own if word.id in refused), "")
        problems = tuple(kind for kind in one.found if kind is not Found.OK)
        still_open = bool(problems) and one.rectified_on is None and not waiting
        allowed = any(contains(area, one.area_code) for area in actor.areas_with(Permission.RECTIFY_FINDING))
        found.append(
            TownFinding(
                result=one,
                subject=names.get(one.subject_id, ""),
                problems=problems,
                overdue=still_open and one.rectify_due is not None and one.rectify_due < today,
                waiting=waiting,
                refused_code=code,
                may_rectify=still_open and allowed,
            )
        )
    return found


def _subjects(connection: Connection, results: Sequence[SpotCheckResultFields]) -> dict[str, str]:
    """Names of what was checked, as far as this device holds them."""
    homes: dict[str, str] = {}
    names: dict[str, str] = {}
    for one in results:
        match one.population:
            case Population.HOUSEHOLDS:
                homes[one.subject_id] = one.subject_id
            case Population.CONTRACTS:
                found = rows.find(connection, "organisations", one.subject_id)
                names[one.subject_id] = getattr(found, "name", "")
            case Population.DECISIONS | Population.VISITS:
                kind = "reliefs" if one.population is Population.DECISIONS else "visits"
                found = rows.find(connection, kind, one.subject_id)
                homes[one.subject_id] = getattr(found, "household_id", None) or ""
    heads = households.get_many(connection, [one for one in homes.values() if one])
    for subject_id, household_id in homes.items():
        if household_id in heads:
            names[subject_id] = heads[household_id].head_name
    return names
