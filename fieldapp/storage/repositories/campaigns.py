"""Which of this device's households a campaign may ask for, and what was done inside its days."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import false, or_, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.campaigns import Work, last_day, sweeps
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from fieldapp.storage import rows
from fieldapp.storage.projections import VISIT_FACT_COLUMNS, visit_fact
from fieldapp.storage.repositories.households import HOUSEHOLDS, PERSONS
from fieldapp.storage.tables import SubmissionRow, VisitRow

VISITS = VisitRow.__table__  # type: ignore[attr-defined]
SUBMISSIONS = SubmissionRow.__table__  # type: ignore[attr-defined]
_OF_HOUSEHOLD: Final = (
    "id", "area_code", "status", "house_kind", "house_safety", "tags", "coverages", "risk_level",
)  # fmt: skip
_OF_MEMBER: Final = ("household_id", "status", "birth_date")


def candidates(
    connection: Connection, wanted: HouseholdFilter, area_codes: Sequence[str]
) -> list[HouseholdFields]:
    """Households in some areas that pass what of a filter can be asked of the table; with the fields that
    the rule `asks_for` looks at, and no others."""
    c = HOUSEHOLDS.c
    query = rows.select_records("households", _OF_HOUSEHOLD).where(
        c.status.in_(OWING_STATUSES),
        or_(false(), *(c.area_code.startswith(code) for code in area_codes)),
    )
    if wanted.houses or wanted.safety:
        query = query.where(or_(c.house_kind.in_(wanted.houses), c.house_safety.in_(wanted.safety)))
    if wanted.risk_levels:
        query = query.where(c.risk_level.in_(wanted.risk_levels))
    return rows.records(connection, query, HouseholdFields, _OF_HOUSEHOLD)


def members_of(
    connection: Connection, wanted: HouseholdFilter, household_ids: Collection[str]
) -> dict[str, list[PersonFields]]:
    """Members by household, with the fields that the rule looks at; none where the filter asks for no age."""
    found: dict[str, list[PersonFields]] = defaultdict(list)
    if wanted.age_from is None and wanted.age_to is None:
        return found
    query = rows.select_records("persons", _OF_MEMBER).where(
        rows.among(PERSONS.c.household_id, household_ids)
    )
    for person in rows.records(connection, query, PersonFields, _OF_MEMBER):
        found[person.household_id].append(person)
    return found


def work_of(connection: Connection, campaign: CampaignFields) -> list[Work]:
    """Sweeps, or the submissions of the campaign's form, that were finished inside its days."""
    begin, end = start_of_day(campaign.starts_on), start_of_day(last_day(campaign) + dt.timedelta(days=1))
    if not campaign.form_id:
        query = select(*VISIT_FACT_COLUMNS).where(
            VISITS.c.finished_at >= begin, VISITS.c.finished_at < end, VISITS.c.purpose == Purpose.SWEEP
        )
        return list(sweeps(visit_fact(row) for row in connection.execute(query)))
    c = SUBMISSIONS.c
    handed_in = select(c.finished_at, c.id, c.household_id).where(
        c.form_id == campaign.form_id,
        c.finished_at >= begin,
        c.finished_at < end,
        c.household_id.is_not(None),
    )
    return [Work(*row) for row in connection.execute(handed_in)]
