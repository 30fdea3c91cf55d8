"""What was done on this device's households inside a campaign's days."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import start_of_day
from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.campaigns import Work, last_day, sweeps
from fieldapp.storage.projections import VISIT_FACT_COLUMNS, visit_fact
from fieldapp.storage.tables import SubmissionRow, VisitRow

VISITS = VisitRow.__table__  # type: ignore[attr-defined]
SUBMISSIONS = SubmissionRow.__table__  # type: ignore[attr-defined]


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
