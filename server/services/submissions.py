"""Answer sheets from other programs: kept as they came, filed to a household or to be claimed (level S)."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.forms import FormFile
from fieldapp.domain.records.submissions import SubmissionFields, SubmissionSource
from server.services.forms import find_form
from server.services.identity import Caller
from server.services.instances import FilledForm
from server.store.audit import Act, note
from server.store.blob_store import BlobStore
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.record_writer import patch_all
from server.store.store import Store
from server.store.unit_of_work import Author, Entry, UnitOfWork

KIND: Final = "submissions"
CLOCK_AHEAD: Final = dt.timedelta(minutes=5)
EARLIEST_YEAR: Final = 2020
ALWAYS_TAKEN: Final = frozenset({"audit.csv"})
"""Files that belong to a sheet though no answer names them."""
_PIECE: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came with a sheet; `content` stands at its beginning."""

    name: str
    mime: str
    size: int
    sha256: str
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a sheet: `fresh` when it was not here before, `files` how many were added now."""

    submission_id: str
    fresh: bool
    files: int
    household_id: str | None


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A sheet that names no household of its sender's: somebody has to say whose it is."""

    submission_id: str
    form_id: str
    version: str
    area_code: str
    created_by: str
    received_at: str


def receive(
    store: Store, blobs: BlobStore, caller: Caller, sheet: FilledForm, files: Iterable[ReceivedFile]
) -> Received:
    """Keep a sheet and its files; the same sheet again adds the files that were not here yet.

    Raises RuleError unknown_form, already_exists (the id stands for other answers), record_too_large;
    NotAllowedError("not_permitted").
    """
    find_form(store, sheet.form_id, sheet.version)
    areas = caller.actor.areas_with(Permission.FILL_FORM)
    if not areas:
        raise NotAllowedError("not_permitted", permission=Permission.FILL_FORM)
    named = [file for file in files if file.name in sheet.texts or file.name in ALWAYS_TAKEN]
    for file in named:
        _keep(blobs, file)
    kept = {f.name: FormFile(name=f.name, sha256=f.sha256, size=f.size, mime=f.mime) for f in named}

    def work(unit: UnitOfWork) -> Received:
        submission_id = submission_id_of(sheet.instance_id)
        entry = unit.find(KIND, submission_id)
        if entry is not None:
            return _again(unit, caller, entry, sheet, kept)
        household = _household(unit.connection, sheet, areas)
        household_id = household[0] if household else None
        record = _record(unit, caller, sheet, kept, household or (None, areas[0]))
        unit.put(KIND, check_body(KIND, wire_body(record)))
        return Received(submission_id, fresh=True, files=len(kept), household_id=household_id)

    return store.run(work)


def unclaimed(store: Store) -> list[Unclaimed]:
    """Sheets of other programs without a household, oldest first."""
    row = row_table(KIND).c
    query = (
        select(row.id, row.form_id, row.form_version, row.area_code, row.created_by, row.received_at)
        .where(row.household_id.is_(None), row.source == SubmissionSource.OPENROSA)
        .order_by(row.received_at, row.id)
    )
    with store.read() as connection:
        return [Unclaimed(*each[:5], received_at=str(each.received_at)) for each in connection.execute(query)]


def claim(store: Store, submission_id: str, household_no: str, *, by: str) -> None:
    """Say whose a sheet is; it moves to the household's area.

    Raises RuleError unknown_record, unknown_household, already_claimed.
    """

    def work(unit: UnitOfWork) -> None:
        entry = unit.find(KIND, submission_id)
        if entry is None or entry.deleted:
            raise RuleError("unknown_record")
        if entry.body.get("household_id"):
            raise RuleError("already_claimed")
        found = _by_number(unit.connection, household_no, ("",))
        if found is None:
            raise RuleError("unknown_household", "household_no")
        changes = {"household_id": found[0], "area_code": found[1]}
        patch_all(unit, [(KIND, submission_id, changes)], Author(by))
        note(unit, by, Act.SUBMISSION_CLAIMED, KIND, submission_id)

    store.run(work)


def submission_id_of(instance_id: str) -> str:
    """The record's id for a sheet's own id: always the same, and never one that a device makes."""
    return f"or-{hashlib.sha256(instance_id.encode()).hexdigest()[:32]}"


def _again(
    unit: UnitOfWork, caller: Caller, entry: Entry, sheet: FilledForm, kept: dict[str, FormFile]
) -> Received:
    """The sheet is here: other answers under its id are refused, files that are new to it are added."""
    mine = entry.body.get("created_by") == caller.user_id
    if entry.deleted or not mine or entry.body.get("xml") != sheet.xml:
        raise RuleError("already_exists")
    here = {file["name"]: file["sha256"] for file in entry.body.get("files", ())}
    if any(here.get(name, file.sha256) != file.sha256 for name, file in kept.items()):
        raise RuleError("already_exists")
    new = [file for name, file in kept.items() if name not in here]
    if new:
        files = [*entry.body.get("files", ()), *(file.model_dump(mode="json") for file in new)]
        patch_all(unit, [(KIND, entry.id, {"files": files})], Author(caller.user_id))
    return Received(entry.id, fresh=False, files=len(new), household_id=entry.body.get("household_id"))


def _record(
    unit: UnitOfWork,
    caller: Caller,
    sheet: FilledForm,
    kept: dict[str, FormFile],
    place: tuple[str | None, str],
) -> SubmissionFields:
    now = parse_instant(unit.now)
    finished = _plausible(sheet.finished_at, now)
    started = _plausible(sheet.started_at, finished)
    return SubmissionFields(
        id=submission_id_of(sheet.instance_id),
        created_at=now, created_by=caller.user_id, updated_at=now, updated_by=caller.user_id,
        form_id=sheet.form_id, form_version=sheet.version, instance_id=sheet.instance_id, xml=sheet.xml,
        household_id=place[0], area_code=place[1], files=tuple(kept.values()),
        started_at=started, finished_at=finished, received_at=now, source=SubmissionSource.OPENROSA,
    )  # fmt: skip


def _plausible(at: dt.datetime | None, latest: dt.datetime) -> dt.datetime:
    """What a phone's clock said, unless that cannot be: then the latest it can have been."""
    return at if at is not None and at.year >= EARLIEST_YEAR and at <= latest + CLOCK_AHEAD else latest


def _household(connection: Connection, sheet: FilledForm, areas: tuple[str, ...]) -> tuple[str, str] | None:
    """Id and area of the household a sheet names, if it is in the sender's areas."""
    if sheet.household_id:
        found = _in_areas(connection, row_table("households").c.id == sheet.household_id, areas)
        if found:
            return found
    return _by_number(connection, sheet.household_no, areas) if sheet.household_no else None


def _by_number(connection: Connection, number: str, areas: tuple[str, ...]) -> tuple[str, str] | None:
    return _in_areas(connection, row_table("households").c.household_no == number, areas)


def _in_areas(connection: Connection, condition: Any, areas: tuple[str, ...]) -> tuple[str, str] | None:
    """The one household that fits; one that was merged into another stands for that one."""
    row = row_table("households").c
    query = select(row.id, row.area_code, row.merged_into)
    found = connection.execute(query.where(condition).limit(2)).all()
    if len(found) == 1 and found[0].merged_into:
        found = connection.execute(query.where(row.id == found[0].merged_into)).all()
    if len(found) != 1 or not any(contains(area, found[0].area_code) for area in areas):
        return None
    return str(found[0].id), str(found[0].area_code)


def _keep(blobs: BlobStore, file: ReceivedFile) -> None:
    if blobs.has(file.sha256):
        return
    with blobs.begin(file.sha256, file.size) as incoming:
        while piece := file.content.read(_PIECE):
            incoming.write(piece)
        blobs.keep(incoming)
