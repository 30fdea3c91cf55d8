"""Who could serve a need: services × area × contract or project × quota (S26; domain layer)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, contains
from fieldapp.domain.records.needs import (
    NeedStatus,
    NeedUrgency,
    OrganisationFields,
    ProjectFields,
    ReferralFields,
    ReferralStatus,
    ServiceNeedFields,
)
from fieldapp.domain.records.visits import NeedKind

TAKES_A_PLACE = frozenset(ReferralStatus) - {ReferralStatus.DECLINED, ReferralStatus.EXPIRED}
"""Referrals that use a project's quota."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An organisation that could serve, by a project (with `places` left) or by its contract or as
    volunteers (`places` None: not counted)."""

    organisation: OrganisationFields
    project: ProjectFields | None
    places: int | None


@dataclass(frozen=True, slots=True)
class UnmetNeeds:
    """Needs of one kind in one area: how many stand open, of them after their time, and how many ended
    unmet. `asked` = all that were ever seen."""

    area_code: str
    kind: NeedKind
    asked: int
    open: int
    late: int
    unmet: int


def check_credit_code(code: str) -> None:
    """The unified social credit code (统一社会信用代码, GB 32100). Raises RuleError("credit_code_wrong")."""
    from stdnum.cn import uscc
    from stdnum.exceptions import ValidationError

    try:
        uscc.validate(code)
    except ValidationError:
        raise RuleError("credit_code_wrong", "credit_code") from None


def places_used(referrals: Iterable[ReferralFields]) -> dict[str, int]:
    """Places taken by project."""
    used: dict[str, int] = {}
    for one in referrals:
        if one.project_id is not None and one.status in TAKES_A_PLACE:
            used[one.project_id] = used.get(one.project_id, 0) + 1
    return used


def offers(
    kind: NeedKind,
    area_code: str,
    on: dt.date,
    organisations: Iterable[OrganisationFields],
    projects: Iterable[ProjectFields],
    used: Mapping[str, int],
) -> list[Offer]:
    """Who could serve a kind of need in an area on a day, projects with most places first, then contracts,
    then volunteers."""
    able = {one.id: one for one in organisations if one.active and _covers(one.areas, area_code)}
    found = []
    for project in projects:
        organisation = able.get(project.organisation_id)
        places = project.quota - used.get(project.id, 0)
        fits = project.active and kind in project.services and project.since <= on <= project.until
        if organisation is not None and fits and places > 0 and _covers(project.areas, area_code):
            found.append(Offer(organisation, project, places))
    found.sort(key=lambda offer: (-(offer.places or 0), offer.organisation.name, offer.organisation.id))
    bound = [
        Offer(one, None, None)
        for one in sorted(able.values(), key=lambda one: (one.volunteer, one.name, one.id))
        if kind in one.services and (one.volunteer or any(c.holds_on(on) for c in one.contracts))
    ]
    return found + bound


def _covers(areas: tuple[str, ...], area_code: str) -> bool:
    return not areas or any(contains(area, area_code) for area in areas)


def is_late(need: ServiceNeedFields, now: dt.datetime, days: Mapping[NeedUrgency, int]) -> bool:
    """Whether a need still stands open after the time its urgency gives."""
    return need.status is NeedStatus.OPEN and now > need.seen_at + dt.timedelta(days=days[need.urgency])


def unmet_needs(
    needs: Iterable[ServiceNeedFields],
    now: dt.datetime,
    days: Mapping[NeedUrgency, int],
    by: AreaLevel = AreaLevel.TOWN,
) -> list[UnmetNeeds]:
    """The unmet-need report by area and kind; kinds that nobody asked for are left out."""
    groups: dict[tuple[str, NeedKind], list[ServiceNeedFields]] = {}
    for need in needs:
        groups.setdefault((need.area_code[: CODE_LENGTH[by]], need.kind), []).append(need)
    return [
        UnmetNeeds(
            area_code=area,
            kind=kind,
            asked=len(group),
            open=sum(one.status is NeedStatus.OPEN for one in group),
            late=sum(is_late(one, now, days) for one in group),
            unmet=sum(one.status is NeedStatus.UNMET for one in group),
        )
        for (area, kind), group in sorted(groups.items())
    ]


def in_charity_pool(need: ServiceNeedFields, *, relief_denied: bool) -> bool:
    """Whether charities may hear of a need (S33, 不符合条件但需要帮助): no public aid for it, nobody serves
    it, and the family agreed that others learn of it."""
    shut_out = need.not_eligible or relief_denied
    return shut_out and need.consent_to_share and need.status is NeedStatus.OPEN
