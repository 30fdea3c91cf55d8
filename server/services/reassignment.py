"""Moves households, areas and workers about: each in one transaction, audited, with tombstones in the old
buckets and the records, history included, in the new ones. Devices learn of it at their next sync.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.areas import AreaFields, ancestors, contains, is_leaf
from fieldapp.domain.records.users import RoleAssignment, UserFields
from server.services.county import area_body
from server.services.users import require_areas
from server.store.audit import Act, note
from server.store.bodies import check_body
from server.store.clue_standing import steps_of
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.record_writer import patch_all, put_all
from server.store.store import Store
from server.store.unit_of_work import Author, Entry, UnitOfWork

_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AreaPart:
    """A part of an area that is split: the new area (made where it is not there yet) and who goes to it."""

    code: str
    name: str
    household_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What a change of areas did. `workers` (user ids) hold a role in a closed area and keep it, though
    nothing lives there any more: somebody has to give them their new one."""

    households: int
    closed: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()


# -- households ------------------------------------------------------------------------------------------


def move_households(store: Store, household_ids: Sequence[str], area_code: str, *, by: str) -> int:
    """Give households to another grid or village; all or none. Those that live there already are passed over.

    Returns how many moved. Raises RuleError unknown_record, unknown_area, area_closed.
    """

    def work(unit: UnitOfWork) -> int:
        _require_open_leaf(store, unit, area_code)
        return _move(unit, household_ids, area_code, by)

    return store.run(work)


def _move(unit: UnitOfWork, household_ids: Iterable[str], area_code: str, by: str) -> int:
    wanted = sorted(set(household_ids))
    unit.load("households", wanted)
    going = []
    for one in wanted:
        entry = unit.find("households", one)
        if entry is None or entry.deleted:
            raise RuleError("unknown_record", household_id=one)
        if entry.body["area_code"] != area_code:
            going.append(one)
    patch_all(unit, [("households", one, {"area_code": area_code}) for one in going], Author(by))
    for one in going:
        note(unit, by, Act.HOUSEHOLD_MOVED, "households", one)
    return len(going)


# -- areas -----------------------------------------------------------------------------------------------


def _move_clues(unit: UnitOfWork, code: str, into: str, by: str) -> None:
    """Urgent clues of an area that name no household, with their steps: nobody must lose sight of them."""
    clue = row_table("clues").c
    inside = (clue.bucket >= code) & (clue.bucket < code + AFTER_DIGITS)
    ids = set(unit.connection.scalars(select(clue.id).where(clue.household_id.is_(None), inside)))
    unit.load("clues", ids)
    found = [unit.find("clues", clue_id) for clue_id in sorted(ids)]
    for entry in (*found, *(step for steps in steps_of(unit, ids).values() for step in steps)):
        if entry is not None and not entry.deleted:
            unit.change(entry, check_body(entry.kind, {**entry.body, "area_code": into}), Author(by))


def merge_area(store: Store, code: str, into: str, *, by: str) -> Reassigned:
    """Close an area, and all inside it, in favour of another: its households follow, its code is never
    used again. What devices still enter for the old code is taken into the new one.

    Raises RuleError unknown_area, area_closed, invalid_value (`into` lies inside `code`, or is no grid or
    village).
    """
    if contains(code, into):
        raise RuleError("invalid_value", "into")

    def work(unit: UnitOfWork) -> Reassigned:
        _require_open(store, unit, code)
        _require_open_leaf(store, unit, into)
        moved = _move(unit, _households_in(unit, code), into, by)
        _move_clues(unit, code, into, by)
        closing = [area for area in _areas_in(unit, code) if not _closed(area, _today(store))]
        _close(store, unit, closing, into, by)
        note(unit, by, Act.AREA_MERGED, "areas", code)
        return Reassigned(
            moved, tuple(area.id for area in closing), _workers_of(unit, closing, _today(store))
        )

    return store.run(work)


def split_area(store: Store, code: str, parts: Sequence[AreaPart], *, close: bool, by: str) -> Reassigned:
    """Give parts of an area's households to other areas of the same town. With `close` nothing may be left
    behind; the first part is then the successor, to which late entries for the old code go.

    Raises RuleError unknown_area, area_closed, unknown_record, invalid_value (a household of another area,
    a part outside the town or that is no grid or village, no parts), area_not_empty.
    """

    def work(unit: UnitOfWork) -> Reassigned:
        _require_open(store, unit, code)
        here = set(_households_in(unit, code))
        for part in parts:
            _make_part(store, unit, code, part, by)
        moved = 0
        for part in parts:
            if not here.issuperset(part.household_ids):
                raise RuleError("invalid_value", "household_ids")
            moved += _move(unit, part.household_ids, part.code, by)
        closing: list[Entry] = []
        if close:
            targets = {part.code for part in parts}
            left = here - {one for part in parts for one in part.household_ids}
            if left or not parts or any(contains(code, target) for target in targets):
                raise RuleError("area_not_empty", "code", count=len(left))
            _move_clues(unit, code, parts[0].code, by)
            closing = [area for area in _areas_in(unit, code) if not _closed(area, _today(store))]
            _close(store, unit, closing, parts[0].code, by)
        note(unit, by, Act.AREA_SPLIT, "areas", code)
        return Reassigned(
            moved, tuple(area.id for area in closing), _workers_of(unit, closing, _today(store))
        )

    return store.run(work)


def _make_part(store: Store, unit: UnitOfWork, code: str, part: AreaPart, by: str) -> None:
    if not is_leaf(part.code) or part.code[: len(_town(code))] != _town(code):
        raise RuleError("invalid_value", "code")
    known = unit.find("areas", part.code)
    if known is not None:
        _require_open(store, unit, part.code)
        return
    parent = ancestors(part.code)[-2]
    _require_open(store, unit, parent)
    put_all(unit, [("areas", check_body("areas", area_body(store, part.code, part.name, by=by)))], Author(by))


def _town(code: str) -> str:
    return code[:9]


def _close(store: Store, unit: UnitOfWork, areas: Iterable[Entry], successor: str, by: str) -> None:
    """The day before is the last on which the areas held: what is entered from now on follows them."""
    last = (_today(store) - _DAY).isoformat()
    changes = {"valid_to": last, "successor_code": successor}
    patch_all(unit, [("areas", area.id, changes) for area in areas], Author(by))


def _require_open(store: Store, unit: UnitOfWork, code: str) -> Entry:
    area = unit.find("areas", code)
    if area is None or area.deleted:
        raise RuleError("unknown_area", "area_code")
    if _closed(area, _today(store)):
        raise RuleError("area_closed", "area_code")
    return area


def _require_open_leaf(store: Store, unit: UnitOfWork, code: str) -> None:
    _require_open(store, unit, code)
    if not is_leaf(code):
        raise RuleError("invalid_value", "area_code")


def _closed(area: Entry, today: dt.date) -> bool:
    return not AreaFields.model_validate(area.body).open_on(today)


def _areas_in(unit: UnitOfWork, code: str) -> list[Entry]:
    row = row_table("areas").c
    ids = sorted(unit.connection.scalars(select(row.id).where(row.id.startswith(code))))
    unit.load("areas", ids)
    return [entry for one in ids if (entry := unit.find("areas", one)) is not None and not entry.deleted]


def _households_in(unit: UnitOfWork, code: str) -> list[str]:
    row = row_table("households").c
    return list(unit.connection.scalars(select(row.id).where(row.area_code.startswith(code))))


def _workers_of(unit: UnitOfWork, areas: Sequence[Entry], today: dt.date) -> tuple[str, ...]:
    closed = {area.id for area in areas}
    users = row_table("users").c
    found = unit.connection.execute(select(users.id, users.roles).where(users.active.is_(True)))
    return tuple(
        sorted(
            row.id
            for row in found
            if any(role.area_code in closed and role.holds_on(today) for role in row.roles)
        )
    )


# -- workers ---------------------------------------------------------------------------------------------


def give_role(store: Store, user_id: str, role: RoleAssignment, *, by: str) -> None:
    """Add a dated role to those a user has. Raises RuleError unknown_record, unknown_area, invalid_value."""
    if role.until is not None and role.until < role.since:
        raise RuleError("invalid_value", "until")

    def work(unit: UnitOfWork) -> None:
        require_areas(unit, [role])
        roles = _roles(unit, user_id)
        if role not in roles:
            _set_roles(unit, user_id, [*roles, role], by)

    store.run(work)


def end_roles(store: Store, user_id: str, last_day: dt.date, *, area_code: str = "", by: str) -> int:
    """End a user's roles, in one area or all, with a day; roles that begin later never do. Returns how many
    changed. Raises RuleError("unknown_record")."""

    def work(unit: UnitOfWork) -> int:
        kept: list[RoleAssignment] = []
        changed = 0
        for role in _roles(unit, user_id):
            here = not area_code or role.area_code == area_code
            if not here or (role.until is not None and role.until <= last_day):
                kept.append(role)
                continue
            changed += 1
            if role.since <= last_day:
                kept.append(role.model_copy(update={"until": last_day}))
        if changed:
            _set_roles(unit, user_id, kept, by)
        return changed

    return store.run(work)


def cover(
    store: Store, absent_id: str, substitute_id: str, since: dt.date, until: dt.date, *, by: str
) -> int:
    """Have a worker stand in for another (代班) from one day to another: he gets the other's field roles for
    these days, beside his own. Returns how many roles were given.

    Raises RuleError unknown_record, invalid_value (no such days, the same person, nothing to take over).
    """
    if until < since or absent_id == substitute_id:
        raise RuleError("invalid_value", "until" if until < since else "substitute")

    def work(unit: UnitOfWork) -> int:
        mine = _roles(unit, substitute_id)
        given = []
        for role in _roles(unit, absent_id):
            days = (max(role.since, since), until if role.until is None else min(role.until, until))
            if Permission.HOLD_CASES in PERMISSIONS[role.role] and days[0] <= days[1]:
                given.append(role.model_copy(update={"since": days[0], "until": days[1]}))
        given = [role for role in given if role not in mine]
        if not given:
            raise RuleError("invalid_value", "absent")
        _set_roles(unit, substitute_id, [*mine, *given], by)
        return len(given)

    return store.run(work)


def _roles(unit: UnitOfWork, user_id: str) -> tuple[RoleAssignment, ...]:
    entry = unit.find("users", user_id)
    if entry is None or entry.deleted:
        raise RuleError("unknown_record")
    return UserFields.model_validate(entry.body).roles


def _set_roles(unit: UnitOfWork, user_id: str, roles: Sequence[RoleAssignment], by: str) -> None:
    plain: list[Mapping[str, object]] = [role.model_dump(mode="json", exclude_none=True) for role in roles]
    patch_all(unit, [("users", user_id, {"roles": plain})], Author(by))
    note(unit, by, Act.USER_ROLES, "users", user_id)


def _today(store: Store) -> dt.date:
    return local_day(store.clock())
