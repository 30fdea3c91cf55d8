"""What follows from the records of a unit of work, staged with them: levels of households, standings of
urgent clues with their receipts, what contested fields hold now.
"""

from collections import defaultdict

from sqlalchemy import select

from fieldapp.domain.records.base import compact
from server.store import record_sql as sql
from server.store import tables
from server.store.bodies import check_body
from server.store.bulk_insert import insert_many
from server.store.clue_standing import receipt, receipt_id, same_but_stamps, steps_of, stood
from server.store.field_conflicts import SENSITIVE_KINDS, with_standing
from server.store.household_risk import RISK_KINDS, history_of, risk_fields
from server.store.projections import parameters_of, row_table
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.entities import ENTITIES
from sync.protocol.wire import Body


def stage_consequences(work: UnitOfWork) -> None:
    """Stage whatever the staged records change besides themselves."""
    _stage_risks(work)
    _stage_clues(work)
    _stage_conflicts(work)
    _note_evidence(work)


def _note_evidence(work: UnitOfWork) -> None:
    """Have visits compared with others again, beside the request, when something changed that tells."""
    roots = {entry.body["root_id"] for entry in work.staged if entry.kind == "visits" and not entry.deleted}
    moved = [
        entry.id
        for entry in work.staged
        if entry.kind == "households" and entry.stored and not {"lat", "lon"}.isdisjoint(entry.pending)
    ]
    row = row_table("visits").c
    for part in sql.chunks(sorted(moved)):
        roots.update(work.connection.scalars(select(row.root_id).where(row.household_id.in_(part))))
    insert_many(work.connection, tables.evidence_due, ("root_id",), [(root,) for root in sorted(roots)])


def _stage_risks(work: UnitOfWork) -> None:
    """Bring households to the level that their assessments come to, with the records staged here."""
    touched = {e.body["household_id"] for e in work.staged if e.kind in RISK_KINDS and not e.deleted}
    if not touched:
        return
    work.load("households", touched)
    found: dict[str, list[tuple[str, Body]]] = defaultdict(list)
    for kind in RISK_KINDS:
        work.load_children(kind, touched)
        for entry in work.live(kind):
            found[entry.body["household_id"]].append((kind, entry.body))
    parameters = parameters_of(work.connection)
    for household_id in sorted(touched):
        household = work.find("households", household_id)
        history = history_of(found[household_id], parameters)
        fields = risk_fields(history)
        if household is None or household.deleted or fields.items() <= household.body.items():
            continue
        checked = check_body("households", {**household.body, **fields})
        work.change(household, checked, Author(history[-1].by_user))


def _stage_clues(work: UnitOfWork) -> None:
    """Bring clues to what their steps come to, and their reporters' receipts with them."""
    staged = work.staged
    stepped = {
        e.body["clue_id"] for e in staged
        if e.kind == "clue_steps" and e.body.get("seq") and not e.body.get("refused_code")
    }  # fmt: skip
    touched = stepped | {e.id for e in staged if e.kind == "clues" and not e.deleted}
    if not touched:
        return
    work.load("clues", touched)
    parameters = parameters_of(work.connection)
    for clue_id, steps in sorted(steps_of(work, stepped).items()):
        clue = work.find("clues", clue_id)
        if clue is None or clue.deleted:
            continue
        work.settle(clue, stood(clue.body, [e.body for e in steps], parameters, work.clock()))
        for step in steps:  # verification may have found the household: the steps go there too
            place = {name: clue.body.get(name) for name in ("household_id", "area_code")}
            work.settle(step, compact({**step.body, **place}))
    _stage_receipts(work, touched)


def _stage_receipts(work: UnitOfWork, clue_ids: set[str]) -> None:
    row = row_table("clues").c
    merged: set[str] = set()
    for part in sql.chunks(sorted(clue_ids)):
        merged.update(work.connection.scalars(select(row.id).where(row.main_id.in_(part))))
    told = clue_ids | merged
    work.load("clues", told)
    work.load("clue_receipts", map(receipt_id, told))
    for clue_id in sorted(told):
        clue = work.find("clues", clue_id)
        if clue is None or clue.deleted:
            continue
        main_id = clue.body.get("main_id")
        main = work.find("clues", main_id) if main_id else None
        body = receipt(clue.body, None if main is None else main.body, work.now)
        known = work.find("clue_receipts", body["id"])
        if known is None:
            work.put("clue_receipts", check_body("clue_receipts", body))
        elif not known.deleted and not same_but_stamps(known.body, body):
            work.settle(known, body)


def _stage_conflicts(work: UnitOfWork) -> None:
    """Have open conflicts tell what their field holds now, whatever changed it: an edit on top of the
    standing value, an import, the server itself."""
    touched = {
        entry.id: entry
        for entry in work.staged
        if entry.kind in SENSITIVE_KINDS and entry.stored and not entry.deleted
        and not ENTITIES[entry.kind].sensitive.isdisjoint(entry.pending)
    }  # fmt: skip
    if not touched:
        return
    for conflict in work.open_conflicts(touched.keys()):
        entry, name = touched[conflict.body["record_id"]], conflict.body["field"]
        if name not in entry.pending:
            continue
        edit = work.last_edit(entry, name)
        body = with_standing(conflict.body, edit)
        if body is not conflict.body:
            stamps = {"updated_at": work.now, "updated_by": edit.by_user, "device_id": edit.device_id}
            work.change(conflict, check_body("conflicts", {**body, **stamps}), Author(edit.by_user))
