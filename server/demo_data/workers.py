"""Who works in the made-up county: users with dated roles, and the logins they enter with."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from fieldapp.domain.records.base import compact
from fieldapp.domain.records.persons import Sex
from fieldapp.domain.records.users import Role, WorkerKind
from server.demo_data.chance import Chance, Weighted, chance_for
from server.demo_data.geography import COUNTY_CODE, County, Village
from server.demo_data.names import given_name, surname
from server.demo_data.people import Stamp
from server.demo_data.scale import Scale

Body = dict[str, Any]

LOGIN_WORDS: Final = {
    Role.GRID_WORKER: "grid",
    Role.VILLAGE_AIDE: "aide",
    Role.TOWN_CLERK: "clerk",
    Role.TOWN_LEADER: "leader",
    Role.COUNTY_OFFICER: "county",
    Role.AUDITOR: "auditor",
    Role.SYSTEM_ADMIN: "sysadmin",
    Role.PARTNER: "partner",
}
COUNTY_STAFF: Final = ((Role.COUNTY_OFFICER, 3), (Role.AUDITOR, 1), (Role.SYSTEM_ADMIN, 1))
_GRID_KINDS: Final = Weighted(
    [(WorkerKind.AREA_CADRE, 45), (WorkerKind.GROUP_LEADER, 35), (WorkerKind.PARTY_MEMBER, 20)]
)
_AGES: Final = {
    Role.GRID_WORKER: (30, 66),
    Role.VILLAGE_AIDE: (35, 59),
    Role.TOWN_CLERK: (28, 55),
    Role.TOWN_LEADER: (38, 56),
}


@dataclass(frozen=True, slots=True)
class Login:
    """How a user enters: login name, id, role and area. Passwords are the loader's business."""

    login: str
    user_id: str
    name: str
    role: Role
    area_code: str


@dataclass(slots=True)
class Staff:
    """All users, and who serves where."""

    bodies: list[Body] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    by_post: dict[tuple[Role, str], str] = field(default_factory=dict)

    def serving(self, grid_code: str) -> tuple[str, str]:
        """The grid worker, and the aide of the village or, where the post is vacant, the town's clerk."""
        worker = self.by_post[Role.GRID_WORKER, grid_code]
        aide = self.by_post.get((Role.VILLAGE_AIDE, grid_code[:12]))
        return worker, aide or self.by_post[Role.TOWN_CLERK, grid_code[:9]]

    def at(self, role: Role, area_code: str) -> Login:
        """The first login of a role in an area. Raises KeyError."""
        user_id = self.by_post[role, area_code]
        return next(login for login in self.logins if login.user_id == user_id)


def make_staff(
    scale: Scale, county: County, seed: int, hired_on: dt.date, registered_at: dt.datetime
) -> Staff:
    """Users from the county down. Vacant aide posts are those of the last villages, never the focus."""
    chance = chance_for(seed, "staff")
    staff = Staff()
    vacant = [v for v in reversed(county.villages) if v is not county.focus][: scale.vacant_aides]
    for role, area_code, suffix in _posts(county, vacant):
        stamp = Stamp(registered_at + dt.timedelta(seconds=len(staff.bodies)), "")
        body = _user_body(chance, role, area_code, hired_on, stamp)
        staff.bodies.append(body)
        login = f"{LOGIN_WORDS[role]}-{area_code}{suffix}"
        staff.logins.append(Login(login, body["id"], body["name"], role, area_code))
        staff.by_post.setdefault((role, area_code), body["id"])
    # The system admin registered everybody, themself first.
    admin = staff.by_post[Role.SYSTEM_ADMIN, COUNTY_CODE]
    for body in staff.bodies:
        body["created_by"] = body["updated_by"] = admin
    return staff


def _posts(county: County, vacant: Iterable[Village]) -> list[tuple[Role, str, str]]:
    posts = []
    for role, count in COUNTY_STAFF:
        posts += [(role, COUNTY_CODE, f"-{nth + 1}" if count > 1 else "") for nth in range(count)]
    for town in county.towns:
        posts += [(Role.TOWN_CLERK, town.code, "-1"), (Role.TOWN_CLERK, town.code, "-2")]
        posts.append((Role.TOWN_LEADER, town.code, ""))
    without = {village.code for village in vacant}
    for village in county.villages:
        if village.code not in without:
            posts.append((Role.VILLAGE_AIDE, village.code, ""))
        posts += [(Role.GRID_WORKER, grid_code, "") for grid_code in village.grid_codes]
    posts.append((Role.PARTNER, COUNTY_CODE, ""))
    return posts


def _user_body(chance: Chance, role: Role, area_code: str, hired_on: dt.date, stamp: Stamp) -> Body:
    kind = WorkerKind.STAFF
    if role is Role.GRID_WORKER:
        kind = _GRID_KINDS.draw(chance)
    elif role is Role.VILLAGE_AIDE:
        kind = WorkerKind.AIDE
    elif role is Role.PARTNER:
        kind = WorkerKind.SOCIAL_WORKER
    young, old = _AGES.get(role, (30, 56))
    sex = Sex.FEMALE if chance.random() < (0.6 if role is Role.VILLAGE_AIDE else 0.4) else Sex.MALE
    name = surname(chance) + given_name(chance, sex, hired_on.year - chance.randrange(young, old))
    since = hired_on - dt.timedelta(days=chance.randrange(0, 900))
    return compact(
        stamp.fields(chance)
        | {
            "name": name,
            "worker_kind": kind.value,
            "roles": [{"role": role.value, "area_code": area_code, "since": since.isoformat()}],
            "active": True,
        }
    )
