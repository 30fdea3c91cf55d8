"""Workers as every device knows them: name, kind and dated roles (domain brief 4.2)."""

import datetime as dt
import enum

from sqlmodel import Field

from fieldapp.domain.records.base import RecordFields, Value, code, nested


class Role(enum.StrEnum):
    """What a person may do; always bound to an area and to dates (domain brief 7)."""

    GRID_WORKER = "GRID_WORKER"
    VILLAGE_AIDE = "VILLAGE_AIDE"
    ASSESSMENT_MEMBER = "ASSESSMENT_MEMBER"
    TOWN_CLERK = "TOWN_CLERK"
    TOWN_LEADER = "TOWN_LEADER"
    COUNTY_OFFICER = "COUNTY_OFFICER"
    VERIFICATION_CENTRE = "VERIFICATION_CENTRE"
    AUDITOR = "AUDITOR"
    SYSTEM_ADMIN = "SYSTEM_ADMIN"
    PARTNER = "PARTNER"
    REPORTER = "REPORTER"


class WorkerKind(enum.StrEnum):
    """Where a worker comes from."""

    AREA_CADRE = "AREA_CADRE"
    GROUP_LEADER = "GROUP_LEADER"
    PARTY_MEMBER = "PARTY_MEMBER"
    AIDE = "AIDE"
    SOCIAL_WORKER = "SOCIAL_WORKER"
    VOLUNTEER = "VOLUNTEER"
    STAFF = "STAFF"


class RoleAssignment(Value):
    """A role in an area for a time; `until` is the last day, None means open."""

    role: Role
    area_code: str
    since: dt.date
    until: dt.date | None = None

    def holds_on(self, on: dt.date) -> bool:
        """Whether the assignment is in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class UserFields(RecordFields):
    """A worker. Login, phone and password stay on the server."""

    name: str = Field(max_length=50)
    worker_kind: WorkerKind = code(WorkerKind, WorkerKind.STAFF)
    roles: tuple[RoleAssignment, ...] = nested(tuple[RoleAssignment, ...], tuple)
    active: bool = True
