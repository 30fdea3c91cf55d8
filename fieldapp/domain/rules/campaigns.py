"""Which households a campaign asks for and which are done (S4; domain layer).

Device and server derive the tasks by these functions; nothing is stored per household.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.visits import NOBODY_MET, Purpose
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.domain.rules.visit_facts import VisitFact
from fieldapp.domain.rules.visit_rules import OWING_STATUSES


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """What a supervisor or the county wants done."""

    area_code: str
    title: str
    filter: HouseholdFilter
    starts_on: dt.date
    ends_on: dt.date
    form_id: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CampaignTask:
    """A household a campaign asks for. `done_by` is the id of the visit or submission; '' = still to do."""

    household_id: str
    area_code: str
    done_by: str = ""
    done_on: dt.date | None = None


def check_campaign(campaign: CampaignFields) -> None:
    """Raises RuleError: campaign_dates, campaign_ages, title_required."""
    if not campaign.title.strip():
        raise RuleError("title_required", "title")
    if campaign.ends_on < campaign.starts_on:
        raise RuleError("campaign_dates", "ends_on")
    asked = campaign.filter
    if asked.age_from is not None and asked.age_to is not None and asked.age_to < asked.age_from:
        raise RuleError("campaign_ages", "filter")


def last_day(campaign: CampaignFields) -> dt.date:
    """The last day whose work counts."""
    if campaign.closed_on is None:
        return campaign.ends_on
    return min(campaign.ends_on, campaign.closed_on)


def runs_on(campaign: CampaignFields, day: dt.date) -> bool:
    """Whether workers are asked to do it on a day."""
    if campaign.closed_on is not None and day >= campaign.closed_on:
        return False
    return campaign.starts_on <= day <= campaign.ends_on


def asks_for(campaign: CampaignFields, household: HouseholdFields, members: Iterable[PersonFields]) -> bool:
    """Whether a household is one of the campaign's."""
    return (
        household.status in OWING_STATUSES
        and contains(campaign.area_code, household.area_code)
        and matches(campaign.filter, household, members, on=campaign.starts_on)
    )


def matches(
    wanted: HouseholdFilter, household: HouseholdFields, members: Iterable[PersonFields], *, on: dt.date
) -> bool:
    """Whether a household fulfils a filter; ages and entitlements are those of the day `on`."""
    categories = {coverage.category for coverage in household.coverages if coverage.open_on(on)}
    house = household.house_kind in wanted.houses or household.house_safety in wanted.safety
    asked_and_held = (
        (wanted.houses or wanted.safety, house),
        (wanted.tags, not set(wanted.tags).isdisjoint(household.tags)),
        (wanted.categories, not categories.isdisjoint(wanted.categories)),
        (wanted.risk_levels, household.risk_level in wanted.risk_levels),
        (
            wanted.age_from is not None or wanted.age_to is not None,
            any(_of_age(wanted, member, on) for member in members),
        ),
    )
    return all(held for asked, held in asked_and_held if asked)


def _of_age(wanted: HouseholdFilter, member: PersonFields, on: dt.date) -> bool:
    if member.status is not PersonStatus.ALIVE or member.birth_date is None:
        return False
    age = age_on(member.birth_date, on)
    return (wanted.age_from or 0) <= age and (wanted.age_to is None or age <= wanted.age_to)


@dataclass(frozen=True, slots=True, order=True)
class Work:
    """Something done for a household: a visit or a submission."""

    finished_at: dt.datetime
    record_id: str
    household_id: str


def sweeps(visits: Iterable[VisitFact]) -> Iterator[Work]:
    """The visits that count for campaigns without a form: made for a sweep, and somebody was met."""
    for visit in visits:
        if visit.purpose is Purpose.SWEEP and visit.stands and visit.result not in NOBODY_MET:
            yield Work(visit.finished_at, visit.visit_id, visit.household_id)


def done_in(campaign: CampaignFields, work: Iterable[Work]) -> dict[str, Work]:
    """By household, the first work inside the campaign's days."""
    found: dict[str, Work] = {}
    end = last_day(campaign)
    for one in sorted(work):
        if campaign.starts_on <= local_day(one.finished_at) <= end:
            found.setdefault(one.household_id, one)
    return found


def campaign_tasks(
    campaign: CampaignFields,
    households: Iterable[HouseholdFields],
    members: Mapping[str, Collection[PersonFields]],
    work: Iterable[Work],
) -> tuple[CampaignTask, ...]:
    """The campaign's households, each with what was done for it, by area and id. `work` are sweeps, or the
    submissions of the campaign's form."""
    done = done_in(campaign, work)
    tasks = []
    for household in households:
        if asks_for(campaign, household, members.get(household.id, ())):
            task = CampaignTask(household.id, household.area_code)
            if (own := done.get(household.id)) is not None:
                task = replace(task, done_by=own.record_id, done_on=local_day(own.finished_at))
            tasks.append(task)
    return tuple(sorted(tasks, key=lambda task: (task.area_code, task.household_id)))


def progress(tasks: Iterable[CampaignTask], level: AreaLevel) -> dict[str, Ratio]:
    """Done of all, by the areas of a level; the denominators sum to the number of tasks."""
    length = CODE_LENGTH[level]
    return _by(tasks, lambda task: task.area_code[:length])


def total(tasks: Iterable[CampaignTask]) -> Ratio:
    """Done of all."""
    return _by(tasks, lambda _task: "").get("", Ratio(0, 0))


def _by(tasks: Iterable[CampaignTask], key: Callable[[CampaignTask], str]) -> dict[str, Ratio]:
    groups: dict[str, list[CampaignTask]] = {}
    for task in tasks:
        groups.setdefault(key(task), []).append(task)
    found = {}
    for name, own in sorted(groups.items()):
        done = tuple(task.household_id for task in own if task.done_by)
        found[name] = Ratio(len(done), len(own), done, tuple(task.household_id for task in own))
    return found
