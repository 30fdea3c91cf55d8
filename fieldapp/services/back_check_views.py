"""Back-checks as they stand on this device, own unsent steps counted in: tasks, lists, one with both answers,
and the report of differences by question and area."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.back_check_drafts import BackCheckDraft
from fieldapp.domain.records.back_checks import (
    BackCheckAction,
    BackCheckAnswers,
    BackCheckFields,
    BackCheckOutcome,
    BackCheckStatus,
    BackCheckStepFields,
)
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.back_check import (
    OVER,
    TRANSITIONS,
    CheckedVisit,
    Comparison,
    Party,
    QuestionTally,
    Verdict,
    actions_from,
    blinds,
    compare,
    parties,
    shown_to_author,
    tally,
)
from fieldapp.services.context import Context
from fieldapp.storage import outbox
from fieldapp.storage.repositories import back_checks, households, visits

_TOWN = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


@dataclass(frozen=True, slots=True)
class KnownCheck:
    """A back-check as it stands with what this device has not sent yet. `waiting`: something of it is on its
    way; `refused_code`: the server did not take it, or its latest step."""

    check: BackCheckFields
    steps: tuple[BackCheckStepFields, ...]
    waiting: bool
    refused_code: str

    @property
    def refused(self) -> bool:
        """Whether the server refused the back-check itself."""
        return bool(self.refused_code) and not self.steps and self.check.received_at is None

    @property
    def answer(self) -> BackCheckStepFields | None:
        """What the second worker handed in."""
        return next((one for one in self.steps if one.action is BackCheckAction.ANSWER), None)


@dataclass(frozen=True, slots=True)
class BackCheckItem:
    """A back-check as a list shows it. `different`: how many answers differ, None = not known or not his to
    know; `outcome` None = not answered yet."""

    back_check_id: str
    household_id: str
    head_name: str
    place: str
    status: BackCheckStatus
    due_on: dt.date
    late: bool
    checker_name: str
    outcome: BackCheckOutcome | None
    different: int | None
    waiting: bool
    refused_code: str


@dataclass(frozen=True, slots=True)
class StepItem:
    """One step as the page tells it."""

    action: BackCheckAction
    by_name: str
    at: dt.datetime
    note: str


@dataclass(frozen=True, slots=True)
class BackCheckView:
    """One back-check. `comparisons` and `visit_id` are empty for whoever must not see the first answers;
    `first_name` is who wrote the visit; `draft` is what the second worker has filled in."""

    item: BackCheckItem
    check: BackCheckFields
    household: HouseholdFields
    visit_id: str
    first_name: str
    requested_by_name: str
    comparisons: tuple[Comparison, ...]
    steps: tuple[StepItem, ...]
    actions: tuple[BackCheckAction, ...]
    draft: BackCheckDraft


@dataclass(frozen=True, slots=True)
class BackCheckDesk:
    """What there is for a worker: to ask families again, to explain, and (a supervisor) those of his areas:
    still open or closed, with the report of differences."""

    to_make: tuple[BackCheckItem, ...]
    to_explain: tuple[BackCheckItem, ...]
    open: tuple[BackCheckItem, ...]
    over: tuple[BackCheckItem, ...]
    report: tuple[QuestionTally, ...]
    area_names: Mapping[str, str]
    supervises: bool


@dataclass(frozen=True, slots=True)
class BackCheckCounts:
    """What waits for a worker: to ask again, to explain, to look at as a supervisor."""

    to_make: int = 0
    to_explain: int = 0
    to_look_at: int = 0


# -- standing -----------------------------------------------------------------------------------------


def known_checks(connection: Connection, found: Collection[BackCheckFields]) -> list[KnownCheck]:
    """How back-checks stand by the server's word and this device's unsent steps."""
    taken: dict[str, list[BackCheckStepFields]] = defaultdict(list)
    for step in back_checks.steps(connection, [one.id for one in found]):
        taken[step.back_check_id].append(step)
    unsent = outbox.waiting_of(connection, ("back_checks", "back_check_steps"))
    return [_stands(one, taken[one.id], unsent) for one in found]


def _stands(
    check: BackCheckFields, taken: Sequence[BackCheckStepFields], unsent: Mapping[str, str]
) -> KnownCheck:
    status, counted, refused = check.status, [], unsent.get(check.id, "")
    codes = {one.id: code for one in taken if (code := one.refused_code or unsent.get(one.id, ""))}
    for step in taken:
        if step.id in codes:
            continue
        if step.seq == 0:
            after = TRANSITIONS.get((status, step.action))
            if after is None:
                continue  # the server will say so; until then it changes nothing
            status = after
        counted.append(step)
    done = {(one.action, one.created_by) for one in counted}
    for step in taken:
        if step.id in codes and (step.action, step.created_by) not in done:
            refused = codes[step.id]
    ids = {check.id, *(one.id for one in taken)}
    waiting = any(unsent.get(one) == "" for one in ids)
    return KnownCheck(check.model_copy(update={"status": status}), tuple(counted), waiting, refused)


def hidden_visits(context: Context, connection: Connection) -> frozenset[str]:
    """First versions (`root_id`) of the visits that the worker asks about again: he must not see them."""
    own = known_checks(connection, back_checks.of_checker(connection, context.user_id))
    ids = [one.check.visit_id for one in own if not one.refused and blinds(one.check, context.user_id)]
    return frozenset(one.root_id for one in visits.by_ids(connection, ids)) if ids else frozenset()


# -- lists --------------------------------------------------------------------------------------------


def back_check_counts(context: Context) -> BackCheckCounts:
    """What waits for the worker, for the day's page and the row of 更多."""
    desk = back_check_desk(context)
    answered = (BackCheckStatus.ANSWERED, BackCheckStatus.DECLINED, BackCheckStatus.EXPLAINED)
    looked_at = [one for one in desk.open if one.status in answered]
    return BackCheckCounts(len(desk.to_make), len(desk.to_explain), len(looked_at))


def back_check_desk(context: Context) -> BackCheckDesk:
    """All back-checks that concern the worker, newest first; those to make by their last day."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        scopes = actor.areas_with(Permission.REQUEST_BACK_CHECK)
        held = {one.id: one for code in actor.areas_with(Permission.HOLD_CASES)
                for one in back_checks.of_area(connection, code)}  # fmt: skip
        known = known_checks(connection, list(held.values()))
        views = _views(context, connection, actor, known)
        names = households.area_names(connection)
    mine = [one for one in views if Party.CHECKER in one.by and one.known.check.status is _REQUESTED]
    explain = [
        one for one in views
        if Party.AUTHOR in one.by and one.known.check.status is BackCheckStatus.ASKED
    ]  # fmt: skip
    own = [one for one in views if Party.SUPERVISOR in one.by]
    checked = [
        CheckedVisit(one.known.check.id, one.household.area_code, one.comparisons)
        for one in own
        if one.comparisons
    ]
    towns = {one.area_code[:_TOWN] for one in checked}
    report = tally(checked, AreaLevel.TOWN if len(towns) > 1 else AreaLevel.VILLAGE)
    return BackCheckDesk(
        to_make=tuple(sorted((one.item for one in mine), key=lambda one: (one.due_on, one.back_check_id))),
        to_explain=tuple(one.item for one in explain),
        open=tuple(one.item for one in own if one.known.check.status not in OVER),
        over=tuple(one.item for one in own if one.known.check.status in OVER),
        report=tuple(report),
        area_names={one.area_code: names.get(one.area_code, "") for one in report},
        supervises=bool(scopes),
    )


def back_check_view(context: Context, back_check_id: str) -> BackCheckView:
    """One back-check, with what this worker may see of it. Raises NotAllowedError back_check_not_here,
    household_not_here, not_permitted."""
    with context.store.reading() as connection:
        found = back_checks.get(connection, back_check_id)
        actor = context.actor(connection)
        actor.require(Permission.HOLD_CASES, households.get(connection, found.household_id).area_code)
        [known] = known_checks(connection, [found])
        [view] = _views(context, connection, actor, [known])
        names = households.user_names(connection)
        versions = _versions(connection, found.visit_id)
        draft = back_checks.draft(connection, back_check_id)
    told = Party.SUPERVISOR in view.by
    sees = bool(view.comparisons) or told
    return BackCheckView(
        item=view.item,
        check=known.check,
        household=view.household,
        visit_id=found.visit_id if sees and versions else "",
        first_name=names.get(versions[0].created_by, "") if versions and sees else "",
        requested_by_name=names.get(found.created_by, ""),
        comparisons=view.comparisons,
        steps=tuple(
            # The first worker need not know who asked the family again.
            StepItem(
                one.action,
                names.get(one.created_by, "") if told or one.created_by != found.checker_id else "",
                one.at,
                one.note,
            )
            for one in known.steps
        )
        if told or Party.AUTHOR in view.by
        else (),
        actions=() if known.refused else actions_from(known.check.status, view.by),
        draft=draft,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A back-check as this worker may see it."""

    known: KnownCheck
    item: BackCheckItem
    household: HouseholdFields
    by: frozenset[Party]
    comparisons: tuple[Comparison, ...]


def _views(
    context: Context, connection: Connection, actor: Actor, found: Collection[KnownCheck]
) -> list[_Seen]:
    """Those of some back-checks that the worker has a part in."""
    homes = households.get_many(connection, list({one.check.household_id for one in found}))
    users, areas = households.user_names(connection), households.area_names(connection)
    rules, today = context.parameters(connection).back_checks, context.today()
    seen = []
    for known in found:
        check, home = known.check, homes.get(known.check.household_id)
        versions = _versions(connection, check.visit_id)
        if home is None:
            continue
        supervises = actor.may(Permission.REQUEST_BACK_CHECK, home.area_code)
        by = parties(check, versions, context.user_id, supervises=supervises)
        if not by or (by == {Party.AUTHOR} and not _told_to_author(known)):
            continue
        answer = known.answer
        shown = answer is not None and by & {Party.SUPERVISOR, Party.AUTHOR}
        told = answer.answers or BackCheckAnswers() if answer is not None else None
        compared: tuple[Comparison, ...] = ()
        if shown and told is not None and answer is not None and answer.outcome is BackCheckOutcome.TOLD:
            asked = next((one for one in versions if one.id == check.visit_id), None)
            compared = compare(asked, check, told, rules) if asked is not None else ()
        item = BackCheckItem(
            back_check_id=check.id,
            household_id=home.id,
            head_name=home.head_name,
            place=" ".join(filter(None, (areas.get(home.area_code[:_VILLAGE], ""), home.group_name))),
            status=check.status,
            due_on=check.due_on,
            late=check.status is _REQUESTED and check.due_on < today,
            checker_name=users.get(check.checker_id, "") if by != {Party.AUTHOR} else "",
            outcome=answer.outcome if answer is not None else None,
            different=sum(one.verdict is Verdict.DIFFERENT for one in compared) if compared else None,
            waiting=known.waiting,
            refused_code=known.refused_code,
        )
        seen.append(_Seen(known, item, home, by, compared))
    return seen


def _told_to_author(known: KnownCheck) -> bool:
    asked = any(one.action is BackCheckAction.ASK for one in known.steps)
    return shown_to_author(known.check.status) or (asked and known.check.status in OVER)


def _versions(connection: Connection, visit_id: str) -> list[VisitFields]:
    """The visit with its corrections, oldest first; none where this device does not hold it."""
    found = visits.by_ids(connection, [visit_id])
    return visits.chain(connection, found[0].root_id) if found else []


_REQUESTED = BackCheckStatus.REQUESTED
