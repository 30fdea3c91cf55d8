"""Takes in back-checks of visits and their steps: the same rules as on the device, asked again.

A step that is not possible is kept with the code of the reason (R20); an accepted one changes its back-check.
"""

from collections.abc import Callable

from sqlalchemy import select

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.back_check import (
    OVER,
    PERMISSION_FOR,
    TAKEN_BY,
    Party,
    advance,
    check_request,
    parties,
)
from server.store.bodies import CheckedBody, check_body
from server.store.projections import row_table
from server.store.unit_of_work import Author, Entry, UnitOfWork
from sync.protocol.wire import Body


def check_back_check(unit: UnitOfWork, body: Body) -> None:
    """What must hold of a new back-check. Raises RuleError unknown_record, or as check_request does."""
    check = BackCheckFields.model_validate(body)
    visit = _same_household(unit, "visits", check.visit_id, body, "visit_id")
    household = unit.find("households", check.household_id)
    assert household is not None  # asked for before
    versions = _versions(unit, visit)
    checker = unit.find("users", check.checker_id)
    check_request(
        check,
        versions,
        UserFields.model_validate(checker.body) if checker is not None and not checker.deleted else None,
        household.body["area_code"],
        local_day(check.requested_at),
        open_already=any(one.status not in OVER for one in _others(unit, check, versions)),
    )


def take_back_check_step(
    unit: UnitOfWork, author: Author, checked: CheckedBody, require: Callable[[Permission], None]
) -> CheckedBody:
    """Decide about a step; it comes back with its number or the reason against it.

    `require` asks a permission where the household is. Raises RuleError unknown_record.
    """
    step = BackCheckStepFields.model_validate(checked.body)
    entry = _same_household(unit, "back_checks", step.back_check_id, checked.body, "back_check_id")
    check = BackCheckFields.model_validate(entry.body)
    visit = unit.find("visits", check.visit_id)
    versions = [] if visit is None else _versions(unit, visit)
    try:
        require(PERMISSION_FOR[TAKEN_BY[step.action]])
        supervises = TAKEN_BY[step.action] is Party.SUPERVISOR
        after = advance(check.status, step, parties(check, versions, author.user_id, supervises=supervises))
    except FieldappError as refusal:
        return check_body("back_check_steps", {**checked.body, "refused_code": refusal.code})
    seq = check.steps_taken + 1
    changed = {
        **entry.body,
        "status": after.value,
        "steps_taken": seq,
        "updated_at": unit.now,
        "updated_by": author.user_id,
        "device_id": author.device_id,
    }
    unit.change(entry, check_body("back_checks", changed), author)
    return check_body("back_check_steps", {**checked.body, "seq": seq})


def _versions(unit: UnitOfWork, visit: Entry) -> list[VisitFields]:
    """A visit with all its corrections, oldest first."""
    chain = [VisitFields.model_validate(one.body) for one in unit.visits_of_chain(visit.body["root_id"])]
    return sorted(chain, key=lambda one: (one.created_at, one.id))


def _others(unit: UnitOfWork, check: BackCheckFields, versions: list[VisitFields]) -> list[BackCheckFields]:
    """The other back-checks of a visit, whichever version they were asked of."""
    row = row_table("back_checks").c
    unit.load(
        "back_checks", unit.connection.scalars(select(row.id).where(row.household_id == check.household_id))
    )
    visit_ids = {one.id for one in versions}
    found = [BackCheckFields.model_validate(one.body) for one in unit.live("back_checks")]
    return [one for one in found if one.visit_id in visit_ids and one.id != check.id]


def _same_household(unit: UnitOfWork, kind: str, record_id: str, body: Body, field: str) -> Entry:
    entry = unit.find(kind, record_id)
    if entry is None or entry.deleted or entry.body["household_id"] != body["household_id"]:
        raise RuleError("unknown_record", field)
    return entry
