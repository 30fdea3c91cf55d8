"""Applies single ops inside a push: permission, check, merge, stage. Refusals are FieldappErrors."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import select

from fieldapp.domain.clock import instant_text, local_day, parse_instant
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.areas import AreaFields, is_leaf
from fieldapp.domain.records.base import compact
from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.visit_reviews import ReviewAct
from fieldapp.domain.records.visits import VisitState
from fieldapp.domain.rules.campaigns import check_campaign
from fieldapp.domain.rules.referral_flow import StepBy
from fieldapp.domain.rules.visit_review import PERMISSION_OF
from server.services.assessments import CHECKED_KINDS, check_handed_in
from server.services.back_checks import check_back_check, take_back_check_step
from server.services.clues import decided_step, placed_clue, placed_step, taken_in
from server.services.conflicts import apply_decision, note_conflicts
from server.services.exemptions import check_decision, check_exemption
from server.services.identity import Caller, may_hold
from server.services.needs import take_referral, take_referral_step
from server.services.reliefs import take_relief, take_relief_step
from server.services.spot_check_results import take_rectification, take_result
from server.services.visit_marks import apply_clearance
from server.services.visit_reviews import apply_review
from server.services.visit_rules import take_table
from server.store.bodies import CheckedBody, check_body
from server.store.projections import row_table
from server.store.record_writer import require_household
from server.store.unit_of_work import FIXED_FIELDS, STAMP_FIELDS, Author, Entry, UnitOfWork
from sync.protocol.entities import REF_BUCKET, USER_BUCKET, EntitySpec, Merge, entity
from sync.protocol.merge import FieldConflict, MergeResult, merge_patch
from sync.protocol.wire import Action, Body, Op, Outcome

CAPTURED_AT: Final = {
    "visits": "started_at",
    "submissions": "started_at",
    "assessments": "assessed_at",
    "assessment_signatures": "signed_at",
    "level_overrides": "decided_at",
    "conflict_decisions": "decided_at",
    "visit_exemptions": "requested_at",
    "exemption_decisions": "decided_at",
    "visit_reviews": "reviewed_at",
    "visit_rule_tables": "decided_at",
    "back_checks": "requested_at",
    "back_check_steps": "at",
    "mark_clearances": "cleared_at",
    "reliefs": "given_at",
    "relief_steps": "at",
    "service_needs": "seen_at",
    "referrals": "sent_at",
    "referral_steps": "at",
    "clues": "reported_at",
    "clue_steps": "at",
    "spot_check_results": "checked_at",
    "spot_check_rectifications": "recorded_at",
}
"""Field that says when the worker began it; elsewhere it is updated_at. What was begun before a hand-over may
be finished after it."""
CLOCK_AHEAD_MS: Final = 5 * 60 * 1000
"""How far ahead of the server a device's clock may run before its stamps are cut."""
_MOST_SUCCESSORS: Final = 10
"""Mergers one after the other that an old area code is followed through."""


@dataclass(frozen=True, slots=True)
class Applied:
    """An op that was stored: the record, and how its content relates to what was sent."""

    entry: Entry
    outcome: Outcome


class OpsContext:
    """What the ops of one batch share: the unit of work and who sends them."""

    def __init__(self, unit: UnitOfWork, caller: Caller) -> None:
        self.unit: Final = unit
        self.caller: Final = caller

    def load(self, ops: Iterable[Op]) -> None:
        """Fetch all records the ops touch in a few queries: children first, then their households."""
        ids: dict[str, set[str]] = {}
        parents: set[str] = set()
        for op in ops:
            ids.setdefault(op.kind, set()).add(op.id)
            parent = op.body.get("household_id")
            if isinstance(parent, str):
                parents.add(parent)
        households = ids.pop("households", set())
        for kind, wanted in sorted(ids.items()):
            self.unit.load(kind, wanted)
            for record_id in wanted:
                entry = self.unit.find(kind, record_id)
                if entry is not None and "household_id" in entry.body:
                    parents.add(entry.body["household_id"])
        self.unit.load("households", households | {parent for parent in parents if len(parent) <= 64})

    def reads(self, bucket: str) -> bool:
        """Whether records of a bucket may be shown to the caller."""
        own = (REF_BUCKET, f"{USER_BUCKET}{self.caller.user_id}")
        return bucket in own or may_hold(self.caller.actor, bucket)

    def standing(self, op: Op) -> Entry | None:
        """The server's present record behind a refused op, if the caller may see it."""
        entry = self.unit.find(op.kind, op.id)
        shown = entry is not None and entry.stored and not entry.deleted and self.reads(entry.bucket)
        return entry if shown else None

    def require(self, permission: Permission, household: Entry, captured: object) -> None:
        """Ask for a permission in a household's area, today or on the day of the work.

        Work done before a hand-over, or before the household moved away, still counts: it was allowed
        when it was done. Raises NotAllowedError("not_permitted").
        """
        actor = self.caller.actor
        if actor.may(permission, household.body["area_code"]):
            return
        then = actor_on(self.caller.user_id, self.caller.roles, self._day(captured))
        present = household.body["area_code"]
        places = {present, *self.unit.former_buckets("households", household.id), *self._merged_into(present)}
        if not any(then.may(permission, place) or actor.may(permission, place) for place in places):
            raise NotAllowedError("not_permitted")

    def _merged_into(self, area_code: str) -> set[str]:
        """Areas that became part of another: a household entered for one of them never lived in it."""
        area = row_table("areas").c
        found: set[str] = set()
        latest = {area_code}
        while latest:
            query = select(area.id).where(area.successor_code.in_(latest))
            latest = set(self.unit.connection.scalars(query)) - found
            found |= latest
        return found

    def require_in(self, permission: Permission, area_code: str, captured: object) -> None:
        """Ask for a permission in an area for a record that no household is known of, today or on the day of
        the work. Raises NotAllowedError("not_permitted")."""
        if not self.caller.actor.may(permission, area_code):
            actor_on(self.caller.user_id, self.caller.roles, self._day(captured)).require(
                permission, area_code
            )

    def present_area(self, area_code: str) -> str:
        """The area of a code today: itself, or what it was merged into. Raises RuleError("unknown_area")."""
        today = local_day(parse_instant(self.unit.now))
        for _ in range(_MOST_SUCCESSORS):
            area = self.unit.find("areas", area_code)
            if area is None or area.deleted:
                break
            fields = AreaFields.model_validate(area.body)
            if fields.open_on(today) or fields.successor_code is None:
                return area_code
            area_code = fields.successor_code
        raise RuleError("unknown_area", "area_code")

    def _day(self, captured: object) -> dt.date:
        today = local_day(parse_instant(self.unit.now))
        try:
            return min(today, local_day(parse_instant(str(captured))))
        except ValueError:
            return today


@dataclass(frozen=True, slots=True)
class PreparedOp:
    """An op with what can be made before the transaction: a bounded stamp, and the body of a put checked."""

    kind: str
    id: str
    body: Body
    base_rev: int
    hlc: str
    checked: CheckedBody | None = None


def prepare(op: Op, caller: Caller, now: dt.datetime) -> PreparedOp:
    """Check what needs no database, so that the single writer's turn stays short.

    Raises RuleError or NotAllowedError: the op is refused.
    """
    spec = entity(op.kind)
    if spec.merge is Merge.SERVER:
        raise NotAllowedError("not_permitted")
    hlc = bounded_hlc(op.hlc, int(now.timestamp() * 1000))
    if op.action is not Action.PUT:
        return PreparedOp(op.kind, op.id, op.body, op.base_rev, hlc)
    if op.body.get("id", op.id) != op.id:
        raise RuleError("wrong_id", "id")
    body = {name: value for name, value in op.body.items() if name not in spec.server_fields}
    body["id"] = op.id
    if "received_at" in spec.server_fields:
        body["received_at"] = instant_text(now)
    if spec.kind == "visits":
        body["state"] = VisitState.SUBMITTED.value
    checked = check_body(spec.kind, body)
    for name in ("created_by", "updated_by"):
        if checked.body[name] != caller.user_id:
            raise RuleError("wrong_author", name)
    return PreparedOp(op.kind, op.id, op.body, op.base_rev, hlc, checked)


def bounded_hlc(hlc: str, now_ms: int) -> str:
    """A device's stamp, its clock cut to ours where it runs far ahead, so that a wrong clock cannot win
    every conflict for years. Raises RuleError("bad_op")."""
    try:
        stamp, counter, install = hlc.split("-", 2) if hlc else ("0", "0", "")
        milliseconds = min(int(stamp, 16), now_ms + CLOCK_AHEAD_MS)
        return f"{milliseconds:012x}-{int(counter, 16) & 0xFFFF:04x}-{install[:36]}"
    except ValueError:
        raise RuleError("bad_op", "hlc") from None


def apply_op(context: OpsContext, op: PreparedOp) -> Applied:
    """Stage one op. Raises RuleError or NotAllowedError: the op is refused and nothing is staged."""
    spec = entity(op.kind)
    if op.checked is not None:
        return _put(context, spec, op, op.checked)
    if spec.merge is not Merge.FIELDS:
        raise RuleError("append_only")
    return _patch(context, spec, op)


# -- put ------------------------------------------------------------------------------------------------


def _put(context: OpsContext, spec: EntitySpec, op: PreparedOp, checked: CheckedBody) -> Applied:
    entry = context.unit.find(spec.kind, op.id)
    if entry is not None:
        return _put_again(context, spec, op, entry, checked)
    sent = checked
    if spec.kind == "clues":
        checked = placed_clue(context.unit, checked)
    if spec.kind == "clue_steps":
        checked = placed_step(context.unit, checked)
    _allow_put(context, spec, checked.body)
    if spec.kind == "households" or (spec.kind == "clues" and "household_id" not in checked.body):
        checked = _filed_today(context, spec.kind, checked)
    if spec.kind in CHECKED_KINDS:
        checked = check_handed_in(context.unit, spec.kind, checked)
    _take_in(context, spec.kind, checked.body, op.hlc)
    if spec.kind in _ADDED_TO:
        checked = _ADDED_TO[spec.kind](context, op, checked)
    same_place = all(
        checked.body.get(name) == sent.body.get(name) for name in ("area_code", *spec.filled_fields)
    )
    outcome = Outcome.ACCEPTED if same_place else Outcome.MERGED
    return Applied(context.unit.put(spec.kind, checked), outcome)


def _take_in(context: OpsContext, kind: str, body: Body, hlc: str) -> None:
    """Check what a new record means for others, and stage what follows from it. Raises: it is refused."""
    unit, caller = context.unit, context.caller
    match kind:
        case "conflict_decisions":
            apply_decision(unit, caller, body, hlc)
        case "visit_exemptions":
            check_exemption(unit, body)
        case "exemption_decisions":
            check_decision(unit, caller, body)
        case "visit_reviews":
            household = unit.find("households", body["household_id"])
            assert household is not None  # asked for before
            context.require(PERMISSION_OF[ReviewAct(body["act"])], household, body["reviewed_at"])
            apply_review(unit, caller, body, hlc)
        case "back_checks":
            check_back_check(unit, body)
        case "mark_clearances":
            apply_clearance(unit, caller, body, hlc)
        case "visit_rule_tables":
            take_table(unit, _author(context, hlc), body)
        case "campaigns":
            check_campaign(CampaignFields.model_validate(body))


def _relief(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return take_relief(context.unit, checked)


def _relief_step(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return take_relief_step(
        context.unit, context.caller, checked, op.hlc, partial(_require_here, context, checked.body)
    )


def _referral(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return take_referral(context.unit, _author(context, op.hlc), checked)


def _referral_step(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    require = partial(_require_here, context, checked.body)
    return take_referral_step(context.unit, _author(context, op.hlc), checked, StepBy.OFFICE, require)


def _back_check_step(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    require = partial(_require_here, context, checked.body)
    return take_back_check_step(context.unit, _author(context, op.hlc), checked, require)


def _clue(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return taken_in(context.unit, checked)


def _clue_step(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return decided_step(context.unit, context.caller, _area_of(context, checked.body), checked)


def _spot_check_result(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return take_result(context.unit, _author(context, op.hlc), checked)


def _rectification(context: OpsContext, op: PreparedOp, checked: CheckedBody) -> CheckedBody:
    return take_rectification(context.unit, _author(context, op.hlc), checked)


_ADDED_TO: Final[dict[str, Callable[[OpsContext, PreparedOp, CheckedBody], CheckedBody]]] = {
    "reliefs": _relief,
    "relief_steps": _relief_step,
    "back_check_steps": _back_check_step,
    "referrals": _referral,
    "referral_steps": _referral_step,
    "clues": _clue,
    "clue_steps": _clue_step,
    "spot_check_results": _spot_check_result,
    "spot_check_rectifications": _rectification,
}
"""Kinds that change other records when they arrive, or that the server adds to."""


def _author(context: OpsContext, hlc: str) -> Author:
    return Author(context.caller.user_id, context.caller.device_id, hlc)


def _require_here(context: OpsContext, body: Body, permission: Permission) -> None:
    """Ask for a further permission where a record belongs. Raises NotAllowedError("not_permitted")."""
    household = context.unit.find("households", body.get("household_id") or "")
    if household is None:
        context.require_in(permission, body["area_code"], body["at"])
    else:
        context.require(permission, household, body["at"])


def _filed_today(context: OpsContext, kind: str, checked: CheckedBody) -> CheckedBody:
    """A record entered for an area that was merged meanwhile belongs to what the area became."""
    area_code = context.present_area(checked.body["area_code"])
    if area_code == checked.body["area_code"]:
        return checked
    return check_body(kind, {**checked.body, "area_code": area_code})


def _allow_put(context: OpsContext, spec: EntitySpec, body: Body) -> None:
    if spec.create is None:
        return  # audit events: everybody reports their own
    if spec.anywhere:
        context.require_in(spec.create, "", body[CAPTURED_AT[spec.kind]])
        return
    if spec.kind == "households":
        _require_leaf(context.unit, body["area_code"])
        context.require_in(spec.create, body["area_code"], body["created_at"])
        return
    if "area_code" in body:
        _require_area(context.unit, body["area_code"])
    if body.get("household_id") is None:
        captured = body[CAPTURED_AT.get(spec.kind, "updated_at")]
        context.require_in(spec.create, body["area_code"], captured)
        return
    require_household(context.unit, spec.kind, body)
    household = context.unit.find("households", body["household_id"])
    assert household is not None
    context.require(spec.create, household, body[CAPTURED_AT.get(spec.kind, "updated_at")])


def _put_again(
    context: OpsContext, spec: EntitySpec, op: PreparedOp, entry: Entry, checked: CheckedBody
) -> Applied:
    """The id is taken. The same content is a repetition. On merged kinds an install restored from a copy
    may repeat a put after later edits, or with more typed into it: the later of both values stands."""
    if entry.deleted:
        raise RuleError("deleted")
    if spec.kind == "households":
        checked = _filed_today(context, spec.kind, checked)
    # A town that returned a visit left its stamp on it: that makes it no other visit.
    not_own = spec.server_fields | spec.filled_fields | STAMP_FIELDS
    own = {n: v for n, v in checked.body.items() if n not in not_own}
    if own == {n: v for n, v in entry.body.items() if n not in not_own}:
        return Applied(entry, Outcome.ACCEPTED)
    mine = entry.body["created_by"] == context.caller.user_id
    if spec.merge is not Merge.FIELDS or not mine or checked.body["created_at"] != entry.body["created_at"]:
        raise RuleError("already_exists")
    changes = {name: entry.last_change(name) for name in entry.stamps.keys() | entry.pending.keys()}
    stamps = {name: (rev, hlc) for name, (rev, hlc, _) in changes.items()}
    patch = {name: value for name, value in own.items() if name not in FIXED_FIELDS}
    result = merge_patch(entry.body, stamps, patch, base_rev=0, hlc=op.hlc, sensitive=spec.sensitive)
    contested = tuple(
        c
        for c in result.conflicts
        if op.hlc > stamps[c.field][1] or not context.unit.ever_had(entry, c.field, c.ours)
    )
    _allow_patch(context, spec, entry, result.changed, op)
    return _store_merge(context, spec, op, entry, MergeResult(result.changed, contested), Outcome.MERGED)


def _area_of(context: OpsContext, body: Body) -> str:
    """Where a record is whose household may be known: there, else in its own area."""
    household = context.unit.find("households", body["household_id"]) if "household_id" in body else None
    return str(body["area_code"] if household is None else household.body["area_code"])


def _require_area(unit: UnitOfWork, area_code: str) -> None:
    area = unit.find("areas", area_code)
    if area is None or area.deleted:
        raise RuleError("unknown_area", "area_code")


def _require_leaf(unit: UnitOfWork, area_code: str) -> None:
    if not is_leaf(area_code):
        raise RuleError("unknown_area", "area_code")
    _require_area(unit, area_code)


# -- patch ----------------------------------------------------------------------------------------------


def _patch(context: OpsContext, spec: EntitySpec, op: PreparedOp) -> Applied:
    entry = context.unit.find(spec.kind, op.id)
    if entry is None or entry.deleted:
        raise RuleError("unknown_record" if entry is None else "deleted")
    if op.body.get("updated_by", context.caller.user_id) != context.caller.user_id:
        raise RuleError("wrong_author", "updated_by")
    outdated = _outdated(context, entry, op)
    ignored = FIXED_FIELDS | spec.server_fields | STAMP_FIELDS | outdated
    patch = {name: _normal(value) for name, value in op.body.items() if name not in ignored}
    if spec.kind == "households" and "area_code" in patch:
        _require_leaf(context.unit, str(patch["area_code"]))
        patch["area_code"] = context.present_area(str(patch["area_code"]))
    _allow_patch(context, spec, entry, patch, op)
    result = merge_patch(
        entry.body,
        _stamps_of_others(context, entry),
        patch,
        base_rev=op.base_rev,
        hlc=op.hlc,
        sensitive=spec.sensitive,
    )
    forgotten = _never_seen(context, entry, op, outdated - spec.server_fields)
    calm = Outcome.ACCEPTED if entry.rev <= op.base_rev else Outcome.MERGED
    result = MergeResult(result.changed, result.conflicts + forgotten)
    return _store_merge(context, spec, op, entry, result, calm)


def _store_merge(
    context: OpsContext, spec: EntitySpec, op: PreparedOp, entry: Entry, result: MergeResult, calm: Outcome
) -> Applied:
    """Stage what a merge decided. `calm` is the outcome where nobody else changed the same fields."""
    author = Author(context.caller.user_id, context.caller.device_id, op.hlc)
    if result.changed:
        checked = check_body(spec.kind, {**entry.body, **result.changed, **_stamps(context, op)})
        _check_references(context, spec, entry, checked.body)
        if spec.kind == "campaigns":
            check_campaign(CampaignFields.model_validate(checked.body))
        context.unit.change(entry, checked, author, result.conflicts)
    else:
        context.unit.note_losers(entry, author, result.conflicts)
    note_conflicts(context.unit, entry, author, result.conflicts)
    return Applied(entry, Outcome.CONFLICT if result.conflicts else calm)


def _allow_patch(context: OpsContext, spec: EntitySpec, entry: Entry, patch: Body, op: PreparedOp) -> None:
    if spec.change is None:
        raise NotAllowedError("not_permitted")
    captured = op.body.get("updated_at")
    if not spec.household_field:
        for area_code in {entry.body["area_code"], str(patch.get("area_code", entry.body["area_code"]))}:
            _require_area(context.unit, area_code)
            context.require_in(spec.change, area_code, captured)
        return
    household = (
        entry if spec.kind == "households" else context.unit.find("households", entry.body["household_id"])
    )
    if household is None:
        raise NotAllowedError("not_permitted")
    contact_only = patch.keys() <= spec.contact_fields
    if contact_only and context.caller.actor.may(Permission.EDIT_CONTACT, household.body["area_code"]):
        return  # what nearly all patches are: no need to ask where the household once was
    try:
        context.require(spec.change, household, captured)
    except NotAllowedError:
        if not contact_only:
            raise
        context.require(Permission.EDIT_CONTACT, household, captured)


def _check_references(context: OpsContext, spec: EntitySpec, entry: Entry, body: Body) -> None:
    if body.get("household_id") != entry.body.get("household_id"):
        require_household(context.unit, spec.kind, body)


def _outdated(context: OpsContext, entry: Entry, op: PreparedOp) -> frozenset[str]:
    """Fields this device itself has changed later: the op is a repetition (the server was restored)."""
    changes = ((name, entry.last_change(name)) for name in op.body)
    device_id = context.caller.device_id
    return frozenset(name for name, (_, hlc, device) in changes if device == device_id and hlc > op.hlc)


def _never_seen(
    context: OpsContext, entry: Entry, op: PreparedOp, names: frozenset[str]
) -> tuple[FieldConflict, ...]:
    """Outdated values that were never here: no repetition, but what a second machine with a copy of the
    profile typed. A person decides."""
    values = [(name, _normal(op.body[name])) for name in sorted(names - FIXED_FIELDS - STAMP_FIELDS)]
    return tuple(
        FieldConflict(name, theirs=entry.body.get(name), ours=value, kept=entry.body.get(name))
        for name, value in values
        if not context.unit.ever_had(entry, name, value)
    )


def _stamps_of_others(context: OpsContext, entry: Entry) -> dict[str, tuple[int, str]]:
    """Revision and hlc per field, without this device's own changes: a device sends its edits in order,
    so its later one never conflicts with its earlier one, whatever base revision it knew."""
    device_id = context.caller.device_id
    names = entry.stamps.keys() | entry.pending.keys()
    changes = {name: entry.last_change(name) for name in names}
    return {name: (rev, hlc) for name, (rev, hlc, device) in changes.items() if device != device_id}


def _stamps(context: OpsContext, op: PreparedOp) -> Body:
    """Who changed the record, and when: as the device says, else now."""
    return {
        "updated_at": op.body.get("updated_at") or context.unit.now,
        "updated_by": context.caller.user_id,
        "device_id": context.caller.device_id,
    }


def _normal(value: object) -> object:
    """A patch value as a stored body would hold it: empty is None."""
    return compact({"value": value}).get("value")
