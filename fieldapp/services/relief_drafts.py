"""Relief while it is written down: begin, keep every keystroke, hand in with or without the payment."""

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.clues import ClueFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import REASON_MAX, FundSource, ReliefAction, ReliefCause
from fieldapp.domain.rules.finding import Finding, error
from fieldapp.services.clue_desk import ClueDesk
from fieldapp.services.context import Context
from fieldapp.services.reference import AreaChoice, areas_to_read
from fieldapp.services.reliefs import (
    NewRelief,
    NewStep,
    ReliefLimits,
    check_new_relief,
    put_relief,
    put_step,
    relief_limits,
)
from fieldapp.services.standby_funds import funds
from fieldapp.storage import rows
from fieldapp.storage.repositories import households, reliefs
from fieldapp.storage.repositories.reliefs import StoredReliefDraft

_TOWN: Final = CODE_LENGTH[AreaLevel.TOWN]


@dataclass(frozen=True, slots=True)
class ReliefForm:
    """A draft on the screen: whom it is about (None: somebody of no household), the living members, the
    workers of the town who may have surveyed it, by id, and where somebody of no household may be."""

    stored: StoredReliefDraft
    household: HouseholdFields | None
    members: tuple[PersonFields, ...]
    workers: dict[str, str]
    places: tuple[AreaChoice, ...]


@dataclass(frozen=True, slots=True)
class ReliefDraftItem:
    """A draft in a list."""

    stored: StoredReliefDraft
    head_name: str


@dataclass(frozen=True, slots=True)
class DraftOutlook:
    """What is to be known before it is signed: what stops it or should be looked at again, its limits (None
    without a place), and what is left in the town's fund in fen (None where that does not pay or is not
    known here)."""

    findings: tuple[Finding, ...]
    limits: ReliefLimits | None
    fund: int | None


def begin_relief(context: Context, draft: ReliefDraft, initiator: str = "") -> tuple[str, ChangeSet]:
    """Open a draft: the one left unfinished for this household or clue, or a new one. A clue brings its
    household, urgency, place and what happened along. Returns the draft's id.

    Raises NotAllowedError not_permitted, household_not_here.
    """
    with context.store.unit_of_work(initiator) as work:
        draft = _with_clue(context, work.connection, draft)
        for left in reliefs.drafts(work.connection):
            same = (left.draft.household_id, left.draft.clue_id) == (draft.household_id, draft.clue_id)
            if same and (draft.household_id or draft.clue_id):
                return left.id, ChangeSet(initiator=initiator)
        area_code = draft.area_code
        if draft.household_id:
            area_code = households.get(work.connection, draft.household_id).area_code
        context.actor(work.connection).require(Permission.PROPOSE_RELIEF, area_code)
        surveyors = draft.surveyors or (context.user_id,)
        now = work.now()
        draft = draft.model_copy(update={"area_code": area_code, "surveyors": surveyors, "given_at": now})
        stored = StoredReliefDraft(work.new_id(), draft.household_id or None, now, now, draft)
        reliefs.put_draft(work.connection, stored)
        work.touch("relief_drafts", stored.id)
        return stored.id, work.commit()


_CAUSES = {cause.value: cause for cause in ReliefCause}
"""Most kinds of clues are causes by the same code."""


def _with_clue(context: Context, connection: Connection, draft: ReliefDraft) -> ReliefDraft:
    clue = rows.find(connection, "clues", draft.clue_id) if draft.clue_id else None
    if not isinstance(clue, ClueFields):
        return draft
    state = ClueDesk(context, connection).states([clue])[clue.id]
    told = {
        "household_id": draft.household_id or state.household_id or "",
        "area_code": draft.area_code or clue.area_code,
        "urgency": state.urgency,
        "recipient": draft.recipient or (clue.person.name if clue.person is not None else ""),
        "cause": draft.cause or _CAUSES.get(clue.kind.value),
        "reason": draft.reason or clue.description[:REASON_MAX],
    }
    return draft.model_copy(update=told)


def relief_form(context: Context, draft_id: str) -> ReliefForm:
    """A draft on the screen. Raises NotAllowedError draft_not_here, household_not_here."""
    with context.store.reading() as connection:
        stored = reliefs.draft(connection, draft_id)
        household, members = None, []
        if stored.household_id is not None:
            household = households.get(connection, stored.household_id)
            members = households.members(connection, stored.household_id)
        town = stored.draft.area_code[:_TOWN]
        workers = {one.id: one.name for one in households.users_in(connection, town)}
    living = tuple(one for one in members if one.status is PersonStatus.ALIVE)
    places = tuple(one for one in areas_to_read(context) if one.level in (AreaLevel.VILLAGE, AreaLevel.GRID))
    return ReliefForm(stored, household, living, workers, places)


def save_relief_draft(context: Context, draft_id: str, draft: ReliefDraft, initiator: str = "") -> ChangeSet:
    """Keep the draft as it stands now. Raises NotAllowedError("draft_not_here")."""
    with context.store.unit_of_work(initiator) as work:
        old = reliefs.draft(work.connection, draft_id)
        stored = StoredReliefDraft(draft_id, draft.household_id or None, old.started_at, work.now(), draft)
        reliefs.put_draft(work.connection, stored)
        work.touch("relief_drafts", draft_id)
        return work.commit()


def discard_relief_draft(
    context: Context, draft_id: str, initiator: str = ""
) -> tuple[StoredReliefDraft, ChangeSet]:
    """Forget a draft; what is returned brings it back (restore_relief_draft)."""
    with context.store.unit_of_work(initiator) as work:
        stored = reliefs.draft(work.connection, draft_id)
        reliefs.delete_draft(work.connection, draft_id)
        work.touch("relief_drafts", draft_id)
        return stored, work.commit()


def restore_relief_draft(context: Context, stored: StoredReliefDraft, initiator: str = "") -> ChangeSet:
    """Bring a discarded draft back."""
    with context.store.unit_of_work(initiator) as work:
        reliefs.put_draft(work.connection, stored)
        work.touch("relief_drafts", stored.id)
        return work.commit()


def relief_drafts(context: Context) -> list[ReliefDraftItem]:
    """All drafts, the latest saved first."""
    with context.store.reading() as connection:
        found = reliefs.drafts(connection)
        heads = households.get_many(connection, [one.household_id for one in found if one.household_id])
    items = []
    for one in found:
        head = heads.get(one.household_id or "")
        items.append(ReliefDraftItem(one, one.draft.recipient if head is None else head.head_name))
    return items


def check_draft(context: Context, draft: ReliefDraft) -> list[Finding]:
    """What stops handing in (errors) and what the decider should know (warnings), each at its field."""
    try:
        return check_new_relief(context, _as_new(draft))
    except RuleError as problem:
        return [error(problem.code, problem.field, **problem.facts)]


def draft_outlook(context: Context, draft: ReliefDraft) -> DraftOutlook:
    """What is to be known while a draft is written."""
    cause = draft.cause or ReliefCause.OTHER
    limits = None
    if draft.household_id or draft.area_code:
        limits = relief_limits(context, _as_new(draft.model_copy(update={"cause": cause})))
        if draft.cause is None:
            limits = replace(limits, repeated=False)
    fund = None
    if draft.fund_source is FundSource.STANDBY and draft.area_code:
        town = draft.area_code[:_TOWN]
        fund = next((one.balance - one.waiting for one in funds(context) if one.town == town), None)
    return DraftOutlook(tuple(check_draft(context, draft)), limits, fund)


def hand_in_relief(
    context: Context, draft_id: str, *, paid: bool = False, initiator: str = ""
) -> tuple[str, ChangeSet]:
    """Turn a draft into a relief; with `paid` the payment of all of it is recorded in the same commit (help
    first, papers later). Returns the relief's id.

    Raises the first error of check_draft as RuleError, and as propose_relief and take_step.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = reliefs.draft(work.connection, draft_id)
        relief = put_relief(context, work, _as_new(stored.draft))
        if paid:
            put_step(context, work, relief.id, NewStep(action=ReliefAction.PAY, amount=relief.amount))
        reliefs.delete_draft(work.connection, draft_id)
        work.touch("relief_drafts", draft_id)
        return relief.id, work.commit()


def _as_new(draft: ReliefDraft) -> NewRelief:
    if draft.cause is None:
        raise RuleError("relief_cause_required", "cause")
    values = {name: getattr(draft, name) for name in ReliefDraft.model_fields}
    absent = {name: values[name] or None for name in ("household_id", "clue_id", "visit_id")}
    return NewRelief(**{**values, **absent})
