"""Visits: begin, keep every keystroke, submit, correct, read again."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.needs import PickedNeed, ServiceNeedFields
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.visit_drafts import VisitDraft, carried_forward
from fieldapp.domain.records.visits import NOBODY_MET, Purpose, Result, VisitFields, VisitState
from fieldapp.domain.rules.finding import Finding, Severity
from fieldapp.domain.rules.position import distance_m
from fieldapp.domain.rules.referral_flow import NEED_CLOSED
from fieldapp.domain.rules.visit_check import (
    VisitedHousehold,
    check_visit,
    flags_of,
    is_backfilled,
    may_submit,
)
from fieldapp.services.back_check_views import hidden_visits
from fieldapp.services.context import Context
from fieldapp.services.masked import masked_household, masked_person, masked_visit
from fieldapp.services.need_views import known_needs, need_views
from fieldapp.services.needs import begin_ratings, keep_of_visit
from fieldapp.services.visit_evidence import evidence_findings
from fieldapp.storage.repositories import households, needs, visits
from fieldapp.storage.repositories.visits import StoredDraft

_BACKFILLED: Final = "visit_backfilled"
_NEXT_INSTANT: Final = dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class VisitForm:
    """Everything the form needs: the draft, whom it is about, what was found last time."""

    stored: StoredDraft
    household: HouseholdFields
    members: tuple[PersonFields, ...]
    village_name: str
    last: VisitFields | None
    worker_names: dict[str, str]
    worker_name: str
    open_needs: tuple[ServiceNeedFields, ...]


@dataclass(frozen=True, slots=True)
class DraftItem:
    """A draft in the list, with what still stops its submission. `handed_to` names the place where others
    answer for the household now ("" = it is still the worker's); the draft may be submitted all the same."""

    stored: StoredDraft
    head_name: str
    village_name: str
    problems: tuple[Finding, ...]
    handed_to: str = ""


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit to read: the version that counts and all older ones, oldest first."""

    visit: VisitFields
    versions: tuple[VisitFields, ...]
    household: HouseholdFields
    members: tuple[PersonFields, ...]
    village_name: str
    worker_names: dict[str, str]
    unsent: bool
    may_amend: bool


def begin_visit(
    context: Context, household_id: str, initiator: str = "", *, purpose: Purpose = Purpose.ROUTINE
) -> tuple[str, ChangeSet]:
    """Open a draft for a household: the one left unfinished, or a new one carried forward from the
    last visit (S29). Returns the draft's id.

    A draft that was left as an everyday visit takes the `purpose` now asked for; another purpose stays.
    """
    with context.store.unit_of_work(initiator) as work:
        household = households.get(work.connection, household_id)
        context.actor(work.connection).require(Permission.CREATE_VISIT, household.area_code)
        left = visits.draft_of(work.connection, household_id)
        if left is not None:
            if purpose is left.draft.purpose or left.draft.purpose is not Purpose.ROUTINE:
                return left.id, ChangeSet(initiator=initiator)
            left = dataclasses.replace(left, draft=left.draft.model_copy(update={"purpose": purpose}))
            visits.put_draft(work.connection, left)
            work.touch("drafts", left.id)
            return left.id, work.commit()
        now = work.now()
        living = [
            p for p in households.members(work.connection, household_id) if p.status is PersonStatus.ALIVE
        ]
        met = _met_lately(context, work.connection, household_id)
        if met:
            draft = carried_forward(
                met[0], visitors=(context.user_id,), member_ids=frozenset(p.id for p in living)
            )
        else:
            draft = VisitDraft(household_id=household_id, visitors=(context.user_id,))
        served = need_views(context, work.connection, needs.of_household(work.connection, household_id))
        asked = {"started_at": now, "purpose": purpose, "ratings": begin_ratings(served)}
        draft = draft.model_copy(update=asked)
        stored = StoredDraft(work.new_id(), household_id, now, now, draft)
        visits.put_draft(work.connection, stored)
        work.touch("drafts", stored.id)
        return stored.id, work.commit()


def begin_correction(context: Context, visit_id: str, initiator: str = "") -> tuple[str, ChangeSet]:
    """Open a draft that corrects a submitted visit; the old text stays. Only its author may.

    Raises RuleError("only_author_corrects") or NotAllowedError.
    """
    with context.store.unit_of_work(initiator) as work:
        visit = visits.get(work.connection, visit_id)
        household = households.get(work.connection, visit.household_id)
        context.actor(work.connection).require(Permission.CREATE_VISIT, household.area_code)
        newest = visits.chain(work.connection, visit.root_id)[-1]
        if newest.created_by != context.user_id:
            raise RuleError("only_author_corrects")
        left = visits.draft_of(work.connection, visit.household_id, amends=newest.id)
        if left is not None:
            return left.id, ChangeSet(initiator=initiator)
        same = {name: getattr(newest, name) for name in VisitDraft.model_fields if hasattr(newest, name)}
        kept = tuple(PickedNeed(kind=kind, kept=True) for kind in newest.needs)
        corrected = {"amends": newest.id, "amend_reason": "", "step": "", "needs": kept}
        draft = VisitDraft.model_validate(same | corrected)
        now = work.now()
        stored = StoredDraft(work.new_id(), visit.household_id, now, now, draft)
        visits.put_draft(work.connection, stored)
        work.touch("drafts", stored.id)
        return stored.id, work.commit()


def visit_form(context: Context, draft_id: str) -> VisitForm:
    """What the form shows. Raises NotAllowedError("draft_not_here")."""
    with context.store.reading() as connection:
        stored = visits.draft(connection, draft_id)
        household = households.get(connection, stored.household_id)
        met = _met_lately(context, connection, stored.household_id)
        names = households.area_names(connection)
        workers = households.users_in(connection, household.area_code[:12])
        user = context.user(connection)
        return VisitForm(
            stored=stored,
            household=household,
            members=tuple(households.members(connection, stored.household_id)),
            village_name=names.get(household.area_code[:12], ""),
            last=met[0] if met else None,
            worker_names={w.id: w.name for w in workers},
            worker_name=user.name if user is not None else "",
            open_needs=tuple(
                known.need
                for known in known_needs(connection, needs.of_household(connection, household.id))
                if known.need.status not in NEED_CLOSED
            ),
        )


def save_draft(context: Context, draft_id: str, draft: VisitDraft, initiator: str = "") -> ChangeSet:
    """Keep the draft as it stands now; called for every change of a field."""
    with context.store.unit_of_work(initiator) as work:
        stored = visits.draft(work.connection, draft_id)
        visits.put_draft(work.connection, dataclasses.replace(stored, saved_at=work.now(), draft=draft))
        work.touch("drafts", draft_id)
        return work.commit()


def discard_draft(context: Context, draft_id: str, initiator: str = "") -> tuple[StoredDraft, ChangeSet]:
    """Throw a draft away; hand the returned value to restore_draft to undo."""
    with context.store.unit_of_work(initiator) as work:
        stored = visits.draft(work.connection, draft_id)
        visits.delete_draft(work.connection, draft_id)
        work.touch("drafts", draft_id)
        return stored, work.commit()


def restore_draft(context: Context, stored: StoredDraft, initiator: str = "") -> ChangeSet:
    """Undo discard_draft."""
    with context.store.unit_of_work(initiator) as work:
        visits.put_draft(work.connection, stored)
        work.touch("drafts", stored.id)
        return work.commit()


def keep_blob(context: Context, content: bytes, mime: str) -> str:
    """Keep a photo, signature or strokes file before a draft names it. Returns its SHA-256."""
    return context.store.photos.put(content, mime)


def check_draft(context: Context, draft: VisitDraft, *, evidence: bool = True) -> list[Finding]:
    """What stops submission and what is odd, each at its field. Without `evidence` other visits are not
    looked at: some milliseconds less for each save of a draft."""
    with context.store.reading() as connection:
        return _check(context, connection, draft, context.clock(), evidence=evidence)


def _check(
    context: Context, connection: Connection, draft: VisitDraft, now: dt.datetime, *, evidence: bool = False
) -> list[Finding]:
    """All findings; with `evidence` also those that need other visits, which stop nothing."""
    household = households.get(connection, draft.household_id)
    members = frozenset(p.id for p in households.members(connection, draft.household_id))
    finished = draft if draft.finished_at is not None else draft.model_copy(update={"finished_at": now})
    parameters = context.parameters(connection)
    found = check_visit(finished, VisitedHousehold(household.lat, household.lon, members), parameters, now)
    if draft.amends and finished.finished_at is not None:
        # A visit told in time and corrected a week later was still told in time.
        told_at = visits.chain(connection, visits.get(connection, draft.amends).root_id)[0].created_at
        if not is_backfilled(finished.finished_at, told_at, parameters):
            found = [finding for finding in found if finding.code != _BACKFILLED]
    if evidence:
        found += evidence_findings(context, connection, finished, household, parameters, now)
    return found


def submit_visit(context: Context, draft_id: str, initiator: str = "") -> tuple[str, ChangeSet]:
    """Turn a draft into a visit: the record, its op, its photos' queue and the end of the draft in one
    commit. Returns the visit's id.

    Raises RuleError for the first problem that stops submission; the draft stays.
    """
    with context.store.unit_of_work(initiator) as work:
        stored = visits.draft(work.connection, draft_id)
        now = work.now()
        draft = stored.draft
        # Who began it was allowed to. Where the household was given to somebody else meanwhile, the visit is
        # handed over: the server judges by the day it was begun.
        household = households.get(work.connection, stored.household_id)
        found = _check(context, work.connection, draft, now, evidence=True)
        if not may_submit(found):
            first = next(f for f in found if f.severity is Severity.ERROR)
            raise RuleError(first.code, first.field, **first.facts)
        flags = flags_of(found)
        visit = _visit(
            context, work.connection, stored, household, flags=flags, new_id=work.new_id(), now=now
        )
        work.save("visits", visit, urgent=visit.result is Result.URGENT or visit.findings.urgent_clue)
        keep_of_visit(context, work, household, draft, visit.id)
        visits.delete_draft(work.connection, draft_id)
        work.touch("drafts", draft_id)
        return visit.id, work.commit()


def _visit(
    context: Context, connection: Connection, stored: StoredDraft, household: HouseholdFields, *,
    flags: tuple[str, ...], new_id: str, now: dt.datetime,
) -> VisitFields:  # fmt: skip
    draft = stored.draft
    finished = draft.finished_at or now
    root_id, made_at = new_id, now
    if draft.amends:
        root_id = visits.get(connection, draft.amends).root_id
        newest = visits.chain(connection, root_id)[-1]
        # The latest of a chain counts: a clock that was set back must not put a correction before its origin.
        made_at = max(now, newest.created_at + _NEXT_INSTANT)
    filled = {
        name: getattr(draft, name) for name in VisitDraft.model_fields if name in VisitFields.model_fields
    }
    filled["needs"] = tuple(dict.fromkeys(one.kind for one in draft.needs))
    location = draft.location
    if location is not None and location.lat is not None and location.lon is not None and household.lat:
        away = distance_m(location.lat, location.lon, household.lat, household.lon or 0.0)
        filled["location"] = location.model_copy(update={"distance_to_home_m": round(away, 1)})
    return VisitFields.model_validate(
        filled
        | {
            "id": new_id,
            "created_at": made_at,
            "created_by": context.user_id,
            "updated_at": now,
            "updated_by": context.user_id,
            "device_id": context.device_id,
            "household_id": household.id,
            "area_code": household.area_code,
            "started_at": draft.started_at or stored.started_at,
            "finished_at": finished,
            "backfilled": _BACKFILLED in flags,
            "flags": flags,
            "root_id": root_id,
            "state": VisitState.SUBMITTED,
        }
    )


def _met_lately(context: Context, connection: Connection, household_id: str) -> list[VisitFields]:
    """The latest visits that met somebody, newest first, but none that the worker asks about again."""
    hidden = hidden_visits(context, connection)
    found = visits.of_household(connection, household_id, 10)
    return [one for one in found if _met(one) and one.root_id not in hidden]


def _met(visit: VisitFields) -> bool:
    return visit.state is not VisitState.VOID and visit.result not in NOBODY_MET


def visit_view(context: Context, visit_id: str) -> VisitView:
    """A visit with its versions, masked for an auditor.

    Raises NotAllowedError visit_not_here, household_not_here, not_permitted, visit_under_back_check (the
    worker asks the family again and has not answered yet).
    """
    with context.store.reading() as connection:
        visit = visits.get(connection, visit_id)
        if visit.root_id in hidden_visits(context, connection):
            raise NotAllowedError("visit_under_back_check")
        versions = visits.chain(connection, visit.root_id)
        household = households.get(connection, visit.household_id)
        actor = context.actor(connection)
        actor.require(Permission.READ_CASES, household.area_code)
        members = households.members(connection, visit.household_id)
        names = households.area_names(connection)
        if actor.masked:
            known = [household.head_name, *(p.name for p in members)]
            household = masked_household(household, known)
            members = [masked_person(p) for p in members]
            versions = [masked_visit(v, known) for v in versions]
        return VisitView(
            visit=versions[-1],
            versions=tuple(versions),
            household=household,
            members=tuple(members),
            village_name=names.get(household.area_code[:12], ""),
            worker_names=households.user_names(connection),
            unsent=bool(visits.unsent_ids(connection, [versions[-1].id])),
            may_amend=versions[-1].created_by == context.user_id
            and actor.may(Permission.CREATE_VISIT, household.area_code),
        )


def drafts(context: Context) -> list[DraftItem]:
    """All drafts with what still stops each, latest first."""
    items = []
    with context.store.reading() as connection:
        names = households.area_names(connection)
        now = context.clock()
        stored_drafts = visits.drafts(connection)
        actor = context.actor(connection)
        found = households.get_many(connection, [d.household_id for d in stored_drafts])
        for stored in stored_drafts:
            household = found.get(stored.household_id)
            problems = _check(context, connection, stored.draft, now) if household else []
            items.append(
                DraftItem(
                    stored=stored,
                    head_name=household.head_name if household else "",
                    village_name=names.get(household.area_code[:12], "") if household else "",
                    problems=tuple(p for p in problems if p.severity is Severity.ERROR),
                    handed_to=handed_to(actor, Permission.CREATE_VISIT, household, names),
                )
            )
    return items


def handed_to(
    actor: Actor, permission: Permission, household: HouseholdFields | None, names: Mapping[str, str]
) -> str:
    """The place of a household that was given to others since the worker began something there; '' where it
    is still his."""
    if household is None or actor.may(permission, household.area_code):
        return ""
    codes = dict.fromkeys((household.area_code[:12], household.area_code))
    return " ".join(filter(None, (names.get(code, "") for code in codes))) or household.area_code


def photo(context: Context, sha256: str) -> bytes:
    """A blob held on this device. Raises StorageError("photo_not_here") when it has to be fetched."""
    return context.store.photos.get(sha256)
