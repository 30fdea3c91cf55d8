"""Campaigns (S4): a supervisor starts one, workers see their doors, everybody sees how far it is."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.campaigns import (
    CampaignTask,
    NewCampaign,
    campaign_tasks,
    check_campaign,
    matches,
    progress,
    runs_on,
    total,
)
from fieldapp.domain.rules.day_plan import Stop, walking_order
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.services import forms, visits
from fieldapp.services.context import Context
from fieldapp.services.reasons import checked_reason
from fieldapp.storage import rows
from fieldapp.storage.repositories import campaigns as stored
from fieldapp.storage.repositories import households

_ALL_ALIKE: Final = 0
"""A campaign knows no urgent doors: its order is that of the walk alone."""


@dataclass(frozen=True, slots=True)
class CampaignItem:
    """A campaign with the households of the worker's own areas: `done` of all."""

    campaign: CampaignFields
    area_name: str
    done: Ratio
    runs: bool
    may_edit: bool


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """One campaign: in all, by the areas next below it, and its households in walking order: those still
    to be visited, and those that are done. `form_title` is '' where a quick visit is asked for, or where
    the form is not on this device."""

    item: CampaignItem
    level: AreaLevel
    rows: tuple[tuple[str, str, Ratio], ...]
    open_doors: tuple[str, ...]
    done_doors: tuple[str, ...]
    form_title: str
    may_visit: bool


@dataclass(frozen=True, slots=True)
class Door:
    """What opens at a campaign's door: the draft of a visit, or of the campaign's form."""

    draft_id: str
    is_form: bool


def start_campaign(context: Context, new: NewCampaign, initiator: str = "") -> tuple[str, ChangeSet]:
    """Start a campaign in an area. Returns its id.

    Raises RuleError: title_required, text_too_long, campaign_dates, campaign_ages; NotAllowedError.
    """
    title = checked_reason(new.title, CampaignFields, "title", required=False)
    note = checked_reason(new.note, CampaignFields, "note", required=False)
    if not title:
        raise RuleError("title_required", "title")
    with context.store.unit_of_work(initiator) as work:
        context.actor(work.connection).require(Permission.EDIT_CAMPAIGN, new.area_code)
        now = work.now()
        campaign = CampaignFields(
            id=work.new_id(), created_at=now, created_by=context.user_id, updated_at=now,
            updated_by=context.user_id, device_id=context.device_id, area_code=new.area_code, title=title,
            note=note, filter=new.filter, form_id=new.form_id, starts_on=new.starts_on, ends_on=new.ends_on,
        )  # fmt: skip
        check_campaign(campaign)
        work.save("campaigns", campaign)
        return campaign.id, work.commit()


def close_campaign(context: Context, campaign_id: str, initiator: str = "") -> ChangeSet:
    """End a campaign today. Raises RuleError("campaign_not_here"), NotAllowedError."""
    with context.store.unit_of_work(initiator) as work:
        campaign = _get(work.connection, campaign_id)
        context.actor(work.connection).require(Permission.EDIT_CAMPAIGN, campaign.area_code)
        stamps = {"updated_at": work.now(), "updated_by": context.user_id, "device_id": context.device_id}
        work.save("campaigns", campaign.model_copy(update={"closed_on": context.today(), **stamps}))
        return work.commit()


def count_asked(context: Context, area_code: str, wanted: HouseholdFilter, on: dt.date) -> Ratio:
    """How many households of an area a filter names, of all that are owed visits. Raises NotAllowedError."""
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.EDIT_CAMPAIGN, area_code)
        everybody = len(stored.candidates(connection, HouseholdFilter(), [area_code]))
        homes = stored.candidates(connection, wanted, [area_code])
        members = stored.members_of(connection, wanted, [home.id for home in homes])
    asked = sum(matches(wanted, home, members.get(home.id, ()), on=on) for home in homes)
    return Ratio(asked, everybody)


def campaigns(context: Context, *, running: bool = False) -> list[CampaignItem]:
    """The campaigns that reach into the worker's areas, all or those that run today: those that run first,
    then by their end, latest first."""
    today = context.today()
    with context.store.reading() as connection:
        actor = context.actor(connection)
        scopes = actor.areas_with(Permission.READ_CASES)
        names = households.area_names(connection)
        found = rows.records(connection, rows.select_records("campaigns"), CampaignFields)
        found = [campaign for campaign in found if not running or runs_on(campaign, today)]
        items = [
            _item(campaign, _tasks(connection, campaign, inside), actor, names, today)
            for campaign in found
            if (inside := _inside(campaign.area_code, scopes))
        ]
    items.sort(key=lambda item: item.campaign.ends_on, reverse=True)
    return sorted(items, key=lambda item: not item.runs)


def campaign_progress(context: Context, campaign_id: str) -> CampaignProgress:
    """How far a campaign is in the worker's areas. Raises RuleError("campaign_not_here")."""
    with context.store.reading() as connection:
        campaign = _get(connection, campaign_id)
        actor = context.actor(connection)
        inside = _inside(campaign.area_code, actor.areas_with(Permission.READ_CASES))
        names = households.area_names(connection)
        tasks = _tasks(connection, campaign, inside)
        places = households.places(connection, [task.household_id for task in tasks])
    order = walking_order(Stop(place.id, _ALL_ALIKE, *place[1:]) for place in places)
    level = _next_level(inside)
    done = {task.household_id for task in tasks if task.done_by}
    form = _form_of(context, campaign)
    return CampaignProgress(
        item=_item(campaign, tasks, actor, names, context.today()),
        level=level,
        rows=tuple((code, names.get(code, ""), share) for code, share in progress(tasks, level).items()),
        open_doors=tuple(one for one in order if one not in done),
        done_doors=tuple(one for one in order if one in done),
        form_title=form.title if form is not None else "",
        may_visit=any(actor.may(Permission.CREATE_VISIT, code) for code in inside),
    )


def open_door(
    context: Context, campaign_id: str, household_id: str, initiator: str = ""
) -> tuple[Door, ChangeSet]:
    """Begin what a campaign asks for at a door, or go on with what was left unfinished there.

    Raises RuleError("campaign_not_here"), NotAllowedError("form_not_here"), and as begin_visit, begin_form.
    """
    with context.store.reading() as connection:
        campaign = _get(connection, campaign_id)
    if not campaign.form_id:
        draft_id, changes = visits.begin_visit(context, household_id, initiator, purpose=Purpose.SWEEP)
        return Door(draft_id, is_form=False), changes
    form = _form_of(context, campaign)
    if form is None:
        raise NotAllowedError("form_not_here")
    draft_id, changes = forms.begin_form(
        context, form.record_id, household_id=household_id, initiator=initiator
    )
    return Door(draft_id, is_form=True), changes


def _form_of(context: Context, campaign: CampaignFields) -> forms.FormItem | None:
    if not campaign.form_id:
        return None
    found = (one for one in forms.available_forms(context) if one.form_id == campaign.form_id)
    return next(found, None)


def _get(connection: Connection, campaign_id: str) -> CampaignFields:
    found = rows.find(connection, "campaigns", campaign_id)
    if not isinstance(found, CampaignFields):
        raise RuleError("campaign_not_here")
    return found


def _inside(area_code: str, scopes: Sequence[str]) -> tuple[str, ...]:
    """Where a campaign's area and the worker's areas meet."""
    inner = {max(area_code, scope, key=len) for scope in scopes if _meet(area_code, scope)}
    return tuple(sorted(inner))


def _meet(one: str, other: str) -> bool:
    return contains(one, other) or contains(other, one)


def _tasks(
    connection: Connection, campaign: CampaignFields, areas: Sequence[str]
) -> tuple[CampaignTask, ...]:
    homes = stored.candidates(connection, campaign.filter, areas)
    members = stored.members_of(connection, campaign.filter, [home.id for home in homes])
    return campaign_tasks(campaign, homes, members, stored.work_of(connection, campaign))


def _next_level(areas: Sequence[str]) -> AreaLevel:
    """The level just below the widest area; grids have none."""
    widest = min(map(len, areas), default=CODE_LENGTH[AreaLevel.GRID])
    below = [level for level in AreaLevel if CODE_LENGTH[level] > widest]
    return min(below, key=CODE_LENGTH.__getitem__, default=AreaLevel.GRID)


def _item(
    campaign: CampaignFields,
    tasks: Sequence[CampaignTask],
    actor: Actor,
    names: dict[str, str],
    today: dt.date,
) -> CampaignItem:
    return CampaignItem(
        campaign=campaign,
        area_name=names.get(campaign.area_code, ""),
        done=total(tasks),
        runs=runs_on(campaign, today),
        may_edit=campaign.closed_on is None and actor.may(Permission.EDIT_CAMPAIGN, campaign.area_code),
    )
