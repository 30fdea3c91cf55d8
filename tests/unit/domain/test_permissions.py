"""Who may do what, where, and until when."""

import datetime as dt

import pytest

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.permissions import PERMISSIONS, Actor, Permission, actor_on
from fieldapp.domain.records.users import Role, RoleAssignment

TOWN, VILLAGE, GRID, OTHER = "341789100", "341789100201", "341789100201001", "341789100202"
DAY = dt.date(2026, 3, 5)


def actor(*held: tuple[Role, str]) -> Actor:
    return Actor("u", tuple(RoleAssignment(role=role, area_code=code, since=DAY) for role, code in held))


def test_permissions_every_role_has_a_row() -> None:
    assert set(PERMISSIONS) == set(Role)


def test_system_admin_sees_no_case_and_auditor_looks_and_inspects() -> None:
    looking = {
        Permission.READ_CASES,
        Permission.READ_STATISTICS,
        Permission.EXPORT_VISITS,
        Permission.READ_AUDIT,
    }
    assert PERMISSIONS[Role.AUDITOR] <= looking | {Permission.INSPECT}
    assert Permission.READ_CASES not in PERMISSIONS[Role.SYSTEM_ADMIN]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_actor_may_what_the_table_says_inside_his_area_only(role: Role, permission: Permission) -> None:
    one = actor((role, VILLAGE))
    allowed = permission in PERMISSIONS[role]
    assert one.may(permission) is allowed
    assert one.may(permission, VILLAGE) is allowed
    assert one.may(permission, GRID) is allowed
    assert one.may(permission, OTHER) is False
    assert one.may(permission, TOWN) is False
    if allowed:
        one.require(permission, GRID)
    with pytest.raises(NotAllowedError) as caught:
        one.require(permission, OTHER)
    assert (caught.value.code, caught.value.facts) == ("not_permitted", {"permission": permission})


def test_actor_areas_leave_out_what_lies_inside_a_larger_one() -> None:
    one = actor((Role.GRID_WORKER, GRID), (Role.TOWN_CLERK, TOWN), (Role.VILLAGE_AIDE, VILLAGE))
    assert one.areas_with(Permission.CREATE_VISIT) == (TOWN,)
    assert one.areas_with(Permission.MANAGE_USERS) == ()
    two = actor((Role.GRID_WORKER, GRID), (Role.VILLAGE_AIDE, OTHER))
    assert two.areas_with(Permission.CREATE_VISIT) == (GRID, OTHER)
    assert two.areas_with(Permission.EDIT_HOUSEHOLD) == (OTHER,)


def test_role_holds_from_its_first_to_its_last_day() -> None:
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=DAY, until=DAY)
    days = [DAY + dt.timedelta(days=n) for n in (-1, 0, 1)]
    assert [actor_on("u", [role], day).may(Permission.CREATE_VISIT) for day in days] == [False, True, False]


def test_actor_is_masked_only_when_he_reads_as_auditor_alone() -> None:
    assert actor((Role.AUDITOR, TOWN)).masked
    assert actor((Role.AUDITOR, TOWN), (Role.SYSTEM_ADMIN, TOWN)).masked
    assert not actor((Role.AUDITOR, TOWN), (Role.TOWN_LEADER, TOWN)).masked
    assert not actor((Role.SYSTEM_ADMIN, TOWN)).masked
    assert not actor().masked


def test_change_set_touches_what_it_names() -> None:
    some = ChangeSet({"visits": frozenset({"v"}), "persons": frozenset()})
    assert some.touches("households", "visits")
    assert not some.touches("persons", "areas")
    assert ChangeSet(everything=True).touches("areas")
    assert not ChangeSet().touches("visits")
