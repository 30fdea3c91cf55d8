"""Takes in reliefs and their steps: the same rules as on the device, asked again, since they move money.

A step that is not possible is kept with the code of the reason, so that everybody sees it and who came first
(R20). An accepted one changes its relief, and books what it moves in the town's standby fund, in the same
transaction.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Text, select, type_coerce

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import FieldappError, NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.reliefs import ReliefAction, ReliefFields, ReliefStepFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.finding import Severity
from fieldapp.domain.rules.relief_amount import check_relief, decision_level, repeats
from fieldapp.domain.rules.relief_flow import (
    FIELDS,
    advance,
    fund_movement,
    permission_for,
    standing_of,
)
from server.services.funds import TOWN_DIGITS, book_movement
from server.services.identity import Caller
from server.store.bodies import CheckedBody, check_body
from server.store.feed import AFTER_DIGITS
from server.store.projections import parameters_of, row_table
from server.store.unit_of_work import Author, Entry, UnitOfWork
from sync.protocol.wire import Body

_NUMBER: Final = "LJ{town}-{year}-{n:04d}"
"""Number of a relief: town, year, and which of them it was."""


def take_relief(unit: UnitOfWork, checked: CheckedBody) -> CheckedBody:
    """Check a new relief and give it its number, and who decides. Raises RuleError: the op is refused."""
    relief = ReliefFields.model_validate(checked.body)
    parameters = parameters_of(unit.connection)
    repeated = repeats(relief, _same_cause(unit, relief))
    for finding in check_relief(relief, parameters, repeated=repeated):
        if finding.severity is Severity.ERROR:
            raise RuleError(finding.code, finding.field, **finding.facts)
    level = decision_level(relief, parameters, repeated=repeated)
    filled = {"relief_no": _next_number(unit, relief), "decide_at_level": level.value}
    return check_body("reliefs", {**checked.body, **filled})


def _same_cause(unit: UnitOfWork, relief: ReliefFields) -> list[ReliefFields]:
    """Reliefs of the town for the same cause: those of the household and of its persons are among them."""
    row = row_table("reliefs").c
    town = relief.area_code[:TOWN_DIGITS]
    query = select(row.id).where(
        row.bucket >= town,
        row.bucket < town + AFTER_DIGITS,
        type_coerce(row.cause, Text) == relief.cause.value,
    )
    unit.load("reliefs", unit.connection.scalars(query))
    return [ReliefFields.model_validate(entry.body) for entry in unit.live("reliefs")]


def _next_number(unit: UnitOfWork, relief: ReliefFields) -> str:
    town = relief.area_code[:TOWN_DIGITS]
    unit.find("areas", town)  # locked: two reliefs of a town get their numbers one after the other
    stem = _NUMBER.format(town=town, year=local_day(parse_instant(unit.now)).year, n=0)[:-4]
    row = row_table("reliefs").c
    stored = unit.connection.scalars(select(row.relief_no).where(row.relief_no.startswith(stem)))
    made = [entry.body.get("relief_no", "") for entry in unit.live("reliefs")]
    taken = [int(one[len(stem) :]) for one in (*stored, *made) if one.startswith(stem)]
    return f"{stem}{max(taken, default=0) + 1:04d}"


def take_relief_step(
    unit: UnitOfWork,
    caller: Caller,
    checked: CheckedBody,
    hlc: str,
    require: Callable[[Permission], None],
) -> CheckedBody:
    """Decide about a step; it comes back with its number or with the reason why it does not count.

    `require` asks for a permission where the relief is. Raises RuleError unknown_relief, invalid_value.
    """
    step = ReliefStepFields.model_validate(checked.body)
    entry = _relief_of(unit, checked.body)
    relief = ReliefFields.model_validate(entry.body)
    parameters = parameters_of(unit.connection)
    try:
        require(permission_for(relief, step.action))
        _check_visit(unit, step)
        standing = advance(relief, standing_of(relief), step, parameters)
        moved = fund_movement(relief, step)
        if moved:
            book_movement(
                unit, area_code=relief.area_code, relief_id=relief.id, step_id=step.id, amount=moved,
                by=caller.user_id,
            )  # fmt: skip
    except FieldappError as refusal:
        return check_body("relief_steps", {**checked.body, "refused_code": refusal.code})
    told = relief.model_copy(update={name: getattr(standing, name) for name in FIELDS})
    stamps = {"updated_at": unit.now, "updated_by": caller.user_id, "device_id": caller.device_id}
    author = Author(caller.user_id, caller.device_id, hlc)
    unit.change(entry, check_body("reliefs", {**_kept(entry.body), **wire_body(told), **stamps}), author)
    return check_body("relief_steps", {**checked.body, "seq": standing.steps_taken})


def _kept(body: Body) -> Body:
    """What a newer device put into a body and this program does not know: it stays."""
    return {name: value for name, value in body.items() if name not in ReliefFields.model_fields}


def _relief_of(unit: UnitOfWork, body: Body) -> Entry:
    entry = unit.find("reliefs", body["relief_id"])
    if entry is None or entry.deleted:
        raise RuleError("unknown_relief", "relief_id")
    if entry.body.get("household_id") != body.get("household_id"):
        raise RuleError("invalid_value", "household_id")
    if entry.body.get("household_id") is None and entry.body["area_code"] != body["area_code"]:
        raise RuleError("invalid_value", "area_code")
    return entry


def _check_visit(unit: UnitOfWork, step: ReliefStepFields) -> None:
    if step.action is not ReliefAction.FOLLOW_UP or not step.visit_id:
        return
    visit = unit.find("visits", step.visit_id)
    if visit is None or visit.deleted or visit.body.get("household_id") != step.household_id:
        raise NotAllowedError("relief_visit_unknown")
    if visit.body.get("purpose") != Purpose.RELIEF.value:
        raise NotAllowedError("relief_visit_unknown")
