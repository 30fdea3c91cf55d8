"""Needs for services, referrals and their steps, organisations and projects."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.needs import (
    NeedStatus,
    OrganisationFields,
    ProjectFields,
    ReferralFields,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.storage import rows
from fieldapp.storage.tables import (
    OrganisationRow,
    ProjectRow,
    ReferralRow,
    ReferralStepRow,
    ServiceNeedRow,
)

NEEDS: Final = ServiceNeedRow.__table__  # type: ignore[attr-defined]
REFERRALS: Final = ReferralRow.__table__  # type: ignore[attr-defined]
STEPS: Final = ReferralStepRow.__table__  # type: ignore[attr-defined]
ORGANISATIONS: Final = OrganisationRow.__table__  # type: ignore[attr-defined]
PROJECTS: Final = ProjectRow.__table__  # type: ignore[attr-defined]


def get(connection: Connection, need_id: str) -> ServiceNeedFields:
    """The need. Raises NotAllowedError("need_not_here")."""
    found = rows.find(connection, "service_needs", need_id)
    if not isinstance(found, ServiceNeedFields):
        raise NotAllowedError("need_not_here")
    return found


def of_household(connection: Connection, household_id: str) -> list[ServiceNeedFields]:
    """Needs of a household, newest first."""
    query = (
        rows.select_records("service_needs")
        .where(NEEDS.c.household_id == household_id)
        .order_by(NEEDS.c.seen_at.desc(), NEEDS.c.id.desc())
    )
    return rows.records(connection, query, ServiceNeedFields)


def of_area(
    connection: Connection, area_code: str, statuses: Collection[NeedStatus] = ()
) -> list[ServiceNeedFields]:
    """Needs of an area as they stand by the server, oldest first; of some statuses, () = of all."""
    query = rows.select_records("service_needs").where(
        NEEDS.c.area_code >= area_code, NEEDS.c.area_code < area_code + ":"
    )
    if statuses:
        query = query.where(NEEDS.c.status.in_(statuses))
    return rows.records(connection, query.order_by(NEEDS.c.seen_at, NEEDS.c.id), ServiceNeedFields)


def referrals(connection: Connection, need_ids: Collection[str]) -> list[ReferralFields]:
    """Referrals of some needs, oldest first."""
    query = (
        rows.select_records("referrals")
        .where(rows.among(REFERRALS.c.need_id, need_ids))
        .order_by(REFERRALS.c.sent_at, REFERRALS.c.id)
    )
    return rows.records(connection, query, ReferralFields)


def all_referrals(connection: Connection) -> list[ReferralFields]:
    """Every referral this device holds."""
    return rows.records(connection, rows.select_records("referrals"), ReferralFields)


def steps(connection: Connection, need_ids: Collection[str]) -> list[ReferralStepFields]:
    """Steps of some needs: the server's in its order, then those it has not seen, oldest first."""
    query = (
        rows.select_records("referral_steps")
        .where(rows.among(STEPS.c.need_id, need_ids))
        .order_by(STEPS.c.rev == 0, STEPS.c.received_at, STEPS.c.seq, STEPS.c.at, STEPS.c.id)
    )
    return rows.records(connection, query, ReferralStepFields)


def organisations(connection: Connection) -> list[OrganisationFields]:
    """All organisations the county lists."""
    query = rows.select_records("organisations").order_by(ORGANISATIONS.c.name, ORGANISATIONS.c.id)
    return rows.records(connection, query, OrganisationFields)


def projects(connection: Connection) -> list[ProjectFields]:
    """All projects the county lists."""
    query = rows.select_records("projects").order_by(PROJECTS.c.name, PROJECTS.c.id)
    return rows.records(connection, query, ProjectFields)
