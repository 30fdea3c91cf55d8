"""Takes in urgent clues and the steps about them, and says whom to tell when limits run out (R11, R20, R24).

A report is never refused for what it names: a household or area that is not there (any more) is left out. A
step that may not be taken is kept with the reason; its author is told by the record itself.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select, text

from fieldapp.domain.clock import instant_text, local_day, parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.clues import SETTLED, ClueAction, ClueStatus, ClueStepFields
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.rules.clue_flow import ClueState, Standing, refusal
from server.services.identity import Caller
from server.store.bodies import CheckedBody, check_body
from server.store.clue_standing import state_of_bodies, steps_of, stood, told
from server.store.projections import parameters_of, row_table
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body

CLUE_RIGHTS: Final = (
    Permission.FOLLOW_CLUE,
    Permission.ACCEPT_CLUE,
    Permission.ASSIGN_CLUE,
    Permission.CLOSE_CLUE,
    Permission.CLOSE_URGENT_CLUE,
)
_SMALLEST_FILED: Final = 9
"""Digits of a town's code: a clue is filed in a town at least."""
_NUMBER: Final = text(
    "INSERT INTO meta (key, value) VALUES (:key, '1') ON CONFLICT (key) DO UPDATE"
    " SET value = CAST(CAST(meta.value AS INTEGER) + 1 AS TEXT) RETURNING value"
)


def placed_clue(unit: UnitOfWork, checked: CheckedBody) -> CheckedBody:
    """A new clue with a household and an area that are there. Raises RuleError("unknown_area") where not even
    its town is."""
    body = dict(checked.body)
    household = unit.find("households", body["household_id"]) if "household_id" in body else None
    if household is None or household.deleted:
        body.pop("household_id", None)
    for code in reversed(ancestors(body["area_code"])):
        area = unit.find("areas", code) if len(code) >= _SMALLEST_FILED else None
        if area is not None and not area.deleted:
            body["area_code"] = code
            return checked if body == checked.body else check_body("clues", body)
    raise RuleError("unknown_area", "area_code")


def taken_in(unit: UnitOfWork, checked: CheckedBody) -> CheckedBody:
    """A new clue with the server's own fields: number, standing, clocks, whom it was told to."""
    body = dict(checked.body)
    now = parse_instant(unit.now)
    parameters = parameters_of(unit.connection)
    reported = parse_instant(body["reported_at"])
    tolerance = dt.timedelta(minutes=parameters.clock_tolerance_minutes)
    # Behind cannot be told from late: what was reported offline arrives hours after it, and that is right.
    body["clock_suspect"] = reported > now + tolerance or bool(body.get("flags"))
    year = local_day(reported).year if reported <= now + tolerance else local_day(now).year
    number = int(unit.connection.execute(_NUMBER, {"key": f"clue_no:{year}"}).scalar_one())
    body["clue_no"] = f"{body['area_code'][:6]}{year}{number:05d}"
    return check_body("clues", stood(body, (), parameters, now))


def placed_step(unit: UnitOfWork, checked: CheckedBody) -> CheckedBody:
    """A new step in the place of its clue. Raises RuleError("clue_unknown")."""
    clue = unit.find("clues", checked.body["clue_id"])
    if clue is None or clue.deleted:
        raise RuleError("clue_unknown", "clue_id")
    place = {name: clue.body.get(name) for name in ("household_id", "area_code")}
    body = compact({**checked.body, **place})
    return checked if body == checked.body else check_body("clue_steps", body)


def decided_step(unit: UnitOfWork, caller: Caller, area_code: str, checked: CheckedBody) -> CheckedBody:
    """A new step with the server's word: its number, or the code of why it does not hold.

    The clue is locked from here to the end of the transaction, so that of two steps one is first.
    """
    step = ClueStepFields.model_validate(checked.body)
    clue = unit.find("clues", step.clue_id)
    assert clue is not None  # placed_step has found it
    steps = steps_of(unit, {clue.id}).get(clue.id, [])
    state = state_of_bodies(clue.body, [entry.body for entry in steps])
    parameters = parameters_of(unit.connection)
    code = refusal(state, step, _standing(caller, area_code, step, unit.now), parameters)
    code = code or _unfit(unit, state, step, area_code)
    word: Body = {"seq": 0, "refused_code": code} if code else {"seq": state.steps + 1}
    return check_body("clue_steps", {**checked.body, **word})


def _standing(caller: Caller, area_code: str, step: ClueStepFields, now: str) -> Standing:
    """The caller's rights at the clue, today or on the day of the step."""
    day = min(local_day(step.at), local_day(parse_instant(now)))
    actors = (caller.actor, actor_on(caller.user_id, caller.roles, day))
    rights = {one for one in CLUE_RIGHTS if any(actor.may(one, area_code) for actor in actors)}
    return Standing(caller.user_id, frozenset(rights))


def _unfit(unit: UnitOfWork, state: ClueState, step: ClueStepFields, area_code: str) -> str:
    """The code of what a step names and what is not as it must be; '' = nothing."""
    if step.action is ClueAction.ASSIGN and not _may_work(unit, step.assignee_id, area_code):
        return "clue_assignee_unfit"
    if step.action is ClueAction.MARK_DUPLICATE and not _may_be_main(unit, step):
        return "clue_main_unfit"
    if step.found_household_id and not _is_there(unit, "households", step.found_household_id):
        return "unknown_household"
    if step.visit_id:
        visit = unit.find("visits", step.visit_id)
        household = state.household_id or step.found_household_id
        if visit is None or visit.deleted or visit.body["household_id"] != household:
            return "clue_visit_unknown"
    return ""


def _may_work(unit: UnitOfWork, user_id: str, area_code: str) -> bool:
    user = unit.find("users", user_id)
    if user is None or user.deleted:
        return False
    typed = UserFields.model_validate(user.body)
    actor = actor_on(typed.id, typed.roles, local_day(parse_instant(unit.now)))
    return typed.active and actor.may(Permission.FOLLOW_CLUE, area_code)


def _may_be_main(unit: UnitOfWork, step: ClueStepFields) -> bool:
    main = unit.find("clues", step.main_id or "")
    return main is not None and not main.deleted and main.body.get("status") != ClueStatus.DUPLICATE


def _is_there(unit: UnitOfWork, kind: str, record_id: str) -> bool:
    found = unit.find(kind, record_id)
    return found is not None and not found.deleted


# -- escalation ---------------------------------------------------------------------------------------


def escalate(store: Store) -> int:
    """Note on every open clue whom its limits reached since the last time; devices show it after their next
    sync. Returns on how many clues. Harmless when run twice, or by two at once."""
    now = store.clock()
    with store.read() as connection:
        parameters = parameters_of(connection)
        row = row_table("clues").c
        open_ids = list(connection.scalars(select(row.id).where(row.status.not_in(sorted(SETTLED)))))
    return sum(_escalate_some(store, part, parameters, now) for part in _parts(open_ids))


def _escalate_some(store: Store, clue_ids: list[str], parameters: Parameters, now: dt.datetime) -> int:
    def work(unit: UnitOfWork) -> int:
        unit.load("clues", clue_ids)
        steps = steps_of(unit, set(clue_ids))
        noted = 0
        for clue_id in clue_ids:
            clue = unit.find("clues", clue_id)
            if clue is None or clue.deleted:
                continue
            state = state_of_bodies(clue.body, [entry.body for entry in steps.get(clue_id, ())])
            body = told(clue.body, state, parameters, now)
            if body is not clue.body:
                stamps = {"updated_at": instant_text(now)}
                unit.change(clue, check_body("clues", {**body, **stamps}), Author(clue.body["updated_by"]))
                noted += 1
        return noted

    return store.run(work)


def _parts(ids: list[str], size: int = 200) -> Iterable[list[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
