"""临时救助台账 and the ledger of a standby fund as workbooks, each with its audit event."""

import datetime as dt
from pathlib import Path

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.persons import PersonStatus
from fieldapp.domain.records.reliefs import ReliefFields
from fieldapp.exports.relief_ledger import ReliefEntry, write_fund, write_reliefs
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import REASON_MAX, deliver, may_unmask
from fieldapp.services.relief_lists import relief_list
from fieldapp.storage import meta
from fieldapp.storage.repositories import households, reliefs

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def export_reliefs(
    context: Context,
    area_code: str,
    start: dt.date,
    end: dt.date,
    path: Path,
    *,
    unmasked: bool = False,
    reason: str = "",
) -> ChangeSet | None:
    """Write the reliefs of an area given from one day to another (both included), oldest first, masked
    unless `unmasked` is permitted and its `reason` is given.

    Raises NotAllowedError, RuleError reason_required, nothing_to_export, StorageError.
    """
    if unmasked and not reason.strip():
        raise RuleError("reason_required", "reason")
    found = [one.relief for one in relief_list(context, area_code)]
    wanted = [one for one in reversed(found) if start <= local_day(one.given_at) <= end]
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.EXPORT_VISITS, area_code)
        if unmasked and not may_unmask(actor, area_code):
            raise NotAllowedError("not_permitted", permission=Permission.REVEAL_ID)
        county = meta.get(connection, meta.COUNTY_NAME)
        entries = _entries(connection, wanted)
    if not entries:
        raise RuleError("nothing_to_export")

    def write(part: Path) -> bool:
        period = f"{start.isoformat()} 至 {end.isoformat()}"
        return write_reliefs(part, entries, county_name=county, period=period, full=unmasked)

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="reliefs", area_code=area_code,
            reason=reason.strip()[:REASON_MAX] if unmasked else "", count=len(entries),
        )  # fmt: skip

    return deliver(context, path, write, event)


def export_fund(context: Context, town: str, path: Path) -> ChangeSet | None:
    """Write a town's standby fund, every entry with the balance after it.

    Raises NotAllowedError, RuleError("nothing_to_export"), StorageError.
    """
    with context.store.reading() as connection:
        context.actor(connection).require(Permission.READ_FUND, town)
        entries = reliefs.fund_entries(connection, town)
        numbers = {one.id: one.relief_no for one in reliefs.of_area(connection, town)}
        names = households.area_names(connection)
        county = meta.get(connection, meta.COUNTY_NAME)
    if not entries:
        raise RuleError("nothing_to_export")

    def write(part: Path) -> bool:
        title_of = f"{county}{names.get(town, '')}"
        return write_fund(part, entries, title_of=title_of, relief_numbers=numbers)

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="fund_entries", area_code=town, count=len(entries)
        )

    return deliver(context, path, write, event)


def _entries(connection: Connection, wanted: list[ReliefFields]) -> list[ReliefEntry]:
    ids = [one.household_id for one in wanted if one.household_id is not None]
    homes = households.get_many(connection, ids)
    members = households.persons_by_household(connection, ids)
    names = households.area_names(connection)
    entries = []
    for one in wanted:
        home = homes.get(one.household_id or "")
        living = [p for p in members.get(one.household_id or "", ()) if p.status is PersonStatus.ALIVE]
        head = [p for p in living if home is not None and p.id == home.head_person_id]
        others = sorted((p for p in living if p not in head), key=lambda person: person.id)
        village = names.get(one.area_code[:_VILLAGE], "")
        entries.append(ReliefEntry(one, home, (*head, *others), village))
    return entries
