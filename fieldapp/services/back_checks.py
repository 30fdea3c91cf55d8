"""Back-checks: ask for one or draw a share of a period's visits (R14), answer, explain, close.

`request_back_checks` is the one way in: for a visit read by a supervisor, for a drawn share, and for whatever
plan finds visits that should be asked about again.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day, start_of_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.back_check_drafts import BackCheckDraft
from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckFields,
    BackCheckOutcome,
    BackCheckQuestion,
    BackCheckStepFields,
)
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.records.visits import Mode, VisitFields
from fieldapp.domain.rules.back_check import (
    OVER,
    advance,
    assigned,
    check_request,
    may_ask_again,
    may_be_checked,
    parties,
    took_part,
)
from fieldapp.domain.rules.spot_check import check_seed_text, draw
from fieldapp.domain.rules.working_days import calendar_of
from fieldapp.services.back_check_views import known_checks
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage.repositories import back_checks, households, visits
from fieldapp.storage.unit_of_work import UnitOfWork

_TOWN = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]
_PER_THOUSAND = 10
"""Of one percent."""
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewBackCheck:
    """What a supervisor asks for. `seed` and `share_percent` where the visit was drawn."""

    visit_id: str
    checker_id: str
    questions: tuple[BackCheckQuestion, ...]
    mode: Mode = Mode.PHONE
    note: str = ""
    seed: str = ""
    share_percent: int | None = None


@dataclass(frozen=True, slots=True)
class DrawnVisit:
    """A visit that the seed drew; `checker_id` '' = nobody may ask about it again."""

    visit_id: str
    head_name: str
    village_name: str
    finished_at: dt.datetime
    checker_id: str
    checker_name: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A share of the visits of a period: how many there were, and those drawn, in the order of the seed."""

    seed: str
    percent: int
    total: int
    drawn: tuple[DrawnVisit, ...]


# -- asking for one -----------------------------------------------------------------------------------


def checkers_for(context: Context, visit_id: str) -> list[tuple[str, str]]:
    """Who may be the second worker of a visit: id and name, by name. Raises NotAllowedError."""
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        area_code = households.get(connection, visit.household_id).area_code
        context.actor(connection).require(Permission.REQUEST_BACK_CHECK, area_code)
        versions = visits.chain(connection, visit.root_id)
        workers = households.users_in(connection, area_code[:_VILLAGE])
    today = context.today()
    fit = [one for one in workers if may_ask_again(one, versions, area_code, today, context.user_id)]
    return sorted(((one.id, one.name) for one in fit), key=lambda pair: (pair[1], pair[0]))


def may_request(context: Context, visit_id: str) -> bool:
    """Whether the worker may have a visit asked about again now."""
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        household = households.get(connection, visit.household_id)
        if not context.actor(connection).may(Permission.REQUEST_BACK_CHECK, household.area_code):
            return False
        versions = visits.chain(connection, visit.root_id)
        if context.user_id in took_part(versions) or not may_be_checked(versions[-1]):
            return False
        return not _open_already(connection, versions)


def request_back_checks(
    context: Context, wanted: Sequence[NewBackCheck], initiator: str = ""
) -> tuple[list[str], ChangeSet]:
    """Have visits asked about again, all in one commit. Returns the ids of the back-checks.

    Raises RuleError back_check_questions, back_check_mode, visit_corrected, back_check_visit,
    back_check_open, back_check_checker, text_too_long; NotAllowedError not_permitted, visit_not_here.
    """
    ids = []
    with context.store.unit_of_work(initiator) as work:
        actor, now = context.actor(work.connection), work.now()
        parameters = context.parameters(work.connection)
        days = parameters.back_checks.due_working_days
        due_on = calendar_of(parameters).add(local_day(now), days)
        for one in wanted:
            visit = visits.get(work.connection, one.visit_id)
            household = households.get(work.connection, visit.household_id)
            actor.require(Permission.REQUEST_BACK_CHECK, household.area_code)
            versions = visits.chain(work.connection, visit.root_id)
            note = checked_reason(one.note, BackCheckFields, "note", required=False)
            check = BackCheckFields.model_validate(
                _stamps(context, work)
                | {
                    "household_id": household.id,
                    "visit_id": one.visit_id,
                    "checker_id": one.checker_id,
                    "questions": one.questions,
                    "mode": one.mode,
                    "note": note,
                    "due_on": due_on,
                    "seed": one.seed,
                    "share_percent": one.share_percent,
                    "requested_at": now,
                }
            )
            checker = work.find("users", one.checker_id)
            check_request(
                check,
                versions,
                checker if isinstance(checker, UserFields) else None,
                household.area_code,
                local_day(now),
                open_already=_open_already(work.connection, versions),
            )
            if context.user_id in took_part(versions):
                raise RuleError("back_check_visit", "visit_id")
            work.save("back_checks", check)
            ids.append(check.id)
        return ids, work.commit()


def draw_visits(
    context: Context, area_code: str, since: dt.date, until: dt.date, *, percent: int, seed: str
) -> Draw:
    """Draw a share of the visits of an area that finished on the days from `since` to `until`, in each town
    for itself, and assign second workers by turns (R14). Nothing is stored.

    Raises RuleError("spot_check_seed_short"), NotAllowedError.
    """
    check_seed_text(seed)
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.REQUEST_BACK_CHECK, area_code)
        span = start_of_day(since), start_of_day(until + _ONE_DAY)
        facts = visits.facts_between(connection, area_code, *span)
        made = visits.by_ids(connection, [one.visit_id for one in facts if one.stands])
        found = households.get_many(connection, list({one.household_id for one in made}))
        homes = {one: home for one, home in found.items() if contains(area_code, home.area_code)}
        open_ids = _open_visits(connection, back_checks.of_area(connection, area_code))
        free = {}
        for one in made:
            # Only a corrected visit has other versions: the others need no query each.
            chain = visits.chain(connection, one.root_id) if one.amends else [one]
            mine = context.user_id in took_part(chain)
            asked = not open_ids.isdisjoint(version.id for version in chain)
            if one.household_id in homes and may_be_checked(one) and not mine and not asked:
                free[one.id] = chain
        workers = {one.id: one for one in households.users(connection) if one.active}
        names = households.area_names(connection)
        least = context.parameters(connection).back_checks.least_drawn
    today = context.today()

    def home_of(visit_id: str) -> str:
        return homes[free[visit_id][-1].household_id].area_code

    def may(worker: str, visit_id: str) -> bool:
        return may_ask_again(workers[worker], free[visit_id], home_of(visit_id), today, context.user_id)

    towns = draw(seed, ((home_of(one)[:_TOWN], one) for one in free), percent * _PER_THOUSAND, least)
    drawn = [one for ids in towns.values() for one in ids]
    second = assigned(seed, drawn, workers, may)
    return Draw(
        seed,
        percent,
        len(free),
        tuple(
            DrawnVisit(
                visit_id=one,
                head_name=homes[free[one][-1].household_id].head_name,
                village_name=names.get(home_of(one)[:_VILLAGE], ""),
                finished_at=free[one][-1].finished_at,
                checker_id=second.get(one, ""),
                checker_name=workers[second[one]].name if one in second else "",
            )
            for one in drawn
        ),
    )


def _open_already(connection: Connection, versions: Sequence[VisitFields]) -> bool:
    return bool(_open_visits(connection, back_checks.of_visits(connection, [one.id for one in versions])))


def _open_visits(connection: Connection, found: Collection[BackCheckFields]) -> set[str]:
    """The visits of those back-checks that are not over and that the server has not refused."""
    known = known_checks(connection, found)
    return {one.check.visit_id for one in known if one.check.status not in OVER and not one.refused}


# -- steps --------------------------------------------------------------------------------------------


def save_back_check_draft(
    context: Context, back_check_id: str, filled: BackCheckDraft, initiator: str = ""
) -> ChangeSet:
    """Keep what the second worker has filled in; called for every change of a field."""
    with context.store.unit_of_work(initiator) as work:
        back_checks.get(work.connection, back_check_id)
        back_checks.put_draft(work.connection, back_check_id, filled, work.now())
        work.touch("back_check_drafts", back_check_id)
        return work.commit()


def hand_in(context: Context, back_check_id: str, initiator: str = "") -> ChangeSet:
    """Hand in the draft: the step, its op and the end of the draft in one commit.

    Answers to questions that were not asked are left out, and so are all where nobody answered. Raises
    RuleError back_check_outcome, back_check_mode, relation_undeclared, reason_required, text_too_long;
    NotAllowedError back_check_step, not_permitted. Then the draft stays.
    """
    with context.store.unit_of_work(initiator) as work:
        check = back_checks.get(work.connection, back_check_id)
        draft = back_checks.draft(work.connection, back_check_id)
        told = None
        if draft.outcome is BackCheckOutcome.TOLD:
            asked = {question.value.lower() for question in check.questions}
            told = BackCheckAnswers.model_validate(draft.answers.model_dump(include=asked))
        filled = {"mode": draft.mode, "outcome": draft.outcome, "answers": told,
                  "no_relation": draft.no_relation}  # fmt: skip
        _take_step(context, work, check, BackCheckAction.ANSWER, draft.note, filled)
        back_checks.delete_draft(work.connection, back_check_id)
        work.touch("back_check_drafts", back_check_id)
        return work.commit()


def step_back_check(
    context: Context, back_check_id: str, action: BackCheckAction, note: str, initiator: str = ""
) -> ChangeSet:
    """Take any other step: hand back, withdraw, ask the first worker, explain, close; each with a word.

    Raises RuleError reason_required, text_too_long; NotAllowedError back_check_step, not_permitted.
    """
    with context.store.unit_of_work(initiator) as work:
        check = back_checks.get(work.connection, back_check_id)
        _take_step(context, work, check, action, note, {})
        if action is BackCheckAction.DECLINE:
            back_checks.delete_draft(work.connection, back_check_id)
        return work.commit()


def _take_step(
    context: Context, work: UnitOfWork, check: BackCheckFields, action: BackCheckAction, note: str,
    filled: dict[str, Any],
) -> None:  # fmt: skip
    household = households.get(work.connection, check.household_id)
    visit = visits.get(work.connection, check.visit_id)
    versions = visits.chain(work.connection, visit.root_id)
    supervises = context.actor(work.connection).may(Permission.REQUEST_BACK_CHECK, household.area_code)
    step = BackCheckStepFields.model_validate(
        _stamps(context, work)
        | {
            "household_id": check.household_id,
            "back_check_id": check.id,
            "action": action,
            "note": checked_reason(note, BackCheckStepFields, "note", required=False),
            "at": work.now(),
        }
        | filled
    )
    [known] = known_checks(work.connection, [check])
    advance(known.check.status, step, parties(check, versions, context.user_id, supervises=supervises))
    work.save("back_check_steps", step)
    work.touch("back_checks", check.id)
    work.touch("visits", check.visit_id)


def _stamps(context: Context, work: UnitOfWork) -> dict[str, Any]:
    now = work.now()
    return {
        "id": work.new_id(),
        "created_at": now,
        "created_by": context.user_id,
        "updated_at": now,
        "updated_by": context.user_id,
        "device_id": context.device_id,
    }
