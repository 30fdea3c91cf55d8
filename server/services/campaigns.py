"""Campaigns from the county's desk: start, end, and how far each is, by the same rule as on a device (S4)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day, parse_instant, start_of_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.campaigns import (
    CampaignTask,
    NewCampaign,
    Work,
    campaign_tasks,
    check_campaign,
    last_day,
    progress,
    sweeps,
    total,
)
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.domain.rules.visit_facts import VisitFact
from fieldapp.domain.rules.visit_rules import OWING_STATUSES
from server.services.users import SERVER_USER
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.record_writer import patch_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

AT_ONCE: Final = 500
"""Ids in one question, which bounds the statement's parameters."""
_FACT: Final = (
    "id", "household_id", "area_code", "mode", "result", "state", "finished_at", "received_at", "visitors",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CampaignStanding:
    """How far a campaign is: in all, and by the areas of a level (code to share)."""

    campaign: CampaignFields
    done: Ratio
    rows: dict[str, Ratio]


def start_campaign(store: Store, ids: IdSource, new: NewCampaign, *, actor: Actor | None = None) -> str:
    """Start a campaign; `actor` None = the operator of the server. Returns its id.

    Raises RuleError unknown_area, unknown_form, title_required, invalid_value, campaign_dates,
    campaign_ages; NotAllowedError.
    """
    user_id = _user(actor, new.area_code)

    def work(unit: UnitOfWork) -> str:
        if unit.find("areas", new.area_code) is None:
            raise RuleError("unknown_area", "area_code")
        if new.form_id and not _form_known(unit.connection, new.form_id):
            raise RuleError("unknown_form", "form_id")
        now = parse_instant(unit.now)
        campaign = CampaignFields.model_construct(
            id=ids(), created_at=now, created_by=user_id, updated_at=now, updated_by=user_id,
            area_code=new.area_code, title=new.title.strip(), note=new.note.strip(), filter=new.filter,
            form_id=new.form_id, starts_on=new.starts_on, ends_on=new.ends_on,
        )  # fmt: skip
        check_campaign(campaign)
        unit.put("campaigns", check_body("campaigns", wire_body(campaign)))  # validates
        return campaign.id

    return store.run(work)


def close_campaign(store: Store, campaign_id: str, *, actor: Actor | None = None) -> None:
    """End a campaign today. Raises RuleError("campaign_unknown"), NotAllowedError."""
    today = local_day(store.clock())

    def work(unit: UnitOfWork) -> None:
        entry = unit.find("campaigns", campaign_id)
        if entry is None or entry.deleted:
            raise RuleError("campaign_unknown")
        author = Author(_user(actor, str(entry.body["area_code"])))
        patch_all(unit, [("campaigns", campaign_id, {"closed_on": today.isoformat()})], author)

    store.run(work)


def standings(
    store: Store, level: AreaLevel, *, campaign_id: str = "", actor: Actor | None = None
) -> list[CampaignStanding]:
    """All campaigns, or one, with how far they are, the latest first; an actor sees those of his own areas.

    Raises RuleError("campaign_unknown") for one that is not there.
    """
    table = row_table("campaigns")
    query = select(table).order_by(table.c.ends_on.desc(), table.c.id)
    with store.read() as connection:
        found = [CampaignFields.model_construct(**row._mapping) for row in connection.execute(query)]
        wanted = [
            one
            for one in found
            if campaign_id in ("", one.id)
            and (actor is None or actor.may(Permission.READ_STATISTICS, one.area_code))
        ]
        if campaign_id and not wanted:
            raise RuleError("campaign_unknown")
        tasks = [(one, _tasks(connection, one)) for one in wanted]
    return [CampaignStanding(one, total(own), progress(own, level)) for one, own in tasks]


def _user(actor: Actor | None, area_code: str) -> str:
    if actor is None:
        return SERVER_USER
    actor.require(Permission.EDIT_CAMPAIGN, area_code)
    return actor.user_id


def _form_known(connection: Connection, form_id: str) -> bool:
    c = row_table("forms").c
    return connection.execute(select(c.id).where(c.form_id == form_id).limit(1)).first() is not None


def _tasks(connection: Connection, campaign: CampaignFields) -> tuple[CampaignTask, ...]:
    """The rule itself decides; the table is asked for what it can answer, so that few rows are read."""
    wanted, c = campaign.filter, row_table("households").c
    query = select(
        c.id, c.area_code, c.status, c.house_kind, c.house_safety, c.tags, c.coverages, c.risk_level
    ).where(c.area_code.startswith(campaign.area_code), c.status.in_(OWING_STATUSES))
    if wanted.houses or wanted.safety:
        query = query.where(c.house_kind.in_(wanted.houses) | c.house_safety.in_(wanted.safety))
    if wanted.risk_levels:
        query = query.where(c.risk_level.in_(wanted.risk_levels))
    homes = [HouseholdFields.model_construct(**row._mapping) for row in connection.execute(query)]
    members = _members(connection, wanted, [home.id for home in homes])
    return campaign_tasks(campaign, homes, members, _work(connection, campaign))


def _members(
    connection: Connection, wanted: HouseholdFilter, household_ids: Sequence[str]
) -> dict[str, list[PersonFields]]:
    found: dict[str, list[PersonFields]] = {}
    if wanted.age_from is None and wanted.age_to is None:
        return found
    c = row_table("persons").c
    for start in range(0, len(household_ids), AT_ONCE):
        part = household_ids[start : start + AT_ONCE]
        query = select(c.household_id, c.status, c.birth_date).where(c.household_id.in_(part))
        for row in connection.execute(query):
            found.setdefault(row.household_id, []).append(PersonFields.model_construct(**row._mapping))
    return found


def _work(connection: Connection, campaign: CampaignFields) -> list[Work]:
    """Sweeps, or the submissions of the campaign's form, that were finished inside its days."""
    begin, end = start_of_day(campaign.starts_on), start_of_day(last_day(campaign) + dt.timedelta(days=1))
    if campaign.form_id:
        c = row_table("submissions").c
        handed_in = select(c.finished_at, c.id, c.household_id).where(
            c.form_id == campaign.form_id,
            c.finished_at >= begin,
            c.finished_at < end,
            c.household_id.is_not(None),
        )
        return [Work(*row) for row in connection.execute(handed_in)]
    c = row_table("visits").c
    roots = connection.scalars(
        select(c.root_id).where(
            c.purpose == Purpose.SWEEP,
            c.finished_at >= begin,
            c.finished_at < end,
            c.area_code.startswith(campaign.area_code),
        )
    ).all()
    return list(sweeps(_facts(connection, set(roots))))


def _facts(connection: Connection, roots: Collection[str]) -> list[VisitFact]:
    """Of each visit the version that counts: the newest correction, whatever its purpose became."""
    table, ordered = row_table("visits"), sorted(roots)
    newest: dict[str, Any] = {}
    for start in range(0, len(ordered), AT_ONCE):
        query = select(table).where(table.c.root_id.in_(ordered[start : start + AT_ONCE]))
        for row in connection.execute(query):
            known = newest.get(row.root_id)
            if known is None or (known.created_at, known.id) < (row.created_at, row.id):
                newest[row.root_id] = row
    return [
        VisitFact._make(
            (*(getattr(row, name) for name in _FACT), local_day(row.finished_at), False, row.purpose)
        )
        for row in newest.values()
    ]
