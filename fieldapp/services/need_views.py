"""Needs as they stand on this device, own unsent referrals and steps counted in: of a household, as a list,
as the unmet-need report, as the charity pool (S25, S26, S33)."""

import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.needs import (
    NeedStatus,
    ReferralAction,
    ReferralFields,
    ReferralStatus,
    ReferralStepFields,
    ServiceNeedFields,
)
from fieldapp.domain.records.persons import PersonStatus
from fieldapp.domain.records.visits import NeedKind
from fieldapp.domain.rules.masking import mask_address, mask_name
from fieldapp.domain.rules.referral_flow import (
    NEED_CLOSED,
    NEED_FIELDS,
    NEED_TRANSITIONS,
    PERMISSION_FOR,
    REFERRAL_FIELDS,
    StepBy,
    actions_from,
    advance_need,
    advance_referral,
    need_standing,
    need_with,
    referral_standing,
)
from fieldapp.domain.rules.service_matching import UnmetNeeds, in_charity_pool, is_late, unmet_needs
from fieldapp.services.context import Context
from fieldapp.storage import outbox
from fieldapp.storage.repositories import households, needs, reliefs

_TOWN = CODE_LENGTH[AreaLevel.TOWN]
_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]
_LIVE = frozenset(NeedStatus) - NEED_CLOSED


@dataclass(frozen=True, slots=True)
class NeedView:
    """A need with its referrals (oldest first) and steps. Own unsent steps are counted in.

    `actions` are what this worker may do; `may_refer` whether it may be handed to an organisation now (where
    only the consent is missing: `consent_missing`). `late` = open after the time its urgency gives, `silent`
    = referred and not answered in time. `waiting` are ids of the need, its referrals and steps that the
    server has not got yet; `refused` has the reason by id where it did not take one.
    """

    need: ServiceNeedFields
    head_name: str
    person_name: str
    village_name: str
    referrals: tuple[ReferralFields, ...]
    steps: tuple[ReferralStepFields, ...]
    organisation_names: Mapping[str, str]
    project_names: Mapping[str, str]
    user_names: Mapping[str, str]
    actions: tuple[ReferralAction, ...]
    may_refer: bool
    consent_missing: bool
    late: bool
    silent: bool
    to_rate: bool
    waiting: frozenset[str]
    refused: Mapping[str, str]

    @property
    def referral(self) -> ReferralFields | None:
        """The latest referral that counts."""
        return next((one for one in reversed(self.referrals) if not self.refused.get(one.id)), None)


@dataclass(frozen=True, slots=True)
class HouseholdNeeds:
    """The needs of a household; `people` (id, name) are those for whom something may be needed."""

    needs: tuple[NeedView, ...]
    people: tuple[tuple[str, str], ...]
    may_add: bool


class NeedList(enum.StrEnum):
    """Which needs a list shows."""

    OPEN = "OPEN"
    LATE = "LATE"
    SILENT = "SILENT"
    UNMET = "UNMET"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class NeedFilter:
    """What a list is narrowed to; area '' = all areas of the worker."""

    area_code: str = ""
    kind: NeedKind | None = None


@dataclass(frozen=True, slots=True)
class UnmetReport:
    """The unmet-need report with the names of its areas by code."""

    rows: tuple[UnmetNeeds, ...]
    area_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PoolEntry:
    """A need of the charity pool. `family` and `place` are what a charity is shown; `need_id` and
    `household_id` are for the clerk."""

    need_id: str
    household_id: str
    need: ServiceNeedFields
    family: str
    place: str
    relief_denied: bool


@dataclass(frozen=True, slots=True)
class CharityPool:
    """Open needs of families without public aid: who agreed to be in the pool, and how many did not."""

    entries: tuple[PoolEntry, ...]
    without_consent: tuple[NeedView, ...]


@dataclass(frozen=True, slots=True)
class KnownNeed:
    """A need and its referrals as they stand with what this device has not sent yet."""

    need: ServiceNeedFields
    referrals: tuple[ReferralFields, ...]
    steps: tuple[ReferralStepFields, ...]
    refused: Mapping[str, str]

    @property
    def referral(self) -> ReferralFields | None:
        """The latest referral that counts."""
        return next((one for one in reversed(self.referrals) if not self.refused.get(one.id)), None)


def known_needs(connection: Connection, found: Collection[ServiceNeedFields]) -> list[KnownNeed]:
    """How needs stand by the server's word and this device's unsent work."""
    ids = [one.id for one in found]
    sent: dict[str, list[ReferralFields]] = defaultdict(list)
    for referral in needs.referrals(connection, ids):
        sent[referral.need_id].append(referral)
    taken: dict[str, list[ReferralStepFields]] = defaultdict(list)
    for step in needs.steps(connection, ids):
        taken[step.need_id].append(step)
    unsent = outbox.waiting_of(connection, ("service_needs", "referrals", "referral_steps"))
    return [_stands(one, sent[one.id], taken[one.id], unsent) for one in found]


def _stands(
    need: ServiceNeedFields,
    sent: list[ReferralFields],
    taken: list[ReferralStepFields],
    unsent: Mapping[str, str],
) -> KnownNeed:
    ids = [need.id, *(one.id for one in sent), *(one.id for one in taken)]
    refused = {one: unsent[one] for one in ids if one in unsent}
    counted = [step for step in taken if not refused.get(step.id)]
    referrals = tuple(one if refused.get(one.id) else _referral_stands(one, counted) for one in sent)
    known = KnownNeed(need, referrals, tuple(taken), refused)
    standing, newest = need_standing(need), known.referral
    if newest is not None and standing.status not in NEED_CLOSED:
        standing = need_with(newest.id, referral_standing(newest))
    for step in counted:
        if step.referral_id is None and not step.refused_code and standing.status is NeedStatus.OPEN:
            standing = advance_need(standing, step)
    told = {name: getattr(standing, name) for name in NEED_FIELDS}
    return KnownNeed(need.model_copy(update=told), referrals, tuple(taken), refused)


def _referral_stands(referral: ReferralFields, taken: list[ReferralStepFields]) -> ReferralFields:
    standing = referral_standing(referral)
    for step in taken:
        ahead = not step.refused_code and not 0 < step.seq <= referral.steps_taken
        if step.referral_id == referral.id and ahead:
            try:
                standing = advance_referral(standing, step)
            except FieldappError:
                continue  # the server will say so; until then it changes nothing
    return referral.model_copy(update={name: getattr(standing, name) for name in REFERRAL_FIELDS})


# -- lists --------------------------------------------------------------------------------------------


def household_needs(context: Context, household_id: str) -> HouseholdNeeds:
    """Needs of a household, newest first. Raises NotAllowedError."""
    with context.store.reading() as connection:
        household = households.get(connection, household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        living = (p for p in households.members(connection, household_id) if p.status is PersonStatus.ALIVE)
        return HouseholdNeeds(
            needs=tuple(need_views(context, connection, needs.of_household(connection, household_id))),
            people=tuple((p.id, p.name) for p in living),
            may_add=actor.may(Permission.ADD_NEED, household.area_code),
        )


def need_view(context: Context, need_id: str) -> NeedView:
    """One need. Raises NotAllowedError need_not_here, not_permitted."""
    with context.store.reading() as connection:
        found = needs.get(connection, need_id)
        context.actor(connection).require(Permission.READ_CASES, found.area_code)
        [view] = need_views(context, connection, [found])
        return view


def need_list(
    context: Context, wanted: NeedFilter | None = None, *, only_live: bool = True
) -> list[NeedView]:
    """Needs of the worker's areas, oldest first; `only_live` leaves out what is done or unmet."""
    wanted = wanted or NeedFilter()
    with context.store.reading() as connection:
        areas = context.actor(connection).areas_with(Permission.READ_CASES)
        statuses = tuple(_LIVE) if only_live else ()
        found = [
            one
            for area in _inside(areas, wanted.area_code)
            for one in needs.of_area(connection, area, statuses)
            if wanted.kind in (None, one.kind)
        ]
        views = need_views(context, connection, found)
    return [one for one in views if not only_live or one.need.status not in NEED_CLOSED]


def listed(views: Collection[NeedView], which: NeedList) -> list[NeedView]:
    """Those of a list."""
    wanted: dict[NeedList, Callable[[NeedView], bool]] = {
        NeedList.OPEN: lambda one: one.need.status is NeedStatus.OPEN,
        NeedList.LATE: lambda one: one.late,
        NeedList.SILENT: lambda one: one.silent,
        NeedList.UNMET: lambda one: one.need.status is NeedStatus.UNMET,
        NeedList.ALL: lambda one: True,
    }
    return [one for one in views if wanted[which](one)]


def _inside(areas: Collection[str], wanted: str) -> list[str]:
    """The areas, narrowed to one."""
    if not wanted:
        return list(areas)
    return [wanted] if any(contains(one, wanted) for one in areas) else [
        one for one in areas if contains(wanted, one)
    ]  # fmt: skip


def unmet_report(context: Context) -> UnmetReport:
    """Needs open, late and unmet by kind and area inside the worker's: by town where there are several, else
    by village. Raises NotAllowedError."""
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.READ_STATISTICS)
        areas = actor.areas_with(Permission.READ_STATISTICS)
        known = known_needs(connection, [one for area in areas for one in needs.of_area(connection, area)])
        days = context.parameters(connection).services.need_days
        names = households.area_names(connection)
    found = [one.need for one in known]
    several = len({one.area_code[:_TOWN] for one in found}) > 1
    by = AreaLevel.TOWN if several else AreaLevel.VILLAGE
    rows = unmet_needs(found, context.clock(), days, by)
    return UnmetReport(tuple(rows), {one.area_code: names.get(one.area_code, "") for one in rows})


def charity_pool(context: Context) -> CharityPool:
    """Who is in the charity pool of the worker's areas, masked as charities see it, and who would be with
    the family's consent (S33)."""
    with context.store.reading() as connection:
        areas = context.actor(connection).areas_with(Permission.READ_CASES)
        found = [one for area in areas for one in needs.of_area(connection, area, tuple(_LIVE))]
        denied = reliefs.denied_households(connection)
        shut_out = [one for one in found if one.not_eligible or one.household_id in denied]
        views = [
            one for one in need_views(context, connection, shut_out) if one.need.status is NeedStatus.OPEN
        ]
        homes = households.get_many(connection, [one.need.household_id for one in views])
    entries = []
    for view in views:
        refused, home = view.need.household_id in denied, homes.get(view.need.household_id)
        if home is not None and in_charity_pool(view.need, relief_denied=refused):
            place = mask_address(home.address, home.group_name)
            masked = place if place.startswith(view.village_name) else f"{view.village_name} {place}"
            entries.append(
                PoolEntry(view.need.id, home.id, view.need, mask_name(home.head_name), masked, refused)
            )
    closed_in = tuple(one for one in views if not one.need.consent_to_share)
    return CharityPool(tuple(entries), closed_in)


def need_views(
    context: Context, connection: Connection, found: Collection[ServiceNeedFields]
) -> list[NeedView]:
    """Needs with all that a page or a card says of them."""
    actor, now = context.actor(connection), context.clock()
    days = context.parameters(connection).services.need_days
    organisations = {one.id: one.name for one in needs.organisations(connection)}
    projects = {one.id: one.name for one in needs.projects(connection)}
    users, areas = households.user_names(connection), households.area_names(connection)
    heads = households.get_many(connection, [one.household_id for one in found])
    people = households.person_names(connection, [one.person_id for one in found if one.person_id])
    views = []
    for known in known_needs(connection, found):
        need, newest = known.need, known.referral
        head = heads.get(need.household_id)
        refers = actor.may(Permission.REFER_NEED, need.area_code) and need.status is NeedStatus.OPEN
        hide = mask_name if actor.masked else str
        due = None if newest is None else newest.respond_due
        asked = newest is not None and newest.status is ReferralStatus.REFERRED
        views.append(
            NeedView(
                need=need.model_copy(update={"description": ""}) if actor.masked else need,
                head_name="" if head is None else hide(head.head_name),
                person_name=hide(people.get(need.person_id or "", "")),
                village_name=areas.get(need.area_code[:_VILLAGE], ""),
                referrals=known.referrals,
                steps=known.steps,
                organisation_names=organisations,
                project_names=projects,
                user_names=users,
                actions=_allowed(actor, need, newest),
                may_refer=refers and need.consent_to_share,
                consent_missing=refers and not need.consent_to_share,
                late=is_late(need, now, days),
                silent=asked and due is not None and local_day(now) > due,
                to_rate=newest is not None and newest.status is ReferralStatus.DELIVERED,
                waiting=frozenset(known.refused),
                refused={one: code for one, code in known.refused.items() if code},
            )
        )
    return views


def _allowed(
    actor: Actor, need: ServiceNeedFields, referral: ReferralFields | None
) -> tuple[ReferralAction, ...]:
    listed = [action for status, action in NEED_TRANSITIONS if status is need.status]
    if referral is not None and need.status not in NEED_CLOSED:
        listed += actions_from(referral.status, StepBy.OFFICE)
    return tuple(one for one in listed if actor.may(PERMISSION_FOR[one], need.area_code))
