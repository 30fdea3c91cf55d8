"""高风险/急难台账 as a workbook, with its audit event."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel
from fieldapp.domain.records.assessments import AssessmentFields
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.clues import ClueFields
from fieldapp.domain.records.persons import PersonStatus
from fieldapp.exports.clue_ledger import ClueEntry, write_clues
from fieldapp.exports.relief_ledger import amount_given
from fieldapp.services.audit import audit_event
from fieldapp.services.context import Context
from fieldapp.services.exports import REASON_MAX, deliver, may_unmask
from fieldapp.storage import meta, rows
from fieldapp.storage.repositories import clues, households, reliefs

_VILLAGE = CODE_LENGTH[AreaLevel.VILLAGE]


def export_clues(
    context: Context,
    area_code: str,
    start: dt.date,
    end: dt.date,
    path: Path,
    *,
    unmasked: bool = False,
    reason: str = "",
) -> ChangeSet | None:
    """Write the clues of an area found from one day to another (both included), oldest first, masked unless
    `unmasked` is permitted and its `reason` is given.

    Raises NotAllowedError, RuleError reason_required, nothing_to_export, StorageError.
    """
    if unmasked and not reason.strip():
        raise RuleError("reason_required", "reason")
    with context.store.reading() as connection:
        actor = context.actor(connection)
        actor.require(Permission.EXPORT_VISITS, area_code)
        actor.require(Permission.FOLLOW_CLUE, area_code)
        if unmasked and not may_unmask(actor, area_code):
            raise NotAllowedError("not_permitted", permission=Permission.REVEAL_ID)
        county = meta.get(connection, meta.COUNTY_NAME)
        found = reversed(clues.in_areas(connection, [area_code]))
        wanted = [one for one in found if start <= local_day(one.found_at or one.reported_at) <= end]
        entries = _entries(connection, wanted)
    if not entries:
        raise RuleError("nothing_to_export")

    def write(part: Path) -> bool:
        period = f"{start.isoformat()} 至 {end.isoformat()}"
        return write_clues(part, entries, county_name=county, period=period, full=unmasked)

    def event(event_id: str) -> AuditEventFields:
        return audit_event(
            context, event_id, AuditAct.EXPORT, object_kind="clues", area_code=area_code,
            reason=reason.strip()[:REASON_MAX] if unmasked else "", count=len(entries),
        )  # fmt: skip

    return deliver(context, path, write, event)


def _entries(connection: Connection, wanted: list[ClueFields]) -> list[ClueEntry]:
    ids = [one.household_id for one in wanted if one.household_id is not None]
    homes = households.get_many(connection, ids)
    members = households.persons_by_household(connection, ids)
    steps = clues.steps_of(connection, [one.id for one in wanted])
    names, areas = households.user_names(connection), households.area_names(connection)
    given: dict[str, int] = defaultdict(int)
    for household_id in set(ids):
        for relief in reliefs.of_household(connection, household_id):
            if relief.clue_id:
                given[relief.clue_id] += amount_given(relief)
    entries = []
    for one in wanted:
        home = homes.get(one.household_id or "")
        living = [p for p in members.get(one.household_id or "", ()) if p.status is PersonStatus.ALIVE]
        head = [p for p in living if home is not None and p.id == home.head_person_id]
        others = sorted((p for p in living if p not in head), key=lambda person: person.id)
        judged = None
        if home is not None and home.risk_assessment_id:
            judged = rows.find(connection, "assessments", home.risk_assessment_id)
        entries.append(
            ClueEntry(
                clue=one,
                steps=tuple(steps.get(one.id, ())),
                household=home,
                members=(*head, *others),
                village_name=areas.get(one.area_code[:_VILLAGE], ""),
                assignee_name=names.get(one.assignee_id, ""),
                score=judged.score if isinstance(judged, AssessmentFields) else None,
                amount=given[one.id],
            )
        )
    return entries
