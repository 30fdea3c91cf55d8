"""Members able or willing to work (S31): who they are by area, and the list that leaves the device."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.needs import NeedStatus, ServiceNeedFields
from fieldapp.domain.records.persons import PersonFields, Relation
from fieldapp.domain.records.visits import NeedKind
from fieldapp.domain.rules.work_wish import could_work
from fieldapp.exports.job_seekers import JobSeeker, write_job_seekers
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import REASON_MAX, deliver, may_unmask
from fieldapp.services.need_views import known_needs
from fieldapp.storage import meta
from fieldapp.storage.repositories import households, needs

FILE_NAME: Final = "就业帮扶名单.xlsx"
"""What the workbook is called: nobody's name."""
_TOWN, _VILLAGE = CODE_LENGTH[AreaLevel.TOWN], CODE_LENGTH[AreaLevel.VILLAGE]
_WISHES = frozenset(NeedStatus) - {NeedStatus.DONE}
"""A wish that was not met is one still; one that was met is none."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A member on the list, with his household."""

    household: HouseholdFields
    seeker: JobSeeker


def job_seekers(context: Context, area_code: str) -> list[Listed]:
    """Who in an area might be helped to work: who wishes to first, the others after, each in walking order
    of their areas. Raises NotAllowedError("not_permitted")."""
    today = context.today()
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_CASES, area_code)
        ids = [one.id for one in households.in_area(connection, area_code) if one.status in households.LISTED]
        homes = households.get_many(connection, ids)
        members = households.persons_by_household(connection, ids)
        names = households.area_names(connection)
        noted = [one for one in needs.of_area(connection, area_code) if one.kind is NeedKind.JOB]
        wishes = [one.need for one in known_needs(connection, noted) if one.need.status in _WISHES]
    wished = {(one.household_id, one.person_id): one for one in wishes}
    found = []
    for home in homes.values():
        for person in members.get(home.id, ()):
            wish = wished.get((home.id, person.id))
            if wish is None and _is_head(home, person):
                wish = wished.get((home.id, None))  # a wish noted without saying whose is the head's
            if could_work(person, today, wishes=wish is not None):
                found.append(Listed(home, _seeker(home, person, wish, members[home.id], names, today)))
    return sorted(
        found,
        key=lambda one: (one.seeker.wished_on is None, one.household.area_code, one.household.id),
    )


def export_job_seekers(
    context: Context,
    area_code: str,
    path: Path,
    *,
    only_wishes: bool = False,
    unmasked: bool = False,
    reason: str = "",
) -> ChangeSet | None:
    """Write the list of an area, masked unless `unmasked` is permitted and its `reason` is given.

    Raises NotAllowedError, RuleError reason_required, nothing_to_export, StorageError.
    """
    if unmasked and not reason.strip():
        raise RuleError("reason_required", "reason")
    found = [
        one.seeker
        for one in job_seekers(context, area_code)
        if one.seeker.wished_on is not None or not only_wishes
    ]
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.READ_STATISTICS, area_code)
        actor.require(Permission.EXPORT_VISITS, area_code)
        if unmasked and not may_unmask(actor, area_code):
            raise NotAllowedError("not_permitted", permission=Permission.REVEAL_ID)
        where = (
            f"{meta.get(connection, meta.COUNTY_NAME)}{households.area_names(connection).get(area_code, '')}"
        )
    if not found:
        raise RuleError("nothing_to_export")

    def write(part: Path) -> bool:
        return write_job_seekers(part, found, title_of=where, on=context.today(), full=unmasked)

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="persons", area_code=area_code,
            reason=reason.strip()[:REASON_MAX] if unmasked else "", count=len(found),
        )  # fmt: skip

    return deliver(context, path, write, event)


def _is_head(home: HouseholdFields, person: PersonFields) -> bool:
    if home.head_person_id is not None:
        return person.id == home.head_person_id
    return person.relation_to_head is Relation.SELF


def _seeker(
    home: HouseholdFields,
    person: PersonFields,
    wish: ServiceNeedFields | None,
    family: Sequence[PersonFields],
    names: dict[str, str],
    today: dt.date,
) -> JobSeeker:
    open_now = tuple(dict.fromkeys(one.category for one in home.coverages if one.open_on(today)))
    return JobSeeker(
        person=person,
        town_name=names.get(home.area_code[:_TOWN], ""),
        village_name=names.get(home.area_code[:_VILLAGE], ""),
        group_name=home.group_name,
        categories=open_now,
        wished_on=None if wish is None else local_day(wish.seen_at),
        words="" if wish is None else wish.description,
        names=tuple(one.name for one in family),
    )
